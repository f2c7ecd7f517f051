"""Sending an SMS: a small port, and the adapters that the settings can name."""
