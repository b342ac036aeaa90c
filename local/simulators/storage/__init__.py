"""Blob Storage: Azurite itself, behind the faults and the journal of the simulators."""
