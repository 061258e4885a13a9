"""What may be asked of inspections: every answer is frozen, and holds only what the one who asks may see."""
