"""One file for each place the service runs; all build on ``base``."""
