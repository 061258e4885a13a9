"""What may be asked of the first line, by subject."""
