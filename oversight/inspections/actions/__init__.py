"""What is written about inspections, by subject. Each act and what others then owe is one transaction."""
