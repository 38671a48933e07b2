"""Stock, purchasing and prices at volume, each figure beside the best hand-written SQL in the same run.

`bin/bench stock [--json] [--only receipts …] [--rounds 7]`. Every module here is a scenario (names with `_` are not):
it has `run(rounds, say)`, which seeds what it needs under names of its own, measures pairs with `_pairs.beside` and
gives their results. `ratio` is product by SQL. A pair must give the same figures on both sides, or the run stops.
"""
