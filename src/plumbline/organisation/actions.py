"""actions of organisation."""
