"""Pages of recommendations and plans."""
