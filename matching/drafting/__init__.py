"""The assignment of all who wait, as a draft: what it is made of, what it plans, what its page shows."""
