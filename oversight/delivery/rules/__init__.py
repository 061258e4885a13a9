"""What the first line measures, and what may become of assessments and contracts. Pure."""
