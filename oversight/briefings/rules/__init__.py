"""What alerts, briefings and policy changes are and may become. Pure."""
