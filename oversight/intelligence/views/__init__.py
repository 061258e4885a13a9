"""Pages: each reads, or takes one act."""
