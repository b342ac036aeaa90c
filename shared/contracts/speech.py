"""What browsers are given to hear and speak by themselves."""

from datetime import datetime

from pydantic import Field

from shared.contracts.base import Contract, Sent, example


class SpeechTokenQuery(Sent):
    interview_id: str | None = Field(
        default=None,
        description="The interview it is for: then it has to be your own, and not over",
        examples=["7d3c0a52-5a0e-4b6d-9c1f-1a2b3c4d5e44"],
    )


class SpeechTokenView(Contract):
    model_config = example(
        {
            "token": "eyJhbGciOiJFUzI1NiJ9.e30.c2ln",
            "region": "australiaeast",
            "expires_at": "2026-11-21T09:10:00Z",
            "host": None,
        }
    )

    token: str
    region: str
    expires_at: datetime = Field(description="Ask again with less than a minute left")
    host: str | None = Field(
        description="What the SDK is told instead of the region, where it is not Azure's"
    )


class RelayTokenView(Contract):
    """What WebRTC needs to show the avatar."""

    model_config = example(
        {
            "urls": ["turn:relay.communication.microsoft.com:3478"],
            "username": "user",
            "credential": "secret",
        }
    )

    urls: list[str]
    username: str
    credential: str
