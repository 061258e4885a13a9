"""Rules of recommendations and plans, without a clock or tables.

`wording` holds what states are called, `sources` where a recommendation comes from, `responding` the answer,
`delivery` what becomes of it, `visibility` who sees it, `plans` action plans, `actions_due` their dates,
`follow_up` what a later inspection found.
"""
