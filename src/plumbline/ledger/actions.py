"""actions of ledger."""
