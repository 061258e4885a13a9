"""Shape of what people type; what is allowed is for the actions to say."""
