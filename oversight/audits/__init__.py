"""The second line: audits of HMPPS services by the Operational and System Assurance Group (B4, G4).

Paragraphs 14 and 30. An audit is carried from its plan to its closing: sources drawn on, tests, working
papers, findings, accuracy round, final report, agreed actions, follow-up, retention. Actions are handed to
`recommendations`, findings of a final report to `intelligence`, visits to `programme`. It uses those,
`publication`, `exchange`, `arrangements`, `access`, `parties`, `ledger` and `kernel`.
"""
