"""What the commands in bin/ are made of: only Python's standard library, for they run before anything is installed."""
