"""What is decided by pure functions: what organisations publish, to whom, and how it is asked for."""
