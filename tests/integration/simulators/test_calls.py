"""Call Automation through the real client, and our adapters on it: a phone interview, and what goes wrong."""

import base64
import hashlib
import hmac
import io
import time
import wave
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from azure.communication.callautomation import (
    AzureBlobContainerRecordingStorage,
    CallConnectionProperties,
    CommunicationUserIdentifier,
    FileSource,
    MediaStreamingOptions,
    PhoneNumberIdentifier,
    RecognitionChoice,
    SsmlSource,
    StreamingTransportType,
    TextSource,
    TranscriptionOptions,
)
from azure.communication.callautomation.aio import CallAutomationClient, CallConnectionClient
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError

from shared.adapters.acs.call_events import AcsCallEvents
from shared.adapters.acs.calls import AcsCalls
from shared.domain import calls as domain
from shared.domain.calls import (
    AppUser,
    CallState,
    Errand,
    Listening,
    Phone,
    RecordingState,
    RecordingStyle,
    SoundFile,
    SpokenMarkup,
    SpokenText,
)
from shared.errors import (
    ConflictError,
    InvalidInputError,
    MalformedBodyError,
    NotFoundError,
    NotSignedInError,
    SettingError,
    UnavailableError,
    UpstreamError,
)
from tests.acs import AUDIENCE, NUMBER, Acs, client, make_container, read_blob, share
from tests.azurite import Azurite
from tests.simulators import NotPlayedError, Simulators
from tests.webhook import Delivery, Webhook

