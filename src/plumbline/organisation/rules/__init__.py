"""Pure rules of organisation."""
