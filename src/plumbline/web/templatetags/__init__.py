"""Template tags of the web floor."""
