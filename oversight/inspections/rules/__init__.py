"""Rules of inspections: what a programme asks and how judgements become ratings, without a clock or tables.

`programmes` holds the words, `reading` turns a file into a programme, `judgements` are what inspectors say of
an inspection, `shares` counts cases, `standards` rates each standard, `discretion` lets a panel depart where
the rules allow, `overall` adds points up, `rating` puts it together, `rating_files` reads the file of
`oversight rate`.
"""
