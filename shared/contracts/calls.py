"""What the endpoints of calls and their tokens take and answer."""

import re
from datetime import datetime
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from shared.contracts.base import Body, Contract, example
from shared.contracts.interview import LanguageTag
from shared.errors import NotFoundError

type PhoneNumber = Annotated[
    str,
    StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$"),
    Field(description="In international form", examples=["+61255500100"]),
]
type Identity = Annotated[str, StringConstraints(pattern=r"^8:acs:[A-Za-z0-9_-]{1,200}$")]

HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}", re.ASCII)
"""A name with a dot and no number at its end: no address, and nothing of an internal network."""
INTERNAL = (".local", ".localhost", ".internal", ".arpa", ".lan", ".home")


def interview_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError("Interview not found.") from None


class CallWish(Body):
    model_config = example({"interview_id": "6a1f0c9e-3b5d-4e7a-9c21-0d4f8e2b7a63", "phone": "+61255500100"})

    interview_id: str
    phone: PhoneNumber | None = Field(
        default=None, description="Whom to ring; without it the candidate's browser, by its call token"
    )


class ParticipantView(Contract):
    id: UUID = Field(description="For as long as the call lasts")
    kind: Literal["phone", "app", "other"]
    muted: bool
    on_hold: bool


class CallView(Contract):
    model_config = example(
        {
            "id": "7b0e7c1e-0f4e-4c55-9d2e-6f2d3a1b9c10",
            "interview_id": "6a1f0c9e-3b5d-4e7a-9c21-0d4f8e2b7a63",
            "call_connection_id": "421f1d00-0c3a-4d1e-8a2a-0b1c2d3e4f50",
            "server_call_id": "aHR0cHM6Ly9hcGkuZXhhbXBsZS9jYWxs",
            "status": "connected",
            "participants": [
                {
                    "id": "0c9b7c30-6a1f-5b7e-8f7a-3d4e5f607182",
                    "kind": "phone",
                    "muted": False,
                    "on_hold": False,
                }
            ],
        }
    )

    id: UUID
    interview_id: UUID
    call_connection_id: str | None
    server_call_id: str | None = Field(description="What a recording of this call is started with")
    status: Literal[
        "connecting", "connected", "disconnecting", "disconnected", "transferring", "transferAccepted"
    ]
    participants: list[ParticipantView]


class AnswerWish(Body):
    model_config = example({"incoming_call_context": "eyJjYyI6IjZhMWYwYzllIn0="})

    incoming_call_context: Annotated[str, StringConstraints(min_length=1, max_length=10_000)] = Field(
        description="Of the event that told of the call that came in"
    )


class PlayWish(Body):
    model_config = example({"text": "One moment, please."})

    text: Annotated[str, StringConstraints(min_length=1, max_length=3_000, pattern=r"\S")] | None = None
    file: Annotated[str, StringConstraints(max_length=2_000)] | None = Field(
        default=None, description="The https address of a WAV or MP3 file that anybody may fetch"
    )
    language: LanguageTag = "en-AU"

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.text is None) == (self.file is None):
            raise ValueError("needs either text or file")
        if self.file is not None and not _is_public(self.file):
            raise ValueError("file must be an https address of a public host")
        return self


class ParticipantWish(Body):
    model_config = example({"target": "+61255500100"})

    target: PhoneNumber | Identity = Field(description="A phone number, or an identity of call tokens")


class CallTokenWish(Body):
    model_config = example({"interview_id": "6a1f0c9e-3b5d-4e7a-9c21-0d4f8e2b7a63", "scopes": ["voip"]})

    interview_id: str
    scopes: list[Literal["voip", "chat"]] = Field(default=["voip"], min_length=1, max_length=2)


class CallTokenView(Contract):
    model_config = example(
        {
            "token": "eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
            "expires_on": "2026-11-21T10:00:00Z",
            "user_id": "8:acs:00000000-0000-4000-8000-00000000ac50_0c9b7c30",
        }
    )

    token: str = Field(description="Whoever has it joins calls as this identity, so keep it to yourself")
    expires_on: datetime
    user_id: str = Field(description="The identity, the same every time")


class EventsHandled(Contract):
    processed: int = Field(description="Events that were handled, now or before", examples=[1])


def _is_public(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    return (
        parts.scheme == "https"
        and parts.username is None
        and port in {None, 443}
        and HOST.fullmatch(host) is not None
        and not host.endswith(INTERNAL)
    )
