"""queries of assessment."""
