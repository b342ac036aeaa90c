"""Events of calls: every wrong proof, and every kind as it comes over the wire."""

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from shared.adapters.acs.call_events import AcsCallEvents
from shared.domain import calls
from shared.domain.calls import (
    AppUser,
    CallEvent,
    Errand,
    OtherParty,
    Participant,
    Phone,
    RecordingState,
    Result,
)
from shared.errors import MalformedBodyError, NotSignedInError, UnavailableError

ISSUER = "https://acscallautomation.communication.azure.com"
AUDIENCE = "00000000-0000-4000-8000-00000000ac50"
INTERVIEW = UUID("3c0e2a52-6f8e-4a51-9a59-0d3f3a8f6c11")
AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@cache
def private_key(name: str = "ours") -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


class Keys:
    """One key, named `1`; a key of another kind, named `2`; and times when there are none."""

    def __init__(self) -> None:
        self.reachable = True

    async def find(self, key_id: str) -> jwt.PyJWK | None:
        if not self.reachable:
            raise UnavailableError("The keys of call events cannot be had.")
        if key_id == "2":
            return jwt.PyJWK({"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0", "alg": "HS256"})
        public = jwt.algorithms.RSAAlgorithm.to_jwk(private_key().public_key(), as_dict=True)
        return jwt.PyJWK({**public, "kid": "1", "alg": "RS256"}) if key_id == "1" else None


def proof(*, key: Any = None, algorithm: str = "RS256", kid: str = "1", **changed: Any) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "nbf": now, "exp": now + 300} | changed
    claims = {name: value for name, value in claims.items() if value is not None}
    return f"Bearer {jwt.encode(claims, key if key is not None else private_key(), algorithm, {'kid': kid})}"


def told(kind: str, *, data: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    event = {
        "id": "e-1",
        "source": "calling/callConnections/c-1",
        "type": f"Microsoft.Communication.{kind}",
        "specversion": "1.0",
        "time": "2026-01-05T09:00:00.0000000+00:00",
        "subject": "calling/callConnections/c-1",
        "data": {
            "version": "2023-10-03",
            "callConnectionId": "c-1",
            "serverCallId": "s-1",
            "correlationId": "x",
            "publicEventType": kind,
            **(data or {}),
        },
    }
    return event | changed


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def events(keys: Keys) -> AcsCallEvents:
    return AcsCallEvents(keys, ISSUER, AUDIENCE)


async def read(events: AcsCallEvents, *batch: object) -> tuple[CallEvent, ...]:
    return await events.open(proof(), json.dumps(batch).encode())


# proof


WRONG: dict[str, Callable[[], str | None]] = {
    "nothing": lambda: None,
    "empty": lambda: "",
    "no token": lambda: "Bearer ",
    "garbage": lambda: "Bearer a.b.c",
    "another scheme": lambda: proof().replace("Bearer", "Basic"),
    "another audience": lambda: proof(aud=str(uuid4())),
    "another issuer": lambda: proof(iss="https://evil.example"),
    "no audience": lambda: proof(aud=None),
    "no issuer": lambda: proof(iss=None),
    "no expiry": lambda: proof(exp=None),
    "not yet": lambda: proof(nbf=int(time.time()) + 600),
    "another key": lambda: proof(key=private_key("theirs")),
    "an unknown key": lambda: proof(kid="9"),
    "no signature": lambda: proof(key="", algorithm="none"),
    "the name of a key as a secret": lambda: proof(key="1" * 32, algorithm="HS256"),
    "a key of another kind": lambda: proof(kid="2"),
    "another algorithm": lambda: proof(algorithm="RS512"),
    "cut short": lambda: proof()[:-8],
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_wrong_proof_is_refused_before_the_body_is_read(events: AcsCallEvents, wrong: str) -> None:
    with pytest.raises(NotSignedInError) as caught:
        await events.open(WRONG[wrong](), b"no JSON at all")

    assert caught.value.code == "unauthorized"


async def test_an_expired_proof_says_so_and_a_clock_that_is_a_little_off_is_forgiven(
    events: AcsCallEvents,
) -> None:
    with pytest.raises(NotSignedInError) as caught:
        await events.open(proof(exp=int(time.time()) - 60), b"[]")

    assert caught.value.code == "token_expired"
    assert await events.open(proof(exp=int(time.time()) - 10), b"[]") == ()


async def test_without_keys_nobody_is_judged(events: AcsCallEvents, keys: Keys) -> None:
    keys.reachable = False

    with pytest.raises(UnavailableError):
        await events.open(proof(), b"[]")


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"null", b'"[]"', b"\xff\xfe"])
async def test_a_body_that_is_no_batch_is_refused(events: AcsCallEvents, body: bytes) -> None:
    with pytest.raises(MalformedBodyError):
        await events.open(proof(), body)


