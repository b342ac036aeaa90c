"""An answer that nobody tells of is noticed wherever a test asks for it."""

from typing import Any

import httpx
import pytest

from tests.architecture.openapi.golden import golden
from tests.documented import DOCUMENTED

TALK = "/api/v1/interview/7d3c0a52-5a0e-4b6d-9c1f-1a2b3c4d5e44"
TURN = golden()["components"]["examples"]["Turn"]["value"]
NOT_FOUND = golden()["components"]["examples"]["not_found"]["value"]
OWN = golden()["components"]["examples"]["OwnInterview"]["value"]
IS_PROBLEM = {"Content-Type": "application/problem+json"}


def answer(
    method: str, path: str, status: int, body: Any, headers: dict[str, str] | None = None
) -> list[str]:
    request = httpx.Request(method, f"http://talenti.test{path}")
    return DOCUMENTED.faults(httpx.Response(status, json=body, headers=headers, request=request))


@pytest.mark.parametrize(
    ("method", "path", "status", "body", "headers"),
    [
        ("POST", "/api/v1/interview/chat", 200, TURN, None),
        ("GET", TALK, 200, OWN, None),
        ("GET", TALK, 404, NOT_FOUND, IS_PROBLEM),
        ("GET", "/api/v1/nothing-of-ours", 200, {}, None),
    ],
)
def test_what_is_told_of_is_right(
    method: str, path: str, status: int, body: Any, headers: dict[str, str] | None
) -> None:
    assert answer(method, path, status, body, headers) == []


@pytest.mark.parametrize(
    ("path", "status", "body", "headers", "fault"),
    [
        (TALK, 418, {}, None, "read_interview answers 418, which it does not tell of"),
        (TALK, 404, NOT_FOUND | {"code": "gone"}, IS_PROBLEM, "the code gone is not told of"),
        (TALK, 404, NOT_FOUND, None, "read_interview answers 404 as application/json"),
        (TALK, 200, {"id": 7}, None, "is not valid"),
        (f"{TALK}/transcript", 200, {"items": [{"id": 7}]}, None, "items.0"),
    ],
)
def test_what_is_not_told_of_is_found(
    path: str, status: int, body: Any, headers: dict[str, str] | None, fault: str
) -> None:
    assert any(fault in each for each in answer("GET", path, status, body, headers))
