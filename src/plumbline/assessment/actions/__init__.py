"""Every write of the assessment, one noun a file."""
