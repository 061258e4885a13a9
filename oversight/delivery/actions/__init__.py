"""Writes of the first line, by subject."""
