"""The tamper-evident record (capability H3): append, chain, checkpoint, verify.

Entries hold text references and no foreign keys, so the record never depends on what it
records. Paragraph 10(iii). It uses `kernel` alone.
"""
