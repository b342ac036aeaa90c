"""Chat over sockets: with each of the service's clients and with none, and whatever happens to the line."""

import asyncio
import json
import shutil
import subprocess
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from azure.messaging.webpubsubclient import WebPubSubClient
from azure.messaging.webpubsubclient.models import CallbackType, WebPubSubDataType
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from tests.e2e.talk import ANSWERS, chat, planned, start
from tests.host_process import HostProcess
from tests.invited import Invited, Somebody, invited
from tests.simulators import Simulators
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.azure, pytest.mark.database]

NEGOTIATE = "/api/v1/realtime/negotiate"
WEBHOOK = "/api/v1/webhooks/web-pubsub"
RELIABLE = Subprotocol("json.reliable.webpubsub.azure.v1")
PATIENCE = 10.0
SCRIPT = Path(__file__).with_name("socket_client.mjs")
MODULES = Path(__file__).parents[2] / "local" / "node_modules"

type Frame = dict[str, Any]


@pytest.fixture
def service(simulators: Simulators, product: HostProcess) -> Simulators:
    """The simulators, which tell the product what happens on sockets."""
    simulators.options(functions_url=product.url)
    return simulators


@pytest.fixture
def slow(service: Simulators) -> Iterator[Simulators]:
    """The same with a model that takes its time, so that something can happen meanwhile."""
    service.options(token_delay=0.01)
    yield service
    service.options(token_delay=0)


@pytest.fixture
def case(client: httpx.Client, supabase: SupabaseStack, service: Simulators) -> Invited:
    """An interview that has begun."""
    case = invited(supabase)
    assert start(client, case).status_code == 200
    return case


def negotiate(
    client: httpx.Client, case: Invited, somebody: Somebody | None = None, **body: Any
) -> httpx.Response:
    headers = (somebody or case.candidate).headers
    asked = {"interview_id": str(case.interview_id), "purpose": "chat"} | body
    return client.post(NEGOTIATE, headers=headers, json=asked)


@asynccontextmanager
async def a_socket(
    client: httpx.Client, case: Invited, protocol: Subprotocol | None = None
) -> AsyncIterator[ClientConnection]:
    """One that is open and greeted."""
    url = negotiate(client, case).json()["url"]
    async with connect(url, subprotocols=[protocol] if protocol else None, proxy=None) as socket:
        if protocol:
            await socket.recv()
        while (await heard(socket))["type"] != "connected":
            pass  # pieces of a turn that is being said already may come before the greeting
        yield socket


async def heard(socket: ClientConnection) -> Frame:
    async with asyncio.timeout(PATIENCE):
        frame: Frame = json.loads(await socket.recv())
    return dict(frame["data"]) if frame["type"] == "message" and "dataType" in frame else frame


async def says(socket: ClientConnection, content: str, turn_id: str = "t-1") -> None:
    await socket.send(json.dumps({"type": "message", "content": content, "turn_id": turn_id}))


async def replied(socket: ClientConnection) -> tuple[list[Frame], Frame]:
    """The chunks, in order, and the turn."""
    frames = [await heard(socket)]
    while frames[-1]["type"] not in {"done", "error"}:
        frames.append(await heard(socket))
    return in_order(frames)


def in_order(frames: list[Frame]) -> tuple[list[Frame], Frame]:
    *chunks, done = frames
    assert done["type"] == "done", done
    assert [(each["type"], each["sequence"]) for each in chunks] == [
        ("chunk", number) for number in range(1, len(chunks) + 1)
    ]
    assert {each["turn_id"] for each in chunks} == {done["turn"]["turn_id"]}
    assert "".join(each["content"] for each in chunks) == done["turn"]["response"]
    return chunks, done["turn"]


# --- a socket without a library


async def test_a_turn_over_a_plain_socket(client: httpx.Client, case: Invited, product: HostProcess) -> None:
    async with a_socket(client, case) as socket:
        await socket.send('{"type": "ping"}')
        assert await heard(socket) == {"type": "pong"}
        await says(socket, ANSWERS[0])
        _, turn = await replied(socket)

    assert planned(turn["response"]) == [2]
    assert (turn["degraded"], turn["progress"]["questions_asked"]) == (False, 2)
    assert case.transcript[1:] == [("candidate", ANSWERS[0]), ("interviewer", turn["response"])]
    over_http = chat(client, case, "Something else.", "t-1").json()
    assert over_http == turn | {"progress": over_http["progress"]}
    assert not [
        line for line in product.lines if ANSWERS[0] in line or Simulators.keys.webhook_secret in line
    ]


