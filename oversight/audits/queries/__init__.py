"""Reads of audits, filtered by who asks."""
