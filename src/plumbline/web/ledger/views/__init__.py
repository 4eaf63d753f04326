"""Views of the ledger, one noun a file."""
