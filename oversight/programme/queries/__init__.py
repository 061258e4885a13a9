"""What may be asked of the timetable. Every query begins with what the one who asks may know (`sight`)."""
