"""Rules of the arrangements: what a text may say, what is owed under it, how a missed duty is asked about.

Pure: parties, days and the calendar are passed in. `facts` holds the words, `parties` tells who is meant,
`reading` turns a file into a version, `replay` derives duties from the record, `explaining` tells what an
event would open, `accountability` is the table of moves of a query on a missed duty. `telling` puts an
arrangement in plain words, `processes` puts arrangements in order, `comparing` tells how two texts differ.
"""
