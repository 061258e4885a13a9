"""Rules of the timetable, without a clock or tables.

`kinds` holds the types of visit and the teams, `visits` where a visit stands, `sight` who knows of one,
`clashes` finds what lies too close by the rules that `limits` reads, `settling` what bodies make of a clash,
`burden` adds up what a place carries, `cycles` how far a programme is, `feeds` writes calendars.
"""
