"""Shape of what people type about recommendations and plans. What is allowed is for the actions to say."""
