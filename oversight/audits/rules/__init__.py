"""What holds for audits, without tables or clock."""
