"""Who gets in: sign-in first, then the count of calls, then everything else."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request

from shared.domain.identity import Person
from shared.domain.rate_limits import Allowance, RateClass
from shared.domain.secret import Secret
from shared.errors import NotSignedInError, RateLimitedError
from shared.ports.rate_limits import RateLimits
from shared.ports.tokens import Tokens


class Access(StrEnum):
    """Who may call an endpoint at all; what they may do there is the use case's to decide."""

    SIGNED_IN = "signed_in"
    PUBLIC = "public"
    ANYBODY = "anybody"  # public, and who is signed in is known


@dataclass(frozen=True, slots=True)
class Guard:
    """Admits a request or raises; leaves the caller and what is left of the limits on its state."""

    tokens: Callable[[], Tokens]
    rate_limits: Callable[[], RateLimits]

    async def admit(self, request: Request, access: Access, limits: tuple[RateClass, ...]) -> None:
        subject = _address(request)
        if access is Access.SIGNED_IN:
            subject = str((await self._recognise(request)).user_id)
        elif access is Access.ANYBODY and "authorization" in request.headers:
            await self._recognise(request)
        if limits:
            await self._count(request, subject, limits)

    async def count_refused(self, request: Request, limits: tuple[RateClass, ...]) -> None:
        """Count a call that was refused before it reached the work which counts with its own call.

        Raises RateLimitedError in the place of that refusal, as 429 comes before it.
        """
        person: Person | None = getattr(request.state, "person", None)
        if limits and person is not None:
            await self._count(request, str(person.user_id), limits)

    async def _recognise(self, request: Request) -> Person:
        token = _bearer(request)
        person = replace(await self.tokens().verify(token), token=Secret(token))
        request.state.person = person
        return person

    async def _count(self, request: Request, subject: str, limits: tuple[RateClass, ...]) -> None:
        allowance = await self.rate_limits().take(subject, limits)
        request.state.allowance = allowance
        if not allowance.allowed:
            raise RateLimitedError("Too many calls.", retry_after=allowance.reset_seconds)


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotSignedInError("Sign in first.")
    return token.strip()


def _address(request: Request) -> str:
    """The caller's address as the platform's front end saw it: what a caller writes stands before it."""
    return f"ip:{client_address(request) or 'unknown'}"


def client_address(request: Request) -> str | None:
    """As the platform's front end saw it."""
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    if forwarded:
        return _without_port(forwarded)
    return request.client.host if request.client else None


def _without_port(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def rate_limit_headers(request: Request) -> dict[str, str]:
    """What the caller is told of the limits; nothing where none applied."""
    allowance: Allowance | None = getattr(request.state, "allowance", None)
    if allowance is None:
        return {}
    return {
        "X-RateLimit-Limit": str(allowance.limit),
        "X-RateLimit-Remaining": str(allowance.remaining),
        "X-RateLimit-Reset": str(allowance.reset_seconds),
    }


async def _caller(request: Request) -> Person:
    # a coroutine, as FastAPI hands a plain function to a thread
    person: Person = request.state.person
    return person


Caller = Annotated[Person, Depends(_caller)]
"""The signed-in person; only for endpoints whose access is SIGNED_IN."""


async def _visitor(request: Request) -> Person | None:
    person: Person | None = getattr(request.state, "person", None)
    return person


Visitor = Annotated[Person | None, Depends(_visitor)]
"""The person, if one is signed in; only for endpoints whose access is ANYBODY."""
