"""actions of assessment."""
