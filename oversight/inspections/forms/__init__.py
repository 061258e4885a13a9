"""Shape of what people type on the pages of inspections. What is allowed is for the actions to say."""
