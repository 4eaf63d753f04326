"""What of the first set-up is done, and what comes next."""
