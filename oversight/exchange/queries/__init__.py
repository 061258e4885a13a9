"""What pages and other areas read of the exchange; each gives only what the one who asks may see."""
