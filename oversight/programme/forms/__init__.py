"""Shape of what people type on the pages of the timetable."""
