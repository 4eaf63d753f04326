"""Views of meetings, one noun a file."""
