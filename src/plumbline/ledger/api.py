"""The door of the ledger."""
