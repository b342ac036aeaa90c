"""What is said over the sockets of browsers: to whom, and what they say back.

A socket belongs to one person, one interview and one purpose, which the service vouches for. Frames
and events may come twice; their key, or what is in them, makes that harmless.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID

ACCESS_LIFE: Final = timedelta(minutes=30)

type Frame = Mapping[str, Any]  # JSON, with a `type`


class Purpose(StrEnum):
    CHAT = "chat"
    TRANSCRIPTION = "transcription"


@dataclass(frozen=True, slots=True)
class Audience:
    """Every socket of an interview that serves this purpose; `name` is what the service calls it."""

    interview_id: UUID
    purpose: Purpose

    @property
    def name(self) -> str:
        return f"interview-{self.interview_id}-{self.purpose}"

    @classmethod
    def parse(cls, name: str) -> Self:
        """Raises ValueError for any other name."""
        interview, _, purpose = name.removeprefix("interview-").rpartition("-")
        audience = cls(UUID(interview), Purpose(purpose))
        if audience.name != name:
            raise ValueError("this is the name of no audience")
        return audience


@dataclass(frozen=True, slots=True)
class Person:
    """Every socket of a person, whatever it is for."""

    user_id: UUID


@dataclass(frozen=True, slots=True)
class Socket:
    """One connection, and whom and what it is for."""

    id: str
    user_id: UUID
    audience: Audience


type Recipient = Audience | Person | Socket


@dataclass(frozen=True, slots=True)
class Access:
    """The address that lets one browser in."""

    url: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Access(expires_at={self.expires_at.isoformat()})"  # the address is a secret


@dataclass(frozen=True, slots=True)
class Knocked:
    """A browser wants in; nothing is open yet, and we may still say no."""

    key: str
    socket: Socket
    subprotocols: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    key: str
    socket: Socket


@dataclass(frozen=True, slots=True)
class Closed:
    key: str
    socket: Socket


@dataclass(frozen=True, slots=True)
class Heard:
    """A frame: JSON or text as it was sent, or bytes; and what we asked to keep with the connection."""

    key: str
    socket: Socket
    name: str
    data: Any
    note: str = ""


type PushEvent = Knocked | Opened | Closed | Heard
