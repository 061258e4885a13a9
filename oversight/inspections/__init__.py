"""Inspections by HM Inspectorate of Probation: standards, rating rules and how a rating comes about (D2, A9).

Paragraphs 9 and 15 to 18. The standards and the rules are the inspectorate's alone. It uses `arrangements`,
`publication`, `access`, `parties`, `ledger` and `kernel`.
"""
