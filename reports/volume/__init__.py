"""A wholesaler of any size, to measure and look at: `manage.py seed_volume`.

It writes the tables of all apps at once, by COPY, and goes past their operations: 200,000 invoices made one by one
would take hours. That is against the rule that nobody writes another app's models, so it lives at the very top, where
all tables may be known and nothing imports it, and it has to prove itself: after every chunk `verify_books` is clean.
"""
