"""Papers of the goods."""
