"""Recommendations, answers to them, what is done about them, action plans and follow-up (E1 to E7).

Paragraphs 23 to 27. The areas that make recommendations hand them over with ``receive``; who made one is kept
in words, never as a link upward. It uses `arrangements`, `access`, `parties`, `ledger` and `kernel`.
"""
