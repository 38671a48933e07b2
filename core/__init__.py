"""The shared kernel: money, refusals, ledgers, numbering, history, screens. No business nouns."""
