"""What is read, always as far as the one who asks may."""
