"""Rules of Serious Further Offence reviews, without a clock or tables.

`designs` holds the figures of the sample, `chances` the chance of each review, `rounding` turns chances
into a sample, `drawing` puts a draw together, `records` writes and repeats it, `simulating` tries years.
"""
