"""What is decided by pure functions: standard procedures and their running cases."""
