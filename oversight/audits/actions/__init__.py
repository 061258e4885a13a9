"""Every write of this area, by subject."""
