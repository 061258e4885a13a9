"""Alerts to the Sponsorship team, briefings to ministers, and what findings changed in policy (¶20, ¶21).

It reads what is public and what is owed, and is told by jobs that something happened; it knows no inspection.
What stands in a briefing is for the team that writes it and for those it was sent to by name.
"""
