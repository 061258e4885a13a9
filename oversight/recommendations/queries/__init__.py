"""What may be asked of recommendations and plans: answers are frozen, and hold what the actor may see."""
