"""The sale: orders, holds, backorders. The only place where the sale is orchestrated."""
