"""Tables of this area, as they were built up."""
