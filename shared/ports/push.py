"""Sending to browsers that keep a socket, and reading what they send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from shared.domain.push import ACCESS_LIFE, Access, Audience, Frame, Knocked, PushEvent, Recipient
from shared.domain.secret import Secret


class Push(Protocol):
    """Raises RateLimitedError, UnavailableError, UpstreamError.

    Sending is at least once, in no order that could be relied on: a frame carries what makes a
    second one harmless. To send to nobody, and to close what is closed, is no error.
    """

    async def admit(self, user_id: UUID, audience: Audience, life: timedelta = ACCESS_LIFE) -> Access:
        """An address for this person's browser, for this audience and no other, good for so long.

        It can join its own audience. It cannot speak to it: what it says reaches nobody but us.
        """

    async def send(self, to: Recipient, frame: Frame) -> None:
        """Raises TooLargeError for a frame of more than 1 MB."""

    async def disconnect(self, to: Recipient, reason: str) -> None:
        """Close these sockets for good; the reason is told to the browser."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the service sent to our webhook: names of headers in small letters."""

    headers: Mapping[str, str]
    body: bytes
    secret: Secret  # what the address ended with


@dataclass(frozen=True, slots=True)
class Kept:
    """What we want to know of a connection when it says something again."""

    audience: Audience
    note: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the webhook answers."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class PushWebhook(Protocol):
    """The side on which the service calls us. It waits for nothing and needs no network."""

    def consent(self, origin: str, secret: Secret) -> Reply:
        """Agree to be sent events. Raises NotSignedInError for anybody but our service."""

    def read(self, delivery: Delivery) -> PushEvent:
        """The event, proven by signature and secret.

        Raises NotSignedInError (no proof), TooLargeError (more than 1 MB), MalformedBodyError,
        InvalidInputError (an event that we did not ask for).
        """

    def welcome(self, event: Knocked) -> Reply:
        """Let the browser in, and keep with the connection whom it is for."""

    def answer(self, frame: Frame | None = None, keep: Kept | None = None) -> Reply:
        """Take an event; a frame goes back to the browser it came from.

        What is to be kept with the connection comes along with its next event.
        """
