"""host.json's http.maxConcurrentRequests (queue) and http.maxOutstandingRequests (429)."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from local.host.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping


class OverloadedError(Exception):
    """More requests wait and run than host.json allows."""


class Throttle:
    """Lets so many requests in at a time; unlimited unless host.json says otherwise."""

    def __init__(self, http: Mapping[str, Any]) -> None:
        concurrent = _limit(http, "maxConcurrentRequests")
        self._outstanding_limit = _limit(http, "maxOutstandingRequests")
        self._slots = asyncio.Semaphore(concurrent) if concurrent else None
        self._outstanding = 0
        self.enabled = bool(concurrent or self._outstanding_limit)

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        if self._outstanding_limit and self._outstanding >= self._outstanding_limit:
            raise OverloadedError
        self._outstanding += 1
        try:
            if self._slots is None:
                yield
            else:
                async with self._slots:
                    yield
        finally:
            self._outstanding -= 1


def _limit(http: Mapping[str, Any], name: str) -> int | None:
    """Read a limit; -1 and absence are without limit."""
    value = next((value for key, value in http.items() if key.casefold() == name.casefold()), -1)
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise SettingsError(f"host.json: extensions.http.{name} must be a number, not {value!r}") from None
    return number if number > 0 else None