async def test_a_whole_interview_over_a_socket(client: httpx.Client, case: Invited) -> None:
    turns: list[Frame] = []
    async with a_socket(client, case, RELIABLE) as socket:
        while not turns or not turns[-1]["progress"]["finished"]:
            said = {"content": ANSWERS[min(len(turns), len(ANSWERS) - 1)], "turn_id": f"t-{len(turns)}"}
            event = {"type": "event", "event": "message", "dataType": "json", "data": said}
            await socket.send(json.dumps(event))
            turns.append((await replied(socket))[1])
            assert len(turns) < 20

    assert [order for turn in turns for order in planned(turn["response"])] == [2, 3, 4, 5, 6]
    assert case.run("select end_reason from public.interviews where id = %s", case.interview_id) == "finished"
    spoken = [content for speaker, content in case.transcript if speaker == "interviewer"]
    assert spoken[1:] == [turn["response"] for turn in turns]
    late = chat(client, case, "Again, please.", turns[-1]["turn_id"])
    assert late.json()["response"] == turns[-1]["response"]


async def test_many_tokens_are_few_frames(client: httpx.Client, case: Invited, slow: Simulators) -> None:
    async with a_socket(client, case) as socket:
        await says(socket, ANSWERS[0])
        chunks, turn = await replied(socket)

    sent = slow.journal("web_pubsub", ":send")
    assert 2 <= len(chunks) <= 10
    assert len(sent) == 1 + len(chunks) + 1  # connected, the chunks, the turn
    assert len(turn["response"].split()) > len(chunks)


async def test_what_is_refused_leaves_the_socket_open(client: httpx.Client, case: Invited) -> None:
    async with a_socket(client, case) as socket:
        for bad in (
            "Hello",
            '{"type": "message", "content": "x"}',
            json.dumps({"type": "done"}),
            b"\x00\x01",
        ):
            await socket.send(bad)
            error = await heard(socket)
            assert (error["type"], error["problem"]["code"]) == ("error", "validation_error")
            assert error["problem"]["request_id"]
        for content in ("", "\0", "x" * 50_001):
            await says(socket, content)
            assert (await heard(socket))["problem"]["status"] == 422
        await says(socket, "<script>alert(1)</script>'; drop table interviews; --")
        _, turn = await replied(socket)

    assert "script" not in turn["response"]
    assert len(case.transcript) == 3


async def test_a_second_device_follows(client: httpx.Client, case: Invited) -> None:
    async with a_socket(client, case) as laptop, a_socket(client, case, RELIABLE) as phone:
        await says(laptop, ANSWERS[0])

        assert await replied(phone) == await replied(laptop)


async def test_two_turns_at_once_are_one_and_a_problem(
    client: httpx.Client, case: Invited, slow: Simulators
) -> None:
    async with a_socket(client, case) as laptop, a_socket(client, case) as phone:
        await says(laptop, ANSWERS[0])
        assert (await heard(phone))["type"] == "chunk"
        await says(phone, "Something else.", "t-2")
        frames = [await heard(phone)]
        while frames[-1]["type"] != "done":
            frames.append(await heard(phone))

    (error,) = [each for each in frames if each["type"] == "error"]
    assert (error["problem"]["code"], error["turn_id"]) == ("turn_in_progress", "t-2")
    assert len(case.transcript) == 3


async def test_an_event_that_comes_twice_is_one_turn(
    client: httpx.Client, case: Invited, service: Simulators
) -> None:
    async with a_socket(client, case) as socket:
        service.fault("web_pubsub", "twice", path="^message$")
        await says(socket, ANSWERS[0])
        _, turn = await replied(socket)

        await says(socket, ANSWERS[1], "t-2")  # so that whatever was still to come has come
        later = [await heard(socket)]
        while later[-1] != {**later[-1], "type": "done"} or later[-1]["turn"]["turn_id"] != "t-2":
            later.append(await heard(socket))

    assert not service.faults()
    for repeated in later:
        if repeated.get("turn", {}).get("turn_id") == "t-1":
            assert repeated["turn"]["response"] == turn["response"]
    assert [content for speaker, content in case.transcript if speaker == "candidate"] == list(ANSWERS[:2])


