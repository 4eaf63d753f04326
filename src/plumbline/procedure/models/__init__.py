"""Tables: standard procedures and their running cases."""