# the SDK stamps requests so where the caller has not; our adapters always have
pytestmark = [pytest.mark.azure, pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow")]

ADA = PhoneNumberIdentifier("+61255500101")
GRACE = CommunicationUserIdentifier(f"8:acs:{AUDIENCE}_{uuid4()}")
CALLBACK = "/api/v1/webhooks/call-automation"
QUICK = 0.001


@pytest.fixture(scope="module")
def running_webhook() -> Iterator[Webhook]:
    with Webhook() as webhook:
        yield webhook


@pytest.fixture(scope="module")
def running_simulators(azurite: Azurite, running_webhook: Webhook) -> Iterator[Simulators]:
    with Simulators(storage=azurite.connection_string, functions_url=running_webhook.url) as simulators:
        yield simulators


@pytest.fixture
def webhook(running_webhook: Webhook, simulators: Simulators) -> Webhook:
    running_webhook.clear()  # after the reset, which ends what was still to be delivered
    return running_webhook


@pytest.fixture
async def acs(simulators: Simulators, webhook: Webhook, azurite: Azurite) -> Acs:
    acs = Acs(simulators.url, f"{webhook.url}{CALLBACK}", await make_container(azurite))
    acs.pace(QUICK)
    return acs


@pytest.fixture
async def sdk(acs: Acs) -> AsyncIterator[CallAutomationClient]:
    async with client(CallAutomationClient, acs.url) as made:
        yield made


@pytest.fixture
async def calls(acs: Acs) -> AsyncIterator[AcsCalls]:
    made = acs.calls()
    yield made
    await made.close()


@pytest.fixture
async def events(acs: Acs) -> AsyncIterator[AcsCallEvents]:
    made, keys = acs.call_events()
    yield made
    await keys.close()


async def connected(
    sdk: CallAutomationClient, acs: Acs, webhook: Webhook, *, speech: bool = True, **more: Any
) -> tuple[CallConnectionProperties, CallConnectionClient]:
    """A call that Ada has taken."""
    call = await sdk.create_call(
        ADA,
        acs.callback_url,
        source_caller_id_number=PhoneNumberIdentifier(NUMBER),
        cognitive_services_endpoint=acs.url if speech else None,
        **more,
    )
    await webhook.wait_for("ParticipantsUpdated")
    assert call.call_connection_id is not None
    return call, sdk.get_call_connection(call.call_connection_id)


@pytest.fixture
async def line(sdk: CallAutomationClient, acs: Acs, webhook: Webhook) -> CallConnectionClient:
    """Ada is on it."""
    return (await connected(sdk, acs, webhook))[1]


def result_of(delivery: Delivery) -> tuple[int, int]:
    result = delivery.events[-1]["data"]["resultInformation"]
    return result["code"], result["subCode"]


async def opened(events: AcsCallEvents, delivery: Delivery) -> domain.CallEvent:
    (event,) = await events.open(delivery.headers["authorization"], delivery.body)
    return event


# a whole step of a phone interview


async def test_a_phone_interview_is_placed_spoken_heard_recorded_and_ended(
    acs: Acs, calls: AcsCalls, events: AcsCallEvents, webhook: Webhook, simulators: Simulators
) -> None:
    errand = Errand(uuid4(), "question-1")
    answer = "I led the move to one database and cut our costs by a third."
    simulators.script("calls", says=answer, match={"context": "question-1"})

    call = await calls.place(uuid4(), Phone("+61255500101"), errand)
    assert call.state is CallState.CONNECTING
    connection = await webhook.wait_for("CallConnected")
    assert connection.query == {"interview_id": [str(errand.interview_id)]}
    assert await opened(events, connection) == domain.CallConnected(
        id=connection.events[0]["id"],
        at=datetime.fromisoformat(connection.events[0]["time"]),
        call_id=call.id,
        server_call_id=call.server_call_id,
        errand=errand,
    )

    recording = await calls.start_recording(uuid4(), call.server_call_id, RecordingStyle(), errand)
    assert recording.state is RecordingState.ACTIVE
    await calls.say(call.id, SpokenText("Good morning, Ada."), errand)
    said = await webhook.wait_for("PlayCompleted")
    assert isinstance(await opened(events, said), domain.SpeechFinished)

    question = Listening(SpokenText("What are you proud of?"))
    await calls.listen(call.id, Phone("+61255500101"), question, errand)
    heard = await opened(events, await webhook.wait_for("RecognizeCompleted"))
    assert isinstance(heard, domain.WordsHeard)
    assert (heard.text, heard.errand) == (answer, errand)

    await calls.hang_up(call.id)
    ended = await opened(events, await webhook.wait_for("CallDisconnected"))
    assert isinstance(ended, domain.CallDisconnected)
    file = (await webhook.wait_for("RecordingFileStatusUpdated")).events[0]
    assert recording.id in file["subject"]
    (chunk,) = file["data"]["recordingStorageInfo"]["recordingChunks"]
    content = await read_blob(chunk["contentLocation"])
    with wave.open(io.BytesIO(content)) as sound:
        assert (sound.getnchannels(), sound.getframerate()) == (2, 16_000)
        assert 1000 * sound.getnframes() / sound.getframerate() == pytest.approx(
            file["data"]["recordingDurationMs"], abs=1
        )
        assert any(sound.readframes(sound.getnframes()))
    assert answer.encode() in content  # as a comment, for a stand-in that transcribes
    assert [kind for kind in webhook.kinds if kind == "RecordingStateChanged"] == 2 * [
        "RecordingStateChanged"
    ]


async def test_a_candidate_who_needs_no_script_answers_whatever_is_asked(
    acs: Acs, calls: AcsCalls, events: AcsCallEvents, webhook: Webhook
) -> None:
    errand = Errand(uuid4())
    call = await calls.place(uuid4(), Phone("+61255500101"), errand)
    await webhook.wait_for("CallConnected")

    for question in ("Tell me of a time when you failed.", "What would you ask us?"):
        await calls.listen(call.id, Phone("+61255500101"), Listening(SpokenText(question)), errand)

    await webhook.wait_for("RecognizeCompleted", 2)
    texts = {
        (await opened(events, each)).text  # type: ignore[attr-defined]  # all are WordsHeard
        for each in await webhook.wait_until(lambda each: "RecognizeCompleted" in each.kinds, 2)
    }
    assert all(len(text.split()) > 15 for text in texts)
    said = acs.look("calls")["calls"][0]["said"]
    assert [each["speaker"] == "us" for each in said] == [True, False, True, False]


# events on a bad way


async def test_an_event_may_be_lost_late_doubled_or_out_of_order(
    acs: Acs, calls: AcsCalls, events: AcsCallEvents, webhook: Webhook, simulators: Simulators
) -> None:
    simulators.fault("calls", "reordered", path="CallConnected")
    simulators.fault("calls", "twice", path="PlayStarted")
    simulators.fault("calls", "lost", path="PlayCompleted")
    simulators.fault("calls", "late", path="RecognizeCompleted", seconds=0.15)
    errand = Errand(uuid4())

    call = await calls.place(uuid4(), Phone("+61255500101"), errand)
    await webhook.wait_for("CallConnected")
    await calls.say(call.id, SpokenText("Hello."), errand)
    await calls.listen(call.id, Phone("+61255500101"), Listening(), errand)
    await webhook.wait_for("PlayStarted", 2)
    heard = await webhook.wait_for("RecognizeCompleted")

    assert webhook.kinds == [
        "ParticipantsUpdated",
        "CallConnected",
        "PlayStarted",
        "PlayStarted",
        "RecognizeCompleted",
    ]
    first, second = (each for each in webhook.deliveries if each.kinds == ["PlayStarted"])
    assert first.events == second.events
    assert first.headers["authorization"]
    assert isinstance(await opened(events, heard), domain.WordsHeard)


async def test_an_event_that_nothing_overtakes_comes_after_a_while(
    calls: AcsCalls, webhook: Webhook, simulators: Simulators
) -> None:
    simulators.fault("calls", "reordered", path="CreateCallFailed")
    simulators.script("rings", outcome="busy")

    await calls.place(uuid4(), Phone("+61255500101"), Errand(uuid4()))

    await webhook.wait_for("CreateCallFailed")


async def test_a_delivery_that_is_not_taken_is_tried_again(
    acs: Acs, calls: AcsCalls, webhook: Webhook
) -> None:
    webhook.statuses = [503, 500, 200, 400]

    await calls.place(uuid4(), Phone("+61255500101"), Errand(uuid4()))

    await webhook.wait_for("ParticipantsUpdated")
    assert webhook.kinds == [*3 * ["CallConnected"], "ParticipantsUpdated"]
    told = {
        each["event"]["type"].rsplit(".")[-1]: each["statuses"] for each in acs.look("calls/events")["events"]
    }
    assert told == {"CallConnected": [503, 500, 200], "ParticipantsUpdated": [400]}


# proof


@pytest.mark.parametrize("flaw", ["unsigned", "foreign_key", "foreign_audience", "expired"])
async def test_an_event_with_a_wrong_proof_is_refused(
    acs: Acs, calls: AcsCalls, events: AcsCallEvents, webhook: Webhook, simulators: Simulators, flaw: str
) -> None:
    simulators.fault("calls", flaw, path="CallConnected")
    await calls.place(uuid4(), Phone("+61255500101"), Errand(uuid4()))
    delivery = await webhook.wait_for("CallConnected")

    with pytest.raises(NotSignedInError) as caught:
        await opened(events, delivery)

    assert caught.value.code == ("token_expired" if flaw == "expired" else "unauthorized")
    following = await opened(events, await webhook.wait_for("ParticipantsUpdated"))
    assert isinstance(following, domain.ParticipantsChanged)


async def test_a_proof_may_not_be_left_out_and_its_batch_must_be_one(
    acs: Acs, calls: AcsCalls, events: AcsCallEvents, webhook: Webhook
) -> None:
    await calls.place(uuid4(), Phone("+61255500101"), Errand(uuid4()))
    delivery = await webhook.wait_for("CallConnected")
    proof = delivery.headers["authorization"]

    for wrong in (None, "", "Bearer", f"Basic {proof}", proof + "x"):
        with pytest.raises(NotSignedInError):
            await events.open(wrong, delivery.body)
    for body in (b"", b"{", b"{}", b'"text"'):
        with pytest.raises(MalformedBodyError):
            await events.open(proof, body)


async def test_without_keys_no_event_is_judged(acs: Acs, simulators: Simulators) -> None:
    events, keys = acs.call_events()
    simulators.fault("calls", "status", path="/keys$", status=500, times=None)
    head = base64.urlsafe_b64encode(b'{"alg":"RS256","kid":"1"}').decode().rstrip("=")

    with pytest.raises(UnavailableError):
        await events.open(f"Bearer {head}.e30.c2ln", b"[]")
    await keys.close()


@pytest.mark.parametrize("fault", ["html", "malformed", "reset"])
async def test_keys_that_cannot_be_read_are_asked_for_again(
    events: AcsCallEvents, calls: AcsCalls, webhook: Webhook, simulators: Simulators, fault: str
) -> None:
    await calls.place(uuid4(), Phone("+61255500101"), Errand(uuid4()))
    delivery = await webhook.wait_for("CallConnected")
    simulators.fault("calls", fault, path="/keys$")

    for _ in range(5):
        assert isinstance(await opened(events, delivery), domain.CallConnected)

    assert len(simulators.journal("calls", "/keys$")) == 2  # and not once for each event


def test_the_keys_are_published_as_the_service_does(acs: Acs) -> None:
    configuration = httpx.get(f"{acs.url}/calling/.well-known/acsopenidconfiguration", trust_env=False).json()
    keys = httpx.get(configuration["jwks_uri"], trust_env=False).json()["keys"]

    assert configuration["issuer"] == "https://acscallautomation.communication.azure.com"
    assert [(key["kty"], key["alg"]) for key in keys] == [("RSA", "RS256")]
    assert acs.do("calls/keys")["kid"] != keys[0]["kid"]


# who may ask


async def test_a_wrong_key_is_refused(acs: Acs) -> None:
    async with client(CallAutomationClient, acs.url, base64.b64encode(b"another key").decode()) as stranger:
        with pytest.raises(ClientAuthenticationError):
            await stranger.get_call_connection("any").get_call_properties()


def signed(url: str, *, path: str, date: datetime | None = None, body: bytes = b"") -> dict[str, str]:
    when = format_datetime(date or datetime.now(UTC), usegmt=True)
    content = base64.b64encode(hashlib.sha256(body).digest()).decode()
    host = url.removeprefix("http://")
    text = f"GET\n{path}\n{when};{host};{content}"
    key = base64.b64decode(Simulators.keys.acs)
    signature = base64.b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode()
    names = "x-ms-date;host;x-ms-content-sha256"
    return {
        "x-ms-date": when,
        "x-ms-content-sha256": content,
        "Authorization": f"HMAC-SHA256 SignedHeaders={names}&Signature={signature}",
    }


def token(**changed: Any) -> dict[str, str]:
    claims = {"aud": "https://communication.azure.com", "exp": int(time.time()) + 600} | changed
    return {"Authorization": f"Bearer {jwt.encode(claims, 'a-secret-of-more-than-thirty-two-bytes')}"}


def test_signatures_and_tokens_are_checked(acs: Acs) -> None:
    path = "/calling/callConnections/none?api-version=2026-03-12"
    old = datetime.now(UTC) - timedelta(minutes=20)
    tries = {
        "signed": signed(acs.url, path=path),
        "token": token(),
        "nothing": {},
        "old": signed(acs.url, path=path, date=old),
        "other path": signed(acs.url, path="/calling/callConnections/other?api-version=2026-03-12"),
        "other body": signed(acs.url, path=path, body=b"{}"),
        "other audience": token(aud="https://cognitiveservices.azure.com"),
        "expired": token(exp=int(time.time()) - 1),
        "no token": {"Authorization": "Bearer nonsense"},
    }

    found = {
        name: httpx.get(f"{acs.url}{path}", headers=each, trust_env=False) for name, each in tries.items()
    }

    assert {name: answer.status_code for name, answer in found.items()} == {
        name: 404 if name in {"signed", "token"} else 401 for name in tries
    }
    assert found["signed"].json()["error"] == {"code": "8522", "message": "Call not found."}


@pytest.mark.parametrize("version", ["", "?api-version=2020-01-01"])
def test_an_unknown_version_is_refused(acs: Acs, version: str) -> None:
    answer = httpx.get(f"{acs.url}/calling/callConnections/none{version}", headers=token(), trust_env=False)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "InvalidApiVersionParameter")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"targets": [], "callbackUri": "http://127.0.0.1:9/"},
        {"targets": [{"rawId": "4:+61255500101"}], "callbackUri": "http://127.0.0.1:9/"},
        {"targets": [{"phoneNumber": {"value": "12"}}], "callbackUri": "http://127.0.0.1:9/"},
        {"targets": [{"phoneNumber": {"value": "+61255500101"}}], "callbackUri": "http://127.0.0.1:9/"},
        {
            "targets": [{"communicationUser": {"id": GRACE.raw_id}, "rawId": "8:acs:x"}],
            "callbackUri": "http://x/",
        },
        {"targets": [{"communicationUser": {"id": GRACE.raw_id}}], "callbackUri": "callback"},
    ],
)
def test_a_body_that_the_service_would_refuse_is_refused(acs: Acs, body: dict[str, Any]) -> None:
    url = f"{acs.url}/calling/callConnections?api-version=2026-03-12"
    answer = httpx.post(url, json=body, headers=token(), trust_env=False)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")


