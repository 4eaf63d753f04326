"""permissions of organisation."""
