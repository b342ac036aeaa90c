"""What a rule of the matrix says: the permission an operation asks for, and a valid request to ask with.

Who is allowed is never said here: it follows from `shared.domain.permissions.TABLE`, and from whose
the thing of the request is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.contracts.base import Contract
from shared.domain.identity import Principal
from shared.domain.permissions import Permission, Thing, allows, allows_anywhere, allows_on_platform
from tests.security.matrix.world import OF_RED, World

type Arrange = Callable[[World], Ask]


@dataclass(frozen=True, slots=True)
class Ask:
    """One valid request. What it is about has just been made, so that asking twice is two things."""

    path: str
    json: Any = None
    files: Mapping[str, tuple[str, bytes]] | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    shows: UUID | None = None
    """For a list: the id that only those find in it who are allowed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One case of an operation. An operation with several faces has a rule for each."""

    permission: Permission | None
    """None: everybody who is signed in, for themselves or for what is shown to all."""
    arrange: Arrange
    thing: Thing = OF_RED
    is_list: bool = False
    """Everybody signed in gets an answer, and finds in it what they may see."""
    of_nobody: bool = False
    """It belongs to no organisation: whoever may do this in any of theirs may."""
    of_platform: bool = False
    """It belongs to nobody: only a role over the platform gives it."""
    calls: int = 2
    """How often it may ask the database to read: whose it is, and what it is."""
    reduced: type[Contract] | None = None
    """What those outside the organisation get instead of the whole."""

    def allows(self, principal: Principal) -> bool:
        if self.permission is None:
            return True
        if self.of_platform:
            return allows_on_platform(principal, self.permission)
        if self.of_nobody:
            return allows_anywhere(principal, self.permission)
        return allows(principal, self.permission, self.thing)


@dataclass(frozen=True, slots=True)
class Public:
    """Anybody may ask, without signing in."""

    arrange: Arrange


type Rules = dict[str, Rule | Public | tuple[Rule, ...]]
"""By the name of the operation, which is the name of its function."""


def at(path: str, **options: Any) -> Arrange:
    """The same request every time; for what is about nothing in particular."""
    return lambda _: Ask(path, **options)
