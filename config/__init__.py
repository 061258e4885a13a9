"""Settings, root addresses and the server's entry point. No logic."""
