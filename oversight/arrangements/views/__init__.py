"""Pages of the arrangements: what is owed, what happened, how far the arrangements are kept."""
