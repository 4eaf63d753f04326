"""What is decided by pure functions: secret ballots that anybody can check."""
