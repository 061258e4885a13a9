"""Shape of what people type on the pages of this area. What is allowed is for the actions to say."""
