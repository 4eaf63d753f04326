"""Pages of standard procedures and their running cases."""
