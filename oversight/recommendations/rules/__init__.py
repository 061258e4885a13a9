"""Rules of recommendations and plans, without a clock or tables.

`wording` holds what states are called, `sources` where a recommendation comes from, `responding` the answer,
`delivery` what becomes of it.
"""
