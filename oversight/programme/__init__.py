"""One joint timetable: visits of every body, programmes, clashes, burden and calendars (C1 to C6).

Paragraphs 10(iv), 10(v), 17, 18, 26 and 28. A day of fieldwork that is not announced is known to the planners
of the body whose visit it is, and to nobody else. Areas above push their visits into the timetable by acts;
it pulls nothing from them. `planner` knows neither tables nor a clock, and `rules` are pure as everywhere.
It uses `exchange`, `arrangements`, `publication`, `access`, `parties`, `ledger` and `kernel`.
"""
