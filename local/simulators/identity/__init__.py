"""Identities and access tokens of Communication Services."""
