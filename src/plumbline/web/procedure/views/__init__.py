"""Views of standard procedures and their running cases."""
