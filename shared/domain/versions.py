"""Which version of a row a change is meant for."""

from datetime import datetime

type Versions = tuple[datetime, ...] | None
"""Any of these moments of the last change; None where the caller does not mind."""
