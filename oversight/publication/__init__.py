"""The public register: published inspections, ratings and areas, in its own tables (H1, H5).

Casework pushes snapshots here and nothing is pulled, so a draft cannot leak. Paragraphs 3,
10(i) and 16. It uses `access`, `parties`, `ledger` and `kernel`.
"""
