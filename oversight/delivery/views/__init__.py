"""Pages of the first line, by subject."""