# repeats and states


async def test_a_repeated_request_is_one_call(acs: Acs, sdk: CallAutomationClient, calls: AcsCalls) -> None:
    key, errand = uuid4(), Errand(uuid4())

    first = await calls.place(key, Phone("+61255500101"), errand)
    again = await calls.place(key, Phone("+61255500101"), errand)
    with pytest.raises(HttpResponseError) as caught:
        await sdk.create_call(GRACE, acs.callback_url, headers={"Repeatability-Request-ID": str(key)})

    assert again == first
    assert len(acs.look("calls")["calls"]) == 1
    assert caught.value.status_code == 400


async def test_a_request_first_sent_long_ago_is_refused(acs: Acs, sdk: CallAutomationClient) -> None:
    long_ago = format_datetime(datetime.now(UTC) - timedelta(minutes=6), usegmt=True)
    for stamp, status in ((long_ago, 412), ("yesterday", 400)):
        headers = {"Repeatability-Request-ID": str(uuid4()), "Repeatability-First-Sent": stamp}
        with pytest.raises(HttpResponseError) as caught:
            await sdk.create_call(GRACE, acs.callback_url, headers=headers)
        assert caught.value.status_code == status


async def test_an_answer_that_is_lost_is_asked_for_again_and_has_one_effect(
    acs: Acs, calls: AcsCalls, simulators: Simulators
) -> None:
    simulators.fault("calls", "truncate", path="/callConnections$", method="POST")

    call = await calls.place(uuid4(), Phone("+61255500101"), Errand(uuid4()))

    assert [each["callConnectionId"] for each in acs.look("calls")["calls"]] == [call.id]
    assert len(simulators.journal("calls", "/callConnections$")) == 2


