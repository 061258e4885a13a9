"""Forms of the first line, by subject."""
