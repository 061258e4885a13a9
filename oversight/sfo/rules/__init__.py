"""Rules of Serious Further Offence reviews, without a clock or tables.

`designs` holds the figures of the sample, `chances` the chance of each review, `rounding` turns chances
into a sample, `drawing` puts a draw together, `records` writes and repeats it, `simulating` tries years.

`review` is the workflow of a review, `standards` what it is marked by, `agreement` how far two markers agree.
"""