async def test_who_loses_the_line_in_the_middle_finds_the_reply(
    client: httpx.Client, case: Invited, slow: Simulators
) -> None:
    async with a_socket(client, case) as socket:
        await says(socket, ANSWERS[0])
        assert (await heard(socket))["type"] == "chunk"
        slow.control("POST", "/_sim/web_pubsub/drop", {"user_id": str(case.candidate.user_id)})

    async with a_socket(client, case) as socket:
        await says(socket, ANSWERS[0])
        # while the turn runs the rest of its chunks comes, and then in any case the whole turn
        frames = [await heard(socket)]
        while frames[-1]["type"] == "chunk":
            frames.append(await heard(socket))

    assert frames[-1]["type"] == "done", frames[-1]
    response = frames[-1]["turn"]["response"]
    assert response.endswith("".join(each["content"] for each in frames[:-1]))
    assert [speaker for speaker, _ in case.transcript] == ["interviewer", "candidate", "interviewer"]
    assert case.transcript[-1][1] == response


async def test_without_the_model_the_plan_goes_on_over_sockets_too(
    client: httpx.Client, case: Invited, service: Simulators
) -> None:
    service.fault("openai", "status", status=401, times=1)
    async with a_socket(client, case) as socket:
        await says(socket, ANSWERS[0])
        _, turn = await replied(socket)

    assert turn["degraded"]
    assert planned(turn["response"]) == [2]


def practising(client: httpx.Client, case: Invited) -> tuple[str, str]:
    """A practice interview that has begun, with an address from before."""
    practice, headers = "/api/v1/practice-interviews", case.candidate.headers
    made = client.post(practice, headers=headers, json={"sample_role_type": "software-engineer"}).json()
    url = negotiate(client, case, interview_id=made["id"]).json()["url"]
    assert client.post(f"{practice}/{made['id']}/start", headers=headers).status_code == 200
    return made["id"], url


async def test_practice_is_talked_over_sockets(
    client: httpx.Client, supabase: SupabaseStack, service: Simulators
) -> None:
    case = invited(supabase)
    practice_id, url = practising(client, case)

    async with connect(url, proxy=None) as socket:
        assert (await heard(socket))["interview_id"] == practice_id
        await says(socket, ANSWERS[0])
        _, turn = await replied(socket)

    assert turn["progress"]["questions_asked"] == 2


# --- the service's own clients


