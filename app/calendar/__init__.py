"""Working days in layers, due dates and their ledger."""
