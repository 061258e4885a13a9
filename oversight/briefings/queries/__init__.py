"""What may be asked of this area: every answer holds only what the one who asks may see."""
