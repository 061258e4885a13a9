"""Reads of this area, each already narrowed to what the one who asks may see."""