async def test_what_is_said_is_never_said_twice(
    acs: Acs, calls: AcsCalls, webhook: Webhook, simulators: Simulators
) -> None:
    call = await calls.place(uuid4(), Phone("+61255500101"), Errand(uuid4()))
    await webhook.wait_for("CallConnected")
    simulators.fault("calls", "status", path=":play$", status=503, times=None)

    with pytest.raises(UnavailableError):
        await calls.say(call.id, SpokenText("Hello."), Errand(uuid4()))

    assert len(simulators.journal("calls", ":play$")) == 1


async def test_before_it_is_connected_and_after_it_is_over_nothing_can_be_said(
    acs: Acs, calls: AcsCalls, webhook: Webhook, simulators: Simulators
) -> None:
    errand = Errand(uuid4())
    simulators.script("rings", outcome="answers", after=100)  # a tenth of a second at this pace
    call = await calls.place(uuid4(), Phone("+61255500101"), errand)

    with pytest.raises(ConflictError):
        await calls.say(call.id, SpokenText("Hello."), errand)
    await webhook.wait_for("CallConnected")
    assert (await calls.look(call.id)).state is CallState.CONNECTED
    await calls.hang_up(call.id)
    for gone in (
        calls.say(call.id, SpokenText("Hello."), errand),
        calls.look(call.id),
        calls.be_silent(call.id),
        calls.start_recording(uuid4(), call.server_call_id, RecordingStyle(), errand),
    ):
        with pytest.raises(NotFoundError):
            await gone
    await calls.hang_up(call.id)
    await calls.hang_up(call.id, for_everyone=False)


async def test_an_answer_without_what_it_must_have_is_a_fault_of_the_service(
    simulators: Simulators,
) -> None:
    def answers(path: str, status: int, body: dict[str, str]) -> None:
        simulators.fault("calls", "status", path=path, status=status, body=body)

    calls, errand, style = Acs(simulators.url, attempts=1).calls(), Errand(uuid4()), RecordingStyle()
    answers("/callConnections$", 201, {"callConnectionId": "c"})
    with pytest.raises(UpstreamError):
        await calls.place(uuid4(), Phone("+61255500101"), errand)
    for body in ({"recordingState": "active"}, {"recordingId": "r", "recordingState": "molten"}):
        answers("/recordings$", 200, body)
        with pytest.raises(UpstreamError):
            await calls.start_recording(uuid4(), "s", style, errand)
    answers("/c$", 200, {"callConnectionId": "c", "serverCallId": "s", "callConnectionState": "levitating"})

    assert (await calls.look("c")).state is CallState.UNKNOWN
    await calls.close()


@pytest.mark.parametrize(("outcome", "code"), [("nobody", 480), ("busy", 486), ("declined", 603)])
async def test_a_call_that_nobody_takes_says_why(
    acs: Acs,
    calls: AcsCalls,
    events: AcsCallEvents,
    webhook: Webhook,
    simulators: Simulators,
    outcome: str,
    code: int,
) -> None:
    simulators.script("rings", outcome=outcome, match={"whom": "500101"})

    await calls.place(uuid4(), Phone("+61255500101"), Errand(uuid4()))

    event = await opened(events, await webhook.wait_for("CreateCallFailed"))
    assert isinstance(event, domain.CallNotConnected)
    assert event.result.code == code


async def test_a_phone_needs_a_number_to_be_called_from_and_one_to_be_called_at(acs: Acs) -> None:
    calls, without = acs.calls(), acs.calls(number="")
    with pytest.raises(InvalidInputError):
        await calls.place(uuid4(), Phone("0255500101"), Errand(uuid4()))
    with pytest.raises(SettingError):
        await without.place(uuid4(), Phone("+61255500101"), Errand(uuid4()))

    assert (await without.place(uuid4(), AppUser(GRACE.raw_id), Errand(uuid4()))).id
    await calls.close()
    await without.close()


# what is said


async def test_without_speech_services_there_are_only_files_and_keys(
    sdk: CallAutomationClient, acs: Acs, webhook: Webhook
) -> None:
    _, call = await connected(sdk, acs, webhook, speech=False)

    for refused in (
        call.play_media(TextSource(text="Hello.", voice_name="en-AU-NatashaNeural")),
        call.play_media(SsmlSource(ssml_text="<speak>Hello.</speak>")),
        call.start_recognizing_media("speech", ADA, end_silence_timeout=1),
    ):
        with pytest.raises(HttpResponseError) as caught:
            await refused
        assert caught.value.status_code == 400
    await call.start_recognizing_media("dtmf", ADA, dtmf_max_tones_to_collect=2)
    heard = (await webhook.wait_for("RecognizeCompleted")).events[0]["data"]
    assert heard["dtmfResult"] == {"tones": ["one", "one"]}


