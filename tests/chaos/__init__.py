"""Interviews by the hundred while everything around them dies, and a ledger of what became of each.

`python -m tests.chaos` is the long form, `tests/e2e/test_chaos.py` a short one.
"""
