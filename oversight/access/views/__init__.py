"""Pages of signing in, of one's own account, of the people of a party, and of who may do what."""
