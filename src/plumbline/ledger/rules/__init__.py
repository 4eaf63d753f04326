"""Pure rules of ledger."""
