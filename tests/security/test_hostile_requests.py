"""Requests that are meant to be read in two ways, or not at all."""

import gzip
from typing import Annotated, Any

import httpx
import pytest
from fastapi import File, Request, UploadFile
from pydantic import Field

from shared.contracts.base import Body, Contract
from shared.http.api import Api
from shared.http.edge import OPEN, Delivery, Edge
from tests.plain_asgi import an_edge, client_of

JSON = {"Content-Type": "application/json"}
LIMIT = 50_000


class Note(Body):
    text: str = Field(max_length=50)
    count: int = Field(default=1, le=1000)
    share: float = 0.0
    facts: dict[str, Any] | list[Any] | None = None


class Made(Contract):
    id: str
    text: str


@pytest.fixture
def edge() -> Edge:
    edge = an_edge(lambda: Delivery(max_body_bytes=LIMIT))
    api = Api("Test", edge, OPEN)

    @api.post("/notes", status_code=201, location="/notes/{id}")
    async def make(note: Note) -> Made:
        return Made(id="n-1", text=note.text)

    @api.delete("/notes")
    async def clear() -> None:
        """Delete all of them: what a POST must never become."""

    @api.post("/files")
    async def keep(file: Annotated[UploadFile, File()]) -> int:
        return len(await file.read())

    @api.post("/raw")
    async def raw(request: Request) -> int:
        return len(await request.body())

    return edge


async def sent(edge: Edge, content: bytes, path: str = "/notes", **headers: str) -> httpx.Response:
    async with client_of(edge) as client:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await client.post(path, content=content, headers=JSON | named)


def nested(levels: int, *, by: str = "list") -> bytes:
    opened, closed = {"list": (b"[", b"]"), "object": (b'{"a":', b"}")}[by]
    return b'{"text": "hi", "facts": ' + opened * levels + b"0" + closed * levels + b"}"


TWO_MEANINGS = {
    "a name twice": b'{"text": "mine", "text": "yours"}',
    "a name twice, once in disguise": b'{"text": "mine", "\\u0074ext": "yours"}',
    "a name twice, further in": b'{"text": "hi", "facts": {"a": {"b": 1, "b": 2}}}',
    "no number": b'{"text": "hi", "facts": {"a": NaN}}',
    "a number without end": b'{"text": "hi", "facts": [Infinity]}',
    "a number without end, below": b'{"text": "hi", "share": -Infinity}',
    "a number that becomes endless": b'{"text": "hi", "facts": [1e999]}',
    "more digits than anybody counts": b'{"text": "hi", "count": ' + b"9" * 5000 + b"}",
    "a hundred levels": nested(100),
    "nine thousand levels": nested(9_000),
    "nine hundred objects": nested(900, by="object"),
    "levels without end": b"[" * 20_000,
    "levels in the place of a text": b'{"text": ' + b"[" * 2_000 + b"]" * 2_000 + b"}",
    "two bodies": b'{"text": "hi"}{"text": "ho"}',
    "a comment": b'{"text": "hi" /* really */}',
    "single quotes": b"{'text': 'hi'}",
    "a comma too many": b'{"text": "hi",}',
    "UTF-16": '{"text": "hi"}'.encode("utf-16"),
    "a mark of the byte order": b'\xef\xbb\xbf{"text": "hi"}',
    "bytes that are no text": b'{"text": "\xff"}',
    "an overlong form": b'{"text": "\xc0\xaf"}',
    "half a character": b'{"text": "\\udc00"}',
    "NUL": b'{"text": "a\\u0000b"}',
    "NUL in a name": b'{"text": "hi", "facts": {"a\\u0000": 1}}',
}


@pytest.mark.parametrize("body", TWO_MEANINGS)
async def test_a_body_that_readers_could_take_differently_is_refused(edge: Edge, body: str) -> None:
    answer = await sent(edge, TWO_MEANINGS[body])

    assert (answer.status_code, answer.json()["code"]) == (422, "validation_error"), answer.text[:200]
    assert answer.json()["errors"]


