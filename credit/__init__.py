"""What is owed: credit accounts and decisions, invoices, payments, allocations, ageing, the retailer's page."""