@pytest.mark.parametrize(
    ("source", "sub_code"),
    [
        (FileSource(url="http://127.0.0.1:9/none.wav"), 8536),
        (FileSource(url="https://example.com/far.wav"), 8536),
        (TextSource(text=" ", voice_name="en-AU-NatashaNeural"), 8582),
        (SsmlSource(ssml_text="<speak></speak>"), 8582),
    ],
)
async def test_what_cannot_be_played_fails_with_its_code(
    sdk: CallAutomationClient, acs: Acs, webhook: Webhook, source: Any, sub_code: int
) -> None:
    _, call = await connected(sdk, acs, webhook)

    await call.play_media(source)

    failed = await webhook.wait_for("PlayFailed")
    assert result_of(failed) == (400, sub_code)
    assert failed.events[0]["data"]["failedPlaySourceIndex"] == 0


async def test_a_file_is_fetched_and_a_file_that_is_no_sound_is_refused(
    sdk: CallAutomationClient, acs: Acs, webhook: Webhook, azurite: Azurite
) -> None:
    _, call = await connected(sdk, acs, webhook)

    await call.play_media(FileSource(url=f"{acs.url}/calling/keys"))

    assert result_of(await webhook.wait_for("PlayFailed")) == (400, 8535)


async def test_a_script_lets_a_play_fail(
    calls: AcsCalls, events: AcsCallEvents, acs: Acs, webhook: Webhook, simulators: Simulators
) -> None:
    simulators.script("plays", fails=8565, match={"text": "morning"})
    call = await calls.place(uuid4(), Phone("+61255500101"), Errand(uuid4()))
    await webhook.wait_for("CallConnected")

    await calls.say(call.id, SpokenText("Good morning."), Errand(uuid4()))

    event = await opened(events, await webhook.wait_for("PlayFailed"))
    assert isinstance(event, domain.SpeechFailed)
    assert event.result == domain.Result(400, 8565)


