"""What counts: pure, without clock or tables."""
