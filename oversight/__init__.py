"""Oversight of probation in England and Wales: who owes what to whom, by when, and why."""
