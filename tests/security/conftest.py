"""The product as in `e2e`, for tests of what crosses its parts."""

from tests.e2e.conftest import azurite, client, product, running_simulators, simulators, supabase

__all__ = ["azurite", "client", "product", "running_simulators", "simulators", "supabase"]
