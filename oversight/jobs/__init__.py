"""Work that no page waits for: asked for in the transaction that needs it, done by a worker (paragraph 3).

A job is a row, so it is as safe as what it belongs to. The worker does what is due, again after a crash, and
says how far it is. What a job does is an act of the area that asked for it. It uses `ledger` and `kernel`.
"""
