"""What is written of alerts, briefings and policy changes. Each act is permitted, checked and recorded.

The record keeps numbers and digests: more people read it than a briefing was sent to.
"""
