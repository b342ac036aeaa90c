"""Reads what a request of the management API says: query parameters and JSON bodies."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from local.host.durable.status import STATUSES

if TYPE_CHECKING:
    from starlette.requests import Request


class BadRequestError(Exception):
    """The request makes no sense; the message is for the caller."""


def media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().casefold()


async def json_body(request: Request) -> str | None:
    text = (await request.body()).decode("utf-8-sig", errors="replace")
    return checked_json(text) if text else None


def checked_json(text: str) -> str:
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadRequestError(f"Invalid JSON content: {error}") from error
    return text


def parameter(request: Request, name: str) -> str | None:
    """Look a query parameter up as .NET does: without regard to case."""
    folded = name.casefold()
    return next((value for key, value in request.query_params.items() if key.casefold() == folded), None)


def flag(request: Request, name: str, *, default: bool = False) -> bool:
    value = (parameter(request, name) or "").strip().casefold()
    return {"true": True, "false": False}.get(value, default)


def number(request: Request, name: str, default: int) -> int:
    value = (parameter(request, name) or "").strip()
    # more digits than .NET's int can have are no number, and Python refuses thousands of them
    given = int(value) if value.isdecimal() and len(value) < 11 else 0
    return given if given > 0 else default


def seconds(request: Request, name: str) -> float | None:
    try:
        value = float(parameter(request, name) or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def time(request: Request, name: str) -> datetime | None:
    """Read a time; what is none is ignored, as in the extension. Without a zone it is UTC."""
    # a plus sign that was not encoded arrives as a blank
    text = (parameter(request, name) or "").strip()
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def statuses(request: Request) -> frozenset[int]:
    values = [value for key, value in request.query_params.multi_items() if key.casefold() == "runtimestatus"]
    names = [name.strip().casefold() for value in values for name in value.split(",")]
    return frozenset(STATUSES[name] for name in names if name in STATUSES)
