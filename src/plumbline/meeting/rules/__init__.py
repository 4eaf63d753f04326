"""What is decided by pure functions: meetings, talks, terms and the minutes book."""
