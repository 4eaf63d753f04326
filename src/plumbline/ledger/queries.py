"""queries of ledger."""
