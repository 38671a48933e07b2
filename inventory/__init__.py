"""What is on the shelf: products, device models, the stock ledger, reservations, goods receipts, imports."""
