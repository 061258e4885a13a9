"""What may be asked of the public register: reports, areas, and what a history file would change."""
