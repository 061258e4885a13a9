"""Writes of this area, each one act of the record."""
