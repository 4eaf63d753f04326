"""Views of what every area shares."""
