"""Changes meant for one version: the ETag of a resource, and If-Match.

The tag names the version of the row, which is the moment of its last change. The comparison is
the database's, in the statement that changes the row.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import Depends, Header

from shared.domain.versions import Versions

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
TAG: Final = re.compile(r'"([0-9a-f]{1,16})"')
NEVER: Final = (EPOCH,)
"""The version of no row: what is no tag of ours matches nothing."""


def tag(updated_at: datetime) -> str:
    return f'"{(updated_at - EPOCH) // MICROSECOND:x}"'


def versions(if_match: str | None) -> Versions:
    """The versions that the header names; None where it is absent or matches any."""
    if if_match is None or if_match.strip() == "*":
        return None
    named = [TAG.fullmatch(part.strip()) for part in if_match.split(",")]
    return tuple(_moment(found[1]) for found in named if found) or NEVER


def _moment(digits: str) -> datetime:
    try:
        return EPOCH + int(digits, 16) * MICROSECOND
    except OverflowError:
        return EPOCH


async def expected_versions(
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            description="the `ETag` of what you change; 412 if somebody was faster",
            max_length=1000,
        ),
    ] = None,
) -> Versions:
    return versions(if_match)


IfMatch = Annotated[Versions, Depends(expected_versions)]
"""The versions that a change is meant for; for PATCH, PUT and DELETE of a single resource."""
