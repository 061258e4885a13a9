"""The Memorandum of Understanding as versioned data: duties, their clocks, adherence (A2, A3, A4, H2).

Paragraphs 3 to 6, 10 to 34. It uses `access`, `parties`, `ledger` and `kernel`.
"""
