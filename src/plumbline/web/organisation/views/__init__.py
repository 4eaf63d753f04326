"""Views of the organisation, one noun a file."""
