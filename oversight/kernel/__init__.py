"""Ideas that every area shares: days, periods, workflows, refusals, canonical records.

Pure Python: no framework, no tables, no clock. It uses no other area.
"""
