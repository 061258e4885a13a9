"""Pages of audits, by subject."""
