"""What it costs the customer: price lists and rules, resolution with its reasons, taxes, margins."""
