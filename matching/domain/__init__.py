"""The matching core: facts in, ranked suggestions with reasons out. Imports no framework."""
