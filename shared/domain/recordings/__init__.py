"""Recordings: their files, what was heard in them, and how that meets the live transcript."""
