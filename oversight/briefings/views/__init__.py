"""Pages of alerts, briefings and policy changes."""
