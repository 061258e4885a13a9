"""Programs for those who build the service; none of them ships."""
