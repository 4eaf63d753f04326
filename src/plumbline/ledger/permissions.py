"""permissions of ledger."""
