"""A function's return value becomes the answer that the Functions host makes of it."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any

import pytest
from azure_functions_runtime.bindings.datumdef import parse_to_rpc_http_cookie_list

from local.host import protos
from local.host.http.asgi import ClientGoneError, TooLargeError, read_body
from local.host.http.classic import request_headers, write
from local.host.http.cookies import set_cookie
from local.host.http.tracing import trace_context
from local.host.protos import RpcHttp, TypedData

if TYPE_CHECKING:
    from collections.abc import Mapping


class Sent:
    """Collects what an application sends."""

    def __init__(self) -> None:
        self.messages: list[Mapping[str, Any]] = []

    async def __call__(self, message: Mapping[str, Any]) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])

    @property
    def headers(self) -> dict[bytes, bytes]:
        return dict(self.messages[0]["headers"])

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.messages[1:])


async def written(value: TypedData | None) -> Sent:
    sent = Sent()
    await write(sent, value)
    return sent


@pytest.mark.parametrize(
    ("value", "status", "kind", "body"),
    [
        (None, 204, None, b""),
        (TypedData(), 204, None, b""),
        (TypedData(string="é"), 200, b"text/plain; charset=utf-8", "é".encode()),
        (TypedData(json='{"a":1}'), 200, b"text/plain; charset=utf-8", b'{\n  "a": 1\n}'),
        (TypedData(bytes=b"\0"), 200, b"application/octet-stream", b"\0"),
        (TypedData(int=5), 200, b"text/plain; charset=utf-8", b"5"),
    ],
)
async def test_each_kind_has_its_answer(
    value: TypedData | None, status: int, kind: bytes | None, body: bytes
) -> None:
    sent = await written(value)
    assert (sent.status, sent.headers.get(b"content-type"), sent.body) == (status, kind, body)


def response(status: str = "200", headers: dict[str, str] | None = None) -> TypedData:
    return TypedData(http=RpcHttp(status_code=status, headers=headers, body=TypedData(bytes=b"x")))


async def test_the_server_frames_the_answer_itself() -> None:
    value = response("200", {"Content-Length": "999", "Transfer-Encoding": "chunked", "X-Own": "1"})
    assert (await written(value)).headers == {b"x-own": b"1", b"content-length": b"1"}


@pytest.mark.parametrize("status", ["204", "304"])
async def test_an_answer_that_has_no_body_sends_none(status: str) -> None:
    sent = await written(response(status))
    assert (sent.status, sent.body, b"content-length" in sent.headers) == (int(status), b"", False)


@pytest.mark.parametrize("status", ["0", "99", "101", "600", "-1", "", "ok"])
async def test_a_status_that_cannot_be_sent_is_500(status: str) -> None:
    assert (await written(response(status))).status == 500


@pytest.mark.parametrize(("name", "value"), [("X-A", "a\r\nX-B: b"), ("X A", "b"), ("X-A", "é"), ("", "x")])
async def test_a_header_that_kestrel_refuses_is_500_and_never_sent(name: str, value: str) -> None:
    sent = await written(response("200", {name: value}))
    assert sent.status == 500
    assert sent.headers == {b"content-length": b"0"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=1", "a=1; domain=; path="),
        ("a=1; Path=/x; Domain=example.org", "a=1; domain=example.org; path=/x"),
        (
            "a=1; Max-Age=60; Secure; HttpOnly; SameSite=None",
            "a=1; max-age=60; domain=; path=; secure; samesite=none; httponly",
        ),
        (
            "a=1; Expires=Wed, 21 Oct 2065 07:28:00 GMT",
            "a=1; expires=Wed, 21 Oct 2065 07:28:00 GMT; domain=; path=",
        ),
        ("a=x%2Fy; SameSite=Strict", "a=x%252Fy; domain=; path=; samesite=strict"),
    ],
)
def test_a_cookie_is_written_as_aspnet_writes_it(text: str, expected: str) -> None:
    cookies = parse_to_rpc_http_cookie_list([SimpleCookie(text)], protos)
    assert [set_cookie(cookie) for cookie in cookies] == [expected]


def test_repeated_request_headers_are_joined() -> None:
    assert request_headers([(b"a", b"1"), (b"b", b"x"), (b"a", b"2")]) == {"a": "1,2", "b": "x"}
    assert request_headers([(b"a", "é".encode())]) == {"a": "é"}
    assert request_headers([(b"a", b"\xff")]) is None


class Messages:
    """Plays the messages of a request."""

    def __init__(self, *bodies: bytes, gone: bool = False) -> None:
        last = len(bodies) - 1
        self._messages: list[dict[str, Any]] = [
            {"type": "http.request", "body": body, "more_body": gone or number < last}
            for number, body in enumerate(bodies)
        ]
        if gone:
            self._messages.append({"type": "http.disconnect"})

    async def __call__(self) -> dict[str, Any]:
        return self._messages.pop(0)


async def test_a_body_is_read_whole() -> None:
    assert await read_body(Messages(b"abc"), 3) == b"abc"
    assert await read_body(Messages(b"a", b"", b"bc"), 3) == b"abc"


@pytest.mark.parametrize("bodies", [(b"abcd",), (b"ab", b"cd"), (b"ab", b"cd", b"ef")])
async def test_a_body_over_the_limit_is_refused(bodies: tuple[bytes, ...]) -> None:
    with pytest.raises(TooLargeError):
        await read_body(Messages(*bodies), 3)


async def test_a_client_that_leaves_in_its_upload_is_noticed() -> None:
    with pytest.raises(ClientGoneError):
        await read_body(Messages(b"ab", gone=True), 3)


def test_the_callers_trace_is_passed_on() -> None:
    parent = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    trace = trace_context([(b"traceparent", parent), (b"tracestate", b"a=1"), (b"tracestate", b"b=2")])
    assert (trace.parent, trace.state) == (parent.decode(), "a=1,b=2")


@pytest.mark.parametrize(
    "parent",
    [
        b"",
        b"x",
        b"00-00000000000000000000000000000000-b7ad6b7169203331-01",
        b"ff-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01",
    ],
)
def test_a_trace_begins_where_none_is_given(parent: bytes) -> None:
    first, second = (trace_context([(b"traceparent", parent)]) for _ in range(2))
    assert first.parent != second.parent
    assert [len(part) for part in first.parent.split("-")] == [2, 32, 16, 2]
