"""Every write of the organisation, one noun a file."""
