"""Feeds the engine (`matching.domain`) from PostgreSQL: columns kept fresh, and the rules in force."""
