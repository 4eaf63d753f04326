"""Reads of the assessment, one noun a file."""
