"""The joint timetable of every body's visits: programmes, clashes, burden, and the plan that keeps their rules.

Paragraphs 10(iv), 10(v), 17, 18 and 28. `planner` knows neither tables nor a clock; `rules` are pure as everywhere.
"""