async def test_markup_and_files_are_said_as_well(
    calls: AcsCalls, acs: Acs, webhook: Webhook, azurite: Azurite
) -> None:
    sound = io.BytesIO()
    with wave.open(sound, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(8000)
        writer.writeframes(bytes(2 * 8000 * 3))
    url = await share(azurite, "waiting.wav", sound.getvalue())
    call = await calls.place(uuid4(), Phone("+61255500101"), Errand(uuid4()))
    await webhook.wait_for("CallConnected")

    await calls.say(
        call.id, SpokenMarkup("<speak>Good <break/>morning &amp; welcome.</speak>"), Errand(uuid4())
    )
    await calls.say(call.id, SoundFile(url), Errand(uuid4()))

    await webhook.wait_for("PlayCompleted", 2)
    said = [(each["text"], each["seconds"]) for each in acs.look("calls")["calls"][0]["said"]]
    assert said == [("Good morning & welcome.", 1.6), ("(waiting.wav)", 3.0)]


async def test_all_that_is_said_and_waits_can_be_cancelled(
    sdk: CallAutomationClient, acs: Acs, webhook: Webhook
) -> None:
    _, call = await connected(sdk, acs, webhook)
    text = TextSource(text="Hold the line.", voice_name="en-AU-NatashaNeural")

    await call.play_media(text, loop=True)
    await webhook.wait_for("PlayStarted")
    await call.start_recognizing_media("speech", ADA, end_silence_timeout=1)
    await call.cancel_all_media_operations()

    assert result_of(await webhook.wait_for("PlayCanceled")) == (400, 8508)
    assert result_of(await webhook.wait_for("RecognizeCanceled")) == (400, 8508)


async def test_one_thing_is_said_after_the_other_unless_it_interrupts(
    sdk: CallAutomationClient, acs: Acs, webhook: Webhook
) -> None:
    _, call = await connected(sdk, acs, webhook)
    voice = "en-AU-NatashaNeural"

    for number in ("one", "two"):
        await call.play_media(TextSource(text=number, voice_name=voice), operation_context=number)
    await webhook.wait_for("PlayCompleted", 2)
    await call.play_media(TextSource(text="music", voice_name=voice), loop=True, operation_context="music")
    await webhook.wait_for("PlayStarted", 3)
    await call.play_media(
        TextSource(text="stop", voice_name=voice),
        interrupt_call_media_operation=True,
        operation_context="stop",
    )
    await webhook.wait_for("PlayCompleted", 3)

    told = [
        (kind, delivery.events[0]["data"]["operationContext"])
        for delivery in webhook.deliveries
        for kind in delivery.kinds
        if kind.startswith("Play")
    ]
    assert told == [
        ("PlayStarted", "one"),
        ("PlayCompleted", "one"),
        ("PlayStarted", "two"),
        ("PlayCompleted", "two"),
        ("PlayStarted", "music"),
        ("PlayCanceled", "music"),
        ("PlayStarted", "stop"),
        ("PlayCompleted", "stop"),
    ]


# what is heard


@pytest.mark.parametrize(
    ("script", "sub_code", "event"),
    [
        ({"silence": True}, 8510, domain.NothingHeard),
        ({"says": "Too late.", "after": 6}, 8510, domain.NothingHeard),
        ({"mumbles": True}, 8563, domain.NothingHeard),
        ({"fails": 8564}, 8564, domain.ListeningFailed),
    ],
)
async def test_what_is_not_heard_says_why(
    calls: AcsCalls,
    events: AcsCallEvents,
    webhook: Webhook,
    simulators: Simulators,
    script: dict[str, Any],
    sub_code: int,
    event: type[domain.CallEvent],
) -> None:
    simulators.script("calls", **script)
    call = await calls.place(uuid4(), Phone("+61255500101"), Errand(uuid4()))
    await webhook.wait_for("CallConnected")

    await calls.listen(call.id, Phone("+61255500101"), Listening(patience_seconds=5), Errand(uuid4()))

    failed = await webhook.wait_for("RecognizeFailed")
    assert result_of(failed) == (400, sub_code)
    told = await opened(events, failed)
    assert isinstance(told, event)
    if isinstance(told, domain.NothingHeard):
        assert told.silent == (sub_code == 8510)


async def test_a_candidate_who_hangs_up_midway_ends_the_call(
    calls: AcsCalls, events: AcsCallEvents, acs: Acs, webhook: Webhook, simulators: Simulators
) -> None:
    simulators.script("calls", hangs_up=True, after=1)
    call = await calls.place(uuid4(), Phone("+61255500101"), Errand(uuid4()))
    await webhook.wait_for("CallConnected")

    await calls.listen(call.id, Phone("+61255500101"), Listening(SpokenText("Well?")), Errand(uuid4()))

    ended = await opened(events, await webhook.wait_for("CallDisconnected"))
    assert isinstance(ended, domain.CallDisconnected)
    assert ended.result == domain.Result(200, 560000)
    left = await opened(events, await webhook.wait_for("ParticipantsUpdated", 2))
    assert isinstance(left, domain.ParticipantsChanged)
    assert (left.participants, left.sequence) == ((), 2)
    assert not any(kind.startswith("Recognize") for kind in webhook.kinds)


async def test_an_answer_may_begin_before_the_question_ends(
    calls: AcsCalls, acs: Acs, webhook: Webhook, simulators: Simulators
) -> None:
    question = Listening(SpokenText("word " * 50), may_interrupt=True)
    simulators.script("calls", says="Yes.", interrupts=True, after=2)
    call = await calls.place(uuid4(), Phone("+61255500101"), Errand(uuid4()))
    await webhook.wait_for("CallConnected")

    await calls.listen(call.id, Phone("+61255500101"), question, Errand(uuid4()))
    await webhook.wait_for("RecognizeCompleted")

    asked, answered = acs.look("calls")["calls"][0]["said"]
    assert (asked["seconds"], answered["begins"]) == (2, 2)


@pytest.mark.parametrize(
    ("script", "kind", "sub_code"),
    [
        ({"tones": ["one", "two", "three"]}, "RecognizeCompleted", 8531),
        ({"tones": ["one", "pound"]}, "RecognizeCompleted", 8514),
        ({"tones": ["one"]}, "RecognizeFailed", 8532),
        ({"says": "one"}, "RecognizeFailed", 8510),
        ({"silence": True}, "RecognizeFailed", 8510),
    ],
)
async def test_keys_are_collected_until_enough_or_until_one_says_stop(
    sdk: CallAutomationClient,
    acs: Acs,
    webhook: Webhook,
    simulators: Simulators,
    script: dict[str, Any],
    kind: str,
    sub_code: int,
) -> None:
    simulators.script("calls", **script)
    _, call = await connected(sdk, acs, webhook)

    await call.start_recognizing_media(
        "dtmf", ADA, dtmf_max_tones_to_collect=3, dtmf_stop_tones=["pound"], dtmf_inter_tone_timeout=2
    )

    assert result_of(await webhook.wait_for(kind)) == (200 if kind == "RecognizeCompleted" else 400, sub_code)


@pytest.mark.parametrize(
    ("script", "kind", "sub_code"),
    [
        ({"says": "Yes, please go on."}, "RecognizeCompleted", 8545),
        ({"tones": ["one"]}, "RecognizeCompleted", 8533),
        ({"says": "Perhaps."}, "RecognizeFailed", 8547),
        ({"tones": ["nine"]}, "RecognizeFailed", 8534),
    ],
)
async def test_a_choice_is_made_by_words_or_by_a_key(
    line: CallConnectionClient,
    webhook: Webhook,
    events: AcsCallEvents,
    simulators: Simulators,
    script: dict[str, Any],
    kind: str,
    sub_code: int,
) -> None:
    simulators.script("calls", **script)
    choices = [RecognitionChoice(label="agreed", phrases=["yes", "sure"], tone="one")]

    await line.start_recognizing_media("choices", ADA, choices=choices)

    delivery = await webhook.wait_for(kind)
    assert result_of(delivery) == (200 if kind == "RecognizeCompleted" else 400, sub_code)
    told = await opened(events, delivery)
    assert isinstance(told, domain.ChoiceHeard | domain.ListeningFailed)
    if isinstance(told, domain.ChoiceHeard):
        assert (told.label, told.phrase) == ("agreed", "yes" if "says" in script else None)


async def test_our_listening_takes_words_keys_and_choices(
    calls: AcsCalls, events: AcsCallEvents, acs: Acs, webhook: Webhook, simulators: Simulators
) -> None:
    ada, errand = Phone("+61255500101"), Errand(uuid4())
    yes = domain.Choice("yes", ("yes",), "one")
    call = await calls.place(uuid4(), ada, errand)
    await webhook.wait_for("CallConnected")
    simulators.script("calls", says="Both are fine.")
    simulators.script("calls", tones=["five"])
    simulators.script("calls", says="Yes.")

    for listening in (Listening(most_tones=1), Listening(most_tones=1), Listening(choices=(yes,))):
        await calls.listen(call.id, ada, listening, errand)

    told = await webhook.wait_until(lambda each: "RecognizeCompleted" in each.kinds, 3)
    words, tones, choice = [await opened(events, each) for each in told]
    assert isinstance(words, domain.WordsHeard)
    assert isinstance(tones, domain.TonesHeard)
    assert tones.tones == ("five",)
    assert isinstance(choice, domain.ChoiceHeard)


async def test_only_somebody_on_the_call_is_listened_to(
    sdk: CallAutomationClient, acs: Acs, webhook: Webhook
) -> None:
    _, call = await connected(sdk, acs, webhook)

    with pytest.raises(HttpResponseError) as caught:
        await call.start_recognizing_media("speech", GRACE, end_silence_timeout=1)

    assert caught.value.status_code == 400


# who is on the call


async def test_somebody_joins_is_muted_and_leaves(
    calls: AcsCalls, events: AcsCallEvents, acs: Acs, webhook: Webhook
) -> None:
    grace, errand, key = AppUser(GRACE.raw_id), Errand(uuid4(), "panel"), uuid4()
    call = await calls.place(uuid4(), Phone("+61255500101"), errand)
    await webhook.wait_for("CallConnected")

    for _ in range(2):
        await calls.add(key, call.id, grace, errand)
    added = await opened(events, await webhook.wait_for("AddParticipantSucceeded"))
    await webhook.wait_for("ParticipantsUpdated", 2)
    await calls.mute(call.id, grace)
    there = await calls.participants(call.id)
    await calls.remove(call.id, grace, errand)
    removed = await opened(events, await webhook.wait_for("RemoveParticipantSucceeded"))

    assert isinstance(added, domain.ParticipantAdded)
    assert (added.party, added.errand) == (grace, errand)
    assert [(each.party, each.muted) for each in there] == [(Phone("+61255500101"), False), (grace, True)]
    assert isinstance(removed, domain.ParticipantRemoved)
    assert removed.party == grace
    assert webhook.kinds.count("AddParticipantSucceeded") == 1
    with pytest.raises(NotFoundError):
        await calls.mute(call.id, grace)


async def test_somebody_who_does_not_join_or_is_not_there_is_told(
    sdk: CallAutomationClient, acs: Acs, webhook: Webhook, events: AcsCallEvents, simulators: Simulators
) -> None:
    simulators.script("rings", outcome="declined", match={"whom": "^8:"})
    simulators.script("rings", after=200_000, match={"whom": "^8:"})
    _, call = await connected(sdk, acs, webhook)

    await call.add_participant(GRACE)
    declined = await opened(events, await webhook.wait_for("AddParticipantFailed"))
    invited = await call.add_participant(GRACE)
    assert invited.invitation_id is not None
    await call.cancel_add_participant_operation(invited.invitation_id)
    await webhook.wait_for("CancelAddParticipantSucceeded")
    await call.cancel_add_participant_operation(invited.invitation_id)
    await webhook.wait_for("CancelAddParticipantFailed")
    await call.remove_participant(GRACE)
    await webhook.wait_for("RemoveParticipantFailed")

    assert isinstance(declined, domain.ParticipantNotAdded)
    assert declined.party == AppUser(GRACE.raw_id)


async def test_a_call_ends_with_its_last_participant(
    sdk: CallAutomationClient, acs: Acs, webhook: Webhook
) -> None:
    _, call = await connected(sdk, acs, webhook)

    await call.remove_participant(ADA)

    await webhook.wait_for("CallDisconnected")


async def test_the_control_side_lets_the_candidate_hang_up(
    calls: AcsCalls, acs: Acs, webhook: Webhook
) -> None:
    call = await calls.place(uuid4(), AppUser(GRACE.raw_id), Errand(uuid4()))
    await webhook.wait_for("CallConnected")

    acs.do(f"calls/{call.id}/hangup")

    assert result_of(await webhook.wait_for("CallDisconnected")) == (200, 5300)


async def test_an_incoming_call_is_told_and_taken_once(
    calls: AcsCalls, events: AcsCallEvents, acs: Acs, webhook: Webhook
) -> None:
    acs.do("calls/incoming", {"caller": "+61255500101", "called": NUMBER})
    ringing = (await webhook.wait_for("IncomingCall")).events[0]
    context, errand, key = ringing["data"]["incomingCallContext"], Errand(uuid4()), uuid4()

    call = await calls.answer(key, context, errand)
    again = await calls.answer(key, context, errand)
    taken = await opened(events, await webhook.wait_for("CallConnected"))

    assert call == again
    assert call.server_call_id == ringing["data"]["serverCallId"]
    assert taken.errand == errand
    await webhook.wait_for("ParticipantsUpdated")
    assert [each.party for each in await calls.participants(call.id)] == [Phone("+61255500101")]


async def test_a_call_may_be_refused(sdk: CallAutomationClient, acs: Acs, webhook: Webhook) -> None:
    data = acs.do("calls/incoming", {"caller": "+61255500101", "called": NUMBER})

    await sdk.reject_call(data["incomingCallContext"], call_reject_reason="busy")

    with pytest.raises(HttpResponseError) as caught:
        await sdk.answer_call(data["incomingCallContext"], acs.callback_url)
    assert caught.value.status_code == 400


# recordings


async def test_a_recording_is_paused_and_taken_up_again_in_pieces(
    calls: AcsCalls, events: AcsCallEvents, acs: Acs, webhook: Webhook
) -> None:
    errand, key = Errand(uuid4()), uuid4()
    call = await calls.place(uuid4(), Phone("+61255500101"), errand)
    await webhook.wait_for("CallConnected")
    style = RecordingStyle(channel=domain.RecordingChannel.MIXED)

    recording = await calls.start_recording(key, call.server_call_id, style, errand)
    assert await calls.start_recording(key, call.server_call_id, style, errand) == recording
    with pytest.raises(ConflictError):
        await calls.start_recording(uuid4(), call.server_call_id, style, errand)
    await calls.say(call.id, SpokenText("one two three four five"), errand)
    await webhook.wait_for("PlayCompleted")
    await calls.pause_recording(recording.id)
    assert (await calls.look_at_recording(recording.id)).state is RecordingState.PAUSED
    await calls.say(call.id, SpokenText("this is not kept"), errand)
    await webhook.wait_for("PlayCompleted", 2)
    await calls.resume_recording(recording.id)
    await calls.say(call.id, SpokenText("six seven"), errand)
    await webhook.wait_for("PlayCompleted", 3)
    await calls.stop_recording(recording.id)
    await calls.stop_recording(recording.id)

    with pytest.raises(NotFoundError):
        await calls.look_at_recording(recording.id)
    told = await webhook.wait_until(lambda each: "RecordingStateChanged" in each.kinds, 4)
    states = [(await opened(events, each)).state for each in told]  # type: ignore[attr-defined]
    assert states == [
        RecordingState.ACTIVE,
        RecordingState.PAUSED,
        RecordingState.ACTIVE,
        RecordingState.PAUSED,
    ]
    file = (await webhook.wait_for("RecordingFileStatusUpdated")).events[0]["data"]
    chunks = file["recordingStorageInfo"]["recordingChunks"]
    assert [(chunk["index"], chunk["endReason"]) for chunk in chunks] == [(0, "Paused"), (1, "SessionEnded")]
    contents = [await read_blob(chunk["contentLocation"]) for chunk in chunks]
    assert [b"one two" in each for each in contents] == [True, False]
    assert not any(b"not kept" in each for each in contents)
    assert file["recordingChannelType"] == "mixed"
    assert hashlib.sha256(contents[0]).hexdigest().encode() in await read_blob(chunks[0]["metadataLocation"])


async def test_a_file_event_may_be_doubled(
    calls: AcsCalls, acs: Acs, webhook: Webhook, simulators: Simulators
) -> None:
    simulators.fault("event_grid", "twice", path="RecordingFileStatusUpdated")
    errand = Errand(uuid4())
    call = await calls.place(uuid4(), Phone("+61255500101"), errand)
    await webhook.wait_for("CallConnected")

    await calls.start_recording(uuid4(), call.server_call_id, RecordingStyle(), errand)
    await calls.hang_up(call.id)

    first, second = await webhook.wait_until(lambda each: "RecordingFileStatusUpdated" in each.kinds, 2)
    assert first.events == second.events
    assert first.headers["aeg-event-type"] == "Notification"


async def test_a_recording_needs_a_container_that_is_ours_and_there(
    sdk: CallAutomationClient, acs: Acs, webhook: Webhook
) -> None:
    call, _ = await connected(sdk, acs, webhook)
    account = acs.recordings_url.rsplit("/", 1)[0]
    wanted = {"recording_content_type": "audio", "recording_format_type": "wav"}
    tries: dict[str, tuple[dict[str, Any], int]] = {
        "no container": (wanted, 400),
        "missing": (
            wanted | {"recording_storage": AzureBlobContainerRecordingStorage(f"{account}/no-such")},
            400,
        ),
        "foreign": (
            wanted | {"recording_storage": AzureBlobContainerRecordingStorage("https://x.example/c")},
            403,
        ),
        "unmixed mp3": (wanted | {"recording_format_type": "mp3", "recording_channel_type": "unmixed"}, 400),
    }

    for name, (more, status) in tries.items():
        with pytest.raises(HttpResponseError) as caught:
            await sdk.start_recording(server_call_id=call.server_call_id, **more)
        assert caught.value.status_code == status, name


# streams


async def test_transcription_and_media_streaming_start_and_stop(
    sdk: CallAutomationClient, acs: Acs, webhook: Webhook, events: AcsCallEvents
) -> None:
    made = await connected(
        sdk,
        acs,
        webhook,
        transcription=TranscriptionOptions(
            transport_url="wss://127.0.0.1/x",
            transport_type=StreamingTransportType.WEBSOCKET,
            locale="en-AU",
            start_transcription=False,
        ),
        media_streaming=MediaStreamingOptions(
            transport_url="wss://127.0.0.1/x",
            transport_type=StreamingTransportType.WEBSOCKET,
            content_type="audio",
            audio_channel_type="mixed",
            start_media_streaming=False,
        ),
    )
    call = made[1]

    await call.start_transcription(locale="en-AU")
    await call.update_transcription(locale="en-GB")
    subscription = (await call.get_call_properties()).transcription_subscription
    assert subscription is not None
    assert subscription.state == "active"
    await call.stop_transcription()
    await call.start_media_streaming()
    await call.stop_media_streaming()

    await webhook.wait_for("MediaStreamingStopped")
    kinds = [kind for kind in webhook.kinds if kind.startswith(("Transcription", "MediaStreaming"))]
    assert kinds == [
        "TranscriptionStarted",
        "TranscriptionUpdated",
        "TranscriptionStopped",
        "MediaStreamingStarted",
        "MediaStreamingStopped",
    ]
    other = await opened(events, await webhook.wait_for("TranscriptionStarted"))
    assert isinstance(other, domain.OtherCallEvent)
    assert other.kind == "TranscriptionStarted"
    for refused in (
        call.stop_transcription(),
        call.stop_media_streaming(),
        call.update_transcription(locale="x"),
    ):
        with pytest.raises(HttpResponseError):
            await refused


# the control side


def test_a_script_that_cannot_be_played_is_refused(simulators: Simulators) -> None:
    for service, script in (
        ("calls", {"sings": "la"}),
        ("calls", {"says": "a", "mumbles": True}),
        ("calls", {"tones": ["eleven"]}),
        ("rings", {"outcome": "perhaps"}),
        ("plays", {"says": "no"}),
    ):
        with pytest.raises(NotPlayedError):
            simulators.script(service, **script)


def test_a_reset_forgets_the_calls(acs: Acs, simulators: Simulators) -> None:
    acs.do("calls/incoming", {"caller": "+61255500101", "called": NUMBER})
    simulators.reset()

    assert acs.look("calls") == {"calls": []}
    assert acs.look("calls/events") == {"events": []}