@pytest.mark.parametrize("levels", [1, 45, 49])
async def test_a_body_of_many_levels_is_taken(edge: Edge, levels: int) -> None:
    assert (await sent(edge, nested(levels))).status_code == 201


@pytest.mark.parametrize("by", ["list", "object"])
async def test_the_fifty_first_level_is_one_too_many(edge: Edge, by: str) -> None:
    assert (await sent(edge, nested(50, by=by))).status_code == 422


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "deflate", "br", "zstd", "identity, gzip", "x"])
@pytest.mark.parametrize("path", ["/notes", "/files", "/raw"])
async def test_a_compressed_body_is_refused_and_never_unpacked(edge: Edge, path: str, encoding: str) -> None:
    bomb = gzip.compress(b'{"text": "' + b"x" * 10_000_000 + b'"}')

    answer = await sent(edge, bomb, path, Content_Encoding=encoding)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_a_request_without_a_body_may_say_of_it_what_it_likes(edge: Edge) -> None:
    async with client_of(edge) as client:
        answer = await client.delete("/notes", headers={"Content-Encoding": "gzip"})

    assert answer.status_code == 200


async def test_a_body_that_says_it_is_not_compressed_is_taken(edge: Edge) -> None:
    assert (await sent(edge, b'{"text": "hi"}', Content_Encoding="identity")).status_code == 201


@pytest.mark.parametrize(
    "header",
    ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL"],
)
async def test_a_header_changes_neither_method_nor_path(edge: Edge, header: str) -> None:
    answer = await sent(edge, b'{"text": "hi"}', **{header: "DELETE" if "Method" in header else "/raw"})

    assert (answer.status_code, answer.json()) == (201, {"id": "n-1", "text": "hi"})


async def test_a_method_in_the_query_or_in_a_field_changes_nothing(edge: Edge) -> None:
    assert (await sent(edge, b'{"text": "hi"}', "/notes?_method=DELETE")).status_code == 201
    assert (await sent(edge, b'{"text": "hi", "_method": "DELETE"}')).status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher"},
        {"Forwarded": "host=evil.example"},
        {"X-Forwarded-Prefix": "//evil.example"},
    ],
    ids=lambda headers: next(iter(headers)),
)
async def test_an_address_that_we_give_is_never_of_a_host_that_was_sent(
    edge: Edge, headers: dict[str, str]
) -> None:
    answer = await sent(edge, b'{"text": "hi"}', **headers)

    assert answer.headers["location"] == "/notes/n-1"
    assert "evil.example" not in f"{answer.headers}{answer.text}"


@pytest.mark.parametrize("sent_id", ["a\r\nSet-Cookie: x=1", "a\nb", "a\x00b", "a;b", "a\x7fb", "é"])
async def test_what_is_echoed_cannot_begin_a_header(edge: Edge, sent_id: str) -> None:
    raw = [(b"x-request-id", sent_id.encode("latin-1")), (b"content-type", b"application/json")]
    async with client_of(edge) as client:
        answer = await client.post("/notes", content=b'{"text": "hi"}', headers=raw)

    assert len(answer.headers["x-request-id"]) == 36
    assert "set-cookie" not in answer.headers


async def test_text_of_a_caller_comes_back_as_data_of_its_type(edge: Edge) -> None:
    script = "<script>alert(1)</script>"
    answer = await sent(edge, f'{{"text": "{script}"}}'.encode())

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["text"] == script


@pytest.mark.parametrize(
    "announced",
    ["application/json, text/html", "application/jsonp", "text/json", "application/x-json", "json"],
)
async def test_what_only_resembles_json_is_415(edge: Edge, announced: str) -> None:
    assert (await sent(edge, b'{"text": "hi"}', Content_Type=announced)).status_code == 415
