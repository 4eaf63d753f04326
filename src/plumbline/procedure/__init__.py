"""Standard procedures and their running cases."""
