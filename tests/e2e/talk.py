"""Talking to the product over HTTP as a candidate's browser does."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx

from tests.invited import QUESTIONS, Invited

ANSWERS = (
    "I have written payment services in Python for four years, mostly alone on the database side.",
    (
        "In March checkouts were slow. I read the plan, found a missing index, added it on a copy, "
        "measured again, and the slowest requests fell from four seconds to two hundred milliseconds."
    ),
    (
        "I weighed a queue against a cron job. I chose the queue, as a lost run would have cost us money, "
        "and wrote a check that tells when it grows. It has held for two years."
    ),
    "My lead wanted a rewrite. I measured the old code first and showed the numbers, and we kept it.",
    (
        "I once shipped without a way back. It broke, I stayed until it was mended, and wrote the checklist "
        "we still use."
    ),
    "No, thank you, that was all.",
)


def start(client: httpx.Client, case: Invited, **body: Any) -> httpx.Response:
    return client.post(
        f"/api/v1/interview/{case.interview_id}/start", headers=case.candidate.headers, json=body
    )


def chat(client: httpx.Client, case: Invited, message: str, turn_id: str | None = None) -> httpx.Response:
    body = {"interview_id": str(case.interview_id), "message": message, "turn_id": turn_id or str(uuid4())}
    return client.post("/api/v1/interview/chat", headers=case.candidate.headers, json=body)


def events(response: httpx.Response) -> Iterator[tuple[str, dict[str, Any]]]:
    name = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def stream(
    client: httpx.Client, case: Invited, message: str, turn_id: str | None = None
) -> tuple[list[str], dict[str, Any]]:
    body = {"interview_id": str(case.interview_id), "message": message, "turn_id": turn_id or str(uuid4())}
    with client.stream(
        "POST", "/api/v1/interview/chat/stream", headers=case.candidate.headers, json=body
    ) as response:
        assert response.status_code == 200, response.read()
        assert response.headers["content-type"].startswith("text/event-stream")
        assert int(response.headers["x-ratelimit-limit"]) == 30
        pieces, done = [], {}
        for name, data in events(response):
            if name == "token":
                pieces.append(data["content"])
            else:
                assert name == "done", data
                done = data
    assert "".join(pieces) == done["response"]
    return pieces, done


def planned(reply: str) -> list[int]:
    return [order for order, text in enumerate(QUESTIONS, 1) if text in reply]


def talk_to_the_end(client: httpx.Client, case: Invited, first: int = 0) -> list[dict[str, Any]]:
    """Answer until it is over, from this answer on; the last one is said as often as it takes."""
    turns: list[dict[str, Any]] = []
    for number in range(first, first + 20):
        _, done = stream(client, case, ANSWERS[min(number, len(ANSWERS) - 1)])
        turns.append(done)
        if done["progress"]["finished"]:
            return turns
    raise AssertionError("it never ended")
