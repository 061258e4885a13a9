"""Organisations, regions and units over time; the people who act for them (capability A1).

Paragraphs 1 and 11 to 16. It uses `ledger` and `kernel`.
"""
