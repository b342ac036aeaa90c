"""The product under load: people who call as the load mix says, and whole interviews beside them.

`python -m tests.load` is the command, `tests/e2e/test_load.py` holds that its short form works.
"""
