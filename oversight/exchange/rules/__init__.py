"""Rules of the exchange, without a clock or tables, by subject."""
