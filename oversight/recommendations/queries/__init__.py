"""What may be asked of recommendations and plans: every answer is frozen, and holds only what the actor may see."""
