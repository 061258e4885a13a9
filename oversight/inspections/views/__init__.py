"""Pages of inspections, by subject."""