# kinds


def result(code: int = 200, sub_code: int = 0) -> dict[str, Any]:
    return {"resultInformation": {"code": code, "subCode": sub_code, "message": "whatever", "sipDetails": {}}}


PHONE = {"rawId": "4:+61255500101", "kind": "phoneNumber", "phoneNumber": {"value": "+61255500101"}}
USER = {"rawId": "8:acs:r_u", "kind": "communicationUser", "communicationUser": {"id": "8:acs:r_u"}}
TEAMS = {"rawId": "8:orgid:7", "kind": "microsoftTeamsUser"}
SPEECH = {"recognitionType": "speech", "speechResult": {"speech": "Yes.", "confidence": 0.9}}
COMMON: dict[str, Any] = {"id": "e-1", "at": AT, "call_id": "c-1", "server_call_id": "s-1"}

KINDS: list[tuple[str, dict[str, Any], CallEvent]] = [
    ("CallConnected", result(), calls.CallConnected(**COMMON)),
    ("CallDisconnected", result(200, 560000), calls.CallDisconnected(**COMMON, result=Result(200, 560000))),
    ("CallDisconnected", {}, calls.CallDisconnected(**COMMON, result=Result(0, 0))),
    ("CreateCallFailed", result(480, 1), calls.CallNotConnected(**COMMON, result=Result(480, 1))),
    ("AnswerFailed", result(400, 2), calls.CallNotConnected(**COMMON, result=Result(400, 2))),
    ("ConnectFailed", result(400, 3), calls.CallNotConnected(**COMMON, result=Result(400, 3))),
    (
        "ParticipantsUpdated",
        {
            "participants": [
                {"identifier": PHONE, "isMuted": True, "isOnHold": False},
                {"identifier": USER},
                {"identifier": TEAMS, "isOnHold": True},
            ],
            "sequenceNumber": 7,
        },
        calls.ParticipantsChanged(
            **COMMON,
            participants=(
                Participant(Phone("+61255500101"), muted=True),
                Participant(AppUser("8:acs:r_u")),
                Participant(OtherParty("8:orgid:7"), on_hold=True),
            ),
            sequence=7,
        ),
    ),
    (
        "AddParticipantSucceeded",
        {"participant": USER, **result()},
        calls.ParticipantAdded(**COMMON, party=AppUser("8:acs:r_u")),
    ),
    (
        "AddParticipantFailed",
        result(603, 9),
        calls.ParticipantNotAdded(**COMMON, party=None, result=Result(603, 9)),
    ),
    (
        "RemoveParticipantSucceeded",
        {"participant": PHONE},
        calls.ParticipantRemoved(**COMMON, party=Phone("+61255500101")),
    ),
    ("PlayStarted", result(), calls.SpeechStarted(**COMMON)),
    ("PlayCompleted", result(), calls.SpeechFinished(**COMMON)),
    ("PlayFailed", result(400, 8535), calls.SpeechFailed(**COMMON, result=Result(400, 8535))),
    ("PlayCanceled", result(400, 8508), calls.SpeechCancelled(**COMMON)),
    ("RecognizeCompleted", SPEECH, calls.WordsHeard(**COMMON, text="Yes.", confidence=0.9)),
    (
        "RecognizeCompleted",
        {"recognitionType": "dtmf", "dtmfResult": {"tones": ["one", "pound"]}},
        calls.TonesHeard(**COMMON, tones=("one", "pound")),
    ),
    (
        "RecognizeCompleted",
        {"recognitionType": "choices", "choiceResult": {"label": "yes"}},
        calls.ChoiceHeard(**COMMON, label="yes", phrase=None),
    ),
    ("RecognizeFailed", result(400, 8510), calls.NothingHeard(**COMMON, silent=True)),
    ("RecognizeFailed", result(400, 8563), calls.NothingHeard(**COMMON, silent=False)),
    ("RecognizeFailed", result(500, 8564), calls.ListeningFailed(**COMMON, result=Result(500, 8564))),
    ("RecognizeCanceled", result(), calls.ListeningCancelled(**COMMON)),
    (
        "RecordingStateChanged",
        {"recordingId": "r-1", "state": "inactive", "startDateTime": "2026-01-05T09:00:00Z"},
        calls.RecordingChanged(**COMMON, recording_id="r-1", state=RecordingState.PAUSED),
    ),
    (
        "StartRecordingFailed",
        {"recordingId": "r-1", **result(400, 4)},
        calls.RecordingNotStarted(**COMMON, recording_id="r-1", result=Result(400, 4)),
    ),
    ("HoldFailed", result(400, 1), calls.OtherCallEvent(**COMMON, kind="HoldFailed")),
    ("SomethingOfTomorrow", {"new": []}, calls.OtherCallEvent(**COMMON, kind="SomethingOfTomorrow")),
]


