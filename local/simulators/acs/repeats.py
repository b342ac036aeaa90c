"""Repeatable requests: the same id is the same request, and gets the first answer again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from local.simulators.checks import RefusedError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from local.simulators.acs.admission import Handler

REMEMBERED: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Known:
    fingerprint: str
    answer: Response


class Repeats:
    """What was answered under which id."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    def forget(self) -> None:
        self._known.clear()

    def guarded(self, handler: Handler) -> Handler:
        """The handler, asked once for each id; requests without one are asked each time."""

        async def once(request: Request) -> Response:
            key = request.headers.get("repeatability-request-id")
            if key is None:
                return await handler(request)
            _check_first_sent(request.headers.get("repeatability-first-sent"))
            fingerprint = await _fingerprint(request)
            if (known := self._known.get(key)) is not None:
                if known.fingerprint != fingerprint:
                    raise _rejected(400, "The repeatability id was used for another request.")
                return known.answer
            answer = await handler(request)
            answer.headers["Repeatability-Result"] = "accepted"
            self._known[key] = _Known(fingerprint, answer)
            return answer

        return once


def _check_first_sent(text: str | None) -> None:
    try:
        first_sent = parsedate_to_datetime(text or "")
    except ValueError:
        raise _rejected(400, "Repeatability-First-Sent must be a date.") from None
    if abs(datetime.now(UTC) - first_sent) > REMEMBERED:
        raise _rejected(412, "The request was first sent too long ago.")


def _rejected(status: int, message: str) -> RefusedError:
    return RefusedError(
        status, "RepeatabilityRejected", message, headers={"Repeatability-Result": "rejected"}
    )


async def _fingerprint(request: Request) -> str:
    body = hashlib.sha256(await request.body()).hexdigest()
    return f"{request.method} {request.url.path} {body}"
