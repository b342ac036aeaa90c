"""Supabase on this machine: a real PostgreSQL, its schema, and the launcher that serves it over HTTP."""