@pytest.mark.parametrize(("kind", "data", "expected"), KINDS)
async def test_a_kind_is_read(
    events: AcsCallEvents, kind: str, data: dict[str, Any], expected: CallEvent
) -> None:
    assert await read(events, told(kind, data=data)) == (expected,)


@pytest.mark.parametrize(
    ("context", "errand"),
    [
        (f"{INTERVIEW}/question-3", Errand(INTERVIEW, "question-3")),
        (f"{INTERVIEW}/", Errand(INTERVIEW)),
        ("somebody else's", None),
        (f"{INTERVIEW}/<script>", None),
        ("", None),
        (None, None),
    ],
)
async def test_an_event_carries_the_errand_of_its_cause(
    events: AcsCallEvents, context: str | None, errand: Errand | None
) -> None:
    (event,) = await read(events, told("PlayCompleted", data={"operationContext": context}))

    assert event.errand == errand


def test_an_errand_reads_as_it_was_written() -> None:
    errand = Errand(INTERVIEW, "question-3.prompt_2")

    assert Errand.parse(str(errand)) == errand
    with pytest.raises(ValueError, match="a step is a short word"):
        Errand(INTERVIEW, "a b")


UNREADABLE: dict[str, object] = {
    "no object": "text",
    "no id": told("CallConnected", id=None),
    "no time": told("CallConnected", time="yesterday"),
    "no data": told("CallConnected", data=None) | {"data": None},
    "no call": told("CallConnected", data={"callConnectionId": ""}),
    "no participants": told("ParticipantsUpdated"),
    "no party": told("AddParticipantSucceeded"),
    "no words": told("RecognizeCompleted", data={"recognitionType": "speech"}),
    "no way of recognising": told("RecognizeCompleted"),
    "an unknown way of recognising": told("RecognizeCompleted", data={"recognitionType": "gesture"}),
    "no recording": told("RecordingStateChanged", data={"state": "active"}),
    "an unknown state": told("RecordingStateChanged", data={"recordingId": "r", "state": "molten"}),
}


@pytest.mark.parametrize("broken", UNREADABLE)
async def test_an_event_that_cannot_be_read_is_left_out_and_no_other(
    events: AcsCallEvents, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "talenti"):
        found = await read(events, told("PlayStarted"), UNREADABLE[broken], told("PlayCompleted"))

    assert [type(event) for event in found] == [calls.SpeechStarted, calls.SpeechFinished]
    (line,) = caplog.messages
    assert "calls.event.unreadable" in line


async def test_nothing_that_was_said_is_logged_or_shown(
    events: AcsCallEvents, caplog: pytest.LogCaptureFixture
) -> None:
    data = {"recognitionType": "speech", "speechResult": {"speech": "my secret", "confidence": "high"}}
    with caplog.at_level(logging.DEBUG, "talenti"):
        await read(
            events, told("RecognizeCompleted", data=data, type="<my secret>"), told("RecognizeCompleted")
        )
        (heard,) = await read(events, told("RecognizeCompleted", data=SPEECH))

    assert "my secret" not in caplog.text
    assert "Yes." not in repr(heard)
    assert "+61255500101" not in repr(Participant(Phone("+61255500101")))
