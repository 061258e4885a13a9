"""What is written of the timetable: every act is permitted, checked and recorded."""
