"""Who may ever do what: roles as readable data, and the one question `may` (capability H4).

Paragraphs 9 and 10. It uses `parties`, `ledger` and `kernel`.
"""
