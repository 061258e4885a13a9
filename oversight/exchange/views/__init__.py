"""Pages of the exchange, and the address at which machines supply."""
