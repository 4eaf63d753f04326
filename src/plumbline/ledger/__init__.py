"""The ledger: facts, fact kinds, and what waits to be published."""
