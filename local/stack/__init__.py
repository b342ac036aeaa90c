"""Starts the local stack, watches it and stops it: `python -m local.stack --help`."""
