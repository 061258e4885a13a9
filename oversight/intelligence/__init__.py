"""What the lines of assurance put in common: findings, notes, other bodies' work, and pictures made of them.

Paragraphs 2, 12, 14, 15 and 30. Nothing is here that its owner did not share, and it is read only by those
whom the owner named. Areas above hand findings over with ``actions.share_finding``. It uses `exchange`,
`publication`, `access`, `parties`, `jobs`, `ledger` and `kernel`.
"""
