"""Who may: standard procedures and their running cases."""
