"""Resources that tell their version."""

from datetime import datetime

from pydantic import Field

from shared.contracts.base import Contract


class Versioned(Contract):
    """A single resource whose version goes out as its ETag. The edge sees to it."""

    created_at: datetime
    updated_at: datetime = Field(description="changes with every change; the ETag says the same")
