"""tasks of ledger."""
