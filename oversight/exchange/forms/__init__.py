"""Shape of what people type on the pages of the exchange. What is allowed is for the actions to say."""
