"""Every read of the organisation, one noun a file."""
