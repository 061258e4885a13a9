"""Writes of the exchange, by subject."""