class Listener:
    """What the Python client is told, on its own threads."""

    def __init__(self, client: WebPubSubClient) -> None:
        self.frames: list[Frame] = []
        self._changed = threading.Condition()
        client.subscribe(CallbackType.GROUP_MESSAGE, self._note)
        client.subscribe(CallbackType.SERVER_MESSAGE, self._note)

    def of(self, *types: str) -> list[Frame]:
        return [each for each in self.frames if each["type"] in types]

    def wait(self, holds: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(holds, PATIENCE), self.frames

    def _note(self, event: Any) -> None:
        with self._changed:
            self.frames.append(event.data)
            self._changed.notify_all()


def test_the_python_client_talks_and_recovers_in_the_middle(
    client: httpx.Client, case: Invited, slow: Simulators
) -> None:
    candidate = WebPubSubClient(negotiate(client, case).json()["url"])
    listener = Listener(candidate)
    with candidate:
        listener.wait(lambda: bool(listener.of("connected")))
        message = {"content": ANSWERS[0], "turn_id": "t-1"}
        candidate.send_event("message", message, WebPubSubDataType.JSON)
        assert case.transcript[-1] == ("candidate", ANSWERS[0])  # what is acknowledged is saved
        listener.wait(lambda: bool(listener.of("chunk")))
        drop = slow.control("POST", "/_sim/web_pubsub/drop", {"user_id": str(case.candidate.user_id)})
        listener.wait(lambda: bool(listener.of("done")))
        candidate.send_event("message", message, WebPubSubDataType.JSON)
        listener.wait(lambda: len(listener.of("done")) == 2)

    assert len(drop["dropped"]) == 1
    first = listener.frames.index(listener.of("done")[0])
    _, turn = in_order(listener.of("chunk", "done")[:first])
    _, again = in_order(listener.of("chunk", "done")[first:])
    assert again["response"] == turn["response"]
    assert len(listener.of("connected")) == 1
    assert len(case.transcript) == 3


def test_the_browser_client_talks_and_recovers_in_the_middle(
    client: httpx.Client, case: Invited, slow: Simulators, product: HostProcess
) -> None:
    who = (case.candidate.token, str(case.interview_id), str(MODULES), str(case.candidate.user_id))
    ran = subprocess.run(
        [shutil.which("node") or "node", str(SCRIPT), product.url, slow.url, *who],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert len(told["dropped"]) == 1
    hello, pong, *frames, error = told["frames"]
    assert (hello["type"], hello["interview_id"]) == ("connected", str(case.interview_id))
    assert pong == {"type": "pong"}
    ends = [number for number, each in enumerate(frames, 1) if each["type"] == "done"]
    _, turn = in_order(frames[: ends[0]])
    _, again = in_order(frames[ends[0] :])
    assert again["response"] == turn["response"] == case.transcript[-1][1]
    assert {each["field"] for each in error["problem"]["errors"]} == {"content", "turn_id"}
    assert len(case.transcript) == 3


# --- who is let in


def test_the_address_is_for_the_candidate_alone(client: httpx.Client, case: Invited) -> None:
    answer = negotiate(client, case)

    assert answer.status_code == 200
    assert set(answer.json()) == {"url", "expires_at"}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-ratelimit-limit"] == "10"
    refused = {
        "another candidate": negotiate(client, case, case.other_candidate).status_code,
        "a recruiter": negotiate(client, case, case.recruiter).status_code,
        "a stranger's recruiter": negotiate(client, case, case.other_recruiter).status_code,
        "unknown": negotiate(client, case, interview_id=str(uuid4())).status_code,
        "no id": negotiate(client, case, interview_id="1' or '1'='1").status_code,
        "purpose": negotiate(client, case, purpose="video").status_code,
        "more": negotiate(client, case, user_id=str(case.candidate.user_id)).status_code,
        "nobody": client.post(NEGOTIATE, json={}).status_code,
    }
    assert refused == {
        "another candidate": 403,
        "a recruiter": 403,
        "a stranger's recruiter": 403,
        "unknown": 404,
        "no id": 404,
        "purpose": 422,
        "more": 422,
        "nobody": 401,
    }


def test_ten_addresses_a_minute_are_enough(client: httpx.Client, case: Invited) -> None:
    answers = [negotiate(client, case) for _ in range(11)]

    assert [each.status_code for each in answers[:10]] == [200] * 10
    assert (answers[10].status_code, answers[10].json()["code"]) == (429, "rate_limited")
    assert int(answers[10].headers["retry-after"]) >= 1


def end(client: httpx.Client, case: Invited) -> None:
    path = f"/api/v1/interview/{case.interview_id}/end"
    assert client.post(path, headers=case.candidate.headers).status_code == 200


async def test_what_is_over_lets_nobody_in_nor_speak(client: httpx.Client, case: Invited) -> None:
    url = negotiate(client, case).json()["url"]
    async with a_socket(client, case) as socket:
        end(client, case)
        await says(socket, ANSWERS[0])
        error = await heard(socket)

    assert (error["problem"]["status"], error["problem"]["code"]) == (400, "interview_not_in_progress")
    with pytest.raises(InvalidStatus) as refused:
        await connect(url, proxy=None)
    assert 400 <= refused.value.response.status_code < 500
    again = negotiate(client, case)
    assert (again.status_code, again.json()["code"]) == (400, "interview_not_in_progress")
    assert "not in progress" in again.json()["detail"]


async def test_a_changed_address_opens_nothing(client: httpx.Client, case: Invited) -> None:
    url = negotiate(client, case).json()["url"]

    for bad in (url[:-3] + "abc", url.partition("?")[0]):
        with pytest.raises(InvalidStatus) as refused:
            await connect(bad, proxy=None)
        assert refused.value.response.status_code == 401


def test_the_webhook_asks_for_proof(client: httpx.Client, service: Simulators) -> None:
    secret = {"code": service.keys.webhook_secret}
    host = service.url.partition("//")[2]
    event = {
        "ce-type": "azure.webpubsub.sys.connected",
        "ce-hub": "interviews",
        "ce-connectionid": "c",
        "ce-signature": "sha256=00",
        "content-type": "application/json",
    }
    asked = {"WebHook-Request-Origin": host}

    agreed = client.options(WEBHOOK, params=secret, headers=asked)
    assert (agreed.status_code, agreed.headers["webhook-allowed-origin"]) == (200, host)
    refused = [
        client.options(WEBHOOK, headers=asked),
        client.options(WEBHOOK, params={"code": "guessed"}, headers=asked),
        client.options(WEBHOOK, params=secret, headers={"WebHook-Request-Origin": "evil.example"}),
        client.post(WEBHOOK, headers=event, content=b"{}"),
        client.post(WEBHOOK, params={"code": "guessed"}, headers=event, content=b"{}"),
        client.post(WEBHOOK, params=secret, headers=event, content=b"{}"),
    ]
    assert [each.status_code for each in refused] == [401] * 6
    assert client.post(WEBHOOK, params=secret, content=b"x" * 1_048_577).status_code == 413
