"""Serious Further Offence reviews: the reviews, the draw of the sample and quality assurance.

Paragraph 19. HM Inspectorate of Probation quality assures about a fifth, drawn so that nobody can steer it;
HMPPS the rest, against the same standards. It uses `arrangements`, `access`, `parties`, `ledger` and
`kernel`.
"""
