"""tasks of assessment."""
