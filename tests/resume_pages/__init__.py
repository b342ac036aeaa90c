"""Résumés as a browser prints them, which the tests only read: see `__main__`."""
