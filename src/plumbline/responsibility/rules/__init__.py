"""What is decided by pure functions: letters of responsibility, duties and contact points."""
