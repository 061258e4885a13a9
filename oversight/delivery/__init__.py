"""The first line: what line management and Contract Management see of delivery, and what they do about it.

Paragraph 13. Units are assessed against measures that are data; contracts of Commissioned Rehabilitative
Services have service levels, levers, changes and disputes. The other lines know of it what was given through
`exchange`. It uses `exchange`, `arrangements`, `access`, `parties`, `jobs`, `ledger` and `kernel`.
"""
