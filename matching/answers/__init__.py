"""What the engine says of a municipality's rows: each answer with what its page shows, a fixed number of queries."""
