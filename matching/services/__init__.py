"""What changes rows: keyword-only functions, each in one transaction, each with its audit record."""
