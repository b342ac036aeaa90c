"""Clients of the API in TypeScript and Python, made from its golden description."""
