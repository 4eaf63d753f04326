"""tasks of organisation."""
