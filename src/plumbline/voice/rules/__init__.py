"""What is decided by pure functions: opinions, consultations and their answers."""
