"""The edge kit over plain ASGI: what every answer carries, and what every kind of bad input gets."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated
from uuid import UUID

import httpx
import pytest
from fastapi import File, Query, UploadFile
from pydantic import Field
from starlette.responses import StreamingResponse

from shared import errors
from shared.contracts.base import Body, Contract
from shared.http.api import Api
from shared.http.edge import OPEN, Delivery, Edge
from tests.plain_asgi import ORIGIN, an_edge, client_of


class Message(Body):
    message: str = Field(min_length=1, max_length=50)
    count: int = 1


class Reply(Contract):
    message: str


class SecretiveError(Exception):
    pass


RAISED: dict[str, Exception] = {
    "forbidden": errors.ForbiddenError("This interview is not yours."),
    "missing": errors.NotFoundError("Interview not found."),
    "method": errors.MethodNotAllowedError("This route takes GET.", ["GET"]),
    "state": errors.WrongStateError("The interview is not in progress.", code="interview_not_in_progress"),
    "conflict": errors.ConflictError("Another turn is open.", code="turn_in_progress"),
    "expired": errors.NotSignedInError("The token has expired.", code="token_expired"),
    "anonymous": errors.NotSignedInError("Sign in first."),
    "limited": errors.RateLimitedError("Too many calls.", retry_after=12.4),
    "down": errors.UnavailableError("The database is away.", retry_after=0.1),
    "upstream": errors.UpstreamError("The model answered badly."),
    "gone": errors.GoneError("The recording was deleted.", code="recording_deleted"),
    "file": errors.BadFileError("This file type is unsupported."),
    "setting": errors.SettingError("The setting SUPABASE_URL is missing."),
    "crash": SecretiveError("ada@example.com broke it"),
}


@pytest.fixture
def edge() -> Edge:
    edge = an_edge()
    api = Api("Test", edge, OPEN)

    @api.post("/echo")
    async def echo(message: Message, loud: Annotated[bool, Query()] = False) -> Reply:
        return Reply(message=message.message.upper() if loud else message.message)

    @api.post("/large", policy=replace(OPEN, max_body_bytes=100_000))
    async def large(message: dict[str, str]) -> int:
        return sum(len(text) for text in message.values())

    @api.post("/upload")
    async def upload(file: Annotated[UploadFile, File()]) -> int:
        return len(await file.read())

    @api.get("/things/{thing_id}")
    async def thing(thing_id: UUID) -> UUID:
        return thing_id

    @api.get("/raise/{kind}")
    async def fail(kind: str) -> None:
        raise RAISED[kind]

    @api.get("/cached", policy=replace(OPEN, cache_control="public, max-age=60"))
    async def cached() -> Reply:
        return Reply(message="the same for everybody")

    return edge


def a_problem(response: httpx.Response, status: int, code: str) -> dict[str, object]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, object] = response.json()
    assert problem["status"] == status
    assert problem["code"] == code
    assert problem["type"] == f"urn:talenti:problem:{code}"
    assert problem["request_id"] == response.headers["x-request-id"]
    assert isinstance(problem["detail"], str)
    return problem


async def test_a_good_request_is_validated_and_answered(edge: Edge) -> None:
    async with client_of(edge) as client:
        response = await client.post("/echo?loud=true", json={"message": "hello"})

    assert (response.status_code, response.json()) == (200, {"message": "HELLO"})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"message": ""}', "message"),
        (b'{"message": 7}', "message"),
        (b"{}", "message"),
        (b'{"message": "hi", "role": "admin"}', "role"),
        (b'{"message": "hi", "count": "many"}', "count"),
        (b'{"message": "hi"', "body"),
        (b"[]", "body"),
        (b"null", "body"),
        (b'{"message": "a\\u0000b"}', "body"),
        (b'{"message": "\\ud800"}', "body"),
        (b'{"message": "\xff\xfe"}', "body"),
        (b"\x00", "body"),
        (b"[" * 900, "body"),
        (b"", "body"),
    ],
)
async def test_a_bad_body_is_422_and_names_the_field(edge: Edge, body: bytes, field: str) -> None:
    async with client_of(edge) as client:
        response = await client.post("/echo", content=body, headers={"Content-Type": "application/json"})

    problem = a_problem(response, 422, "validation_error")
    assert isinstance(problem["errors"], list)
    assert field in {each["field"] for each in problem["errors"]}, problem
    assert all(isinstance(each["message"], str) for each in problem["errors"])
    assert not any("Value error" in each["message"] for each in problem["errors"])


async def test_a_bad_query_is_422_and_names_the_parameter(edge: Edge) -> None:
    async with client_of(edge) as client:
        response = await client.post("/echo?loud=maybe", json={"message": "hi"})

    problem = a_problem(response, 422, "validation_error")
    assert isinstance(problem["errors"], list)
    assert problem["errors"][0]["field"] == "loud"


async def test_what_was_sent_is_not_sent_back(edge: Edge) -> None:
    async with client_of(edge) as client:
        response = await client.post("/echo", json={"message": ["ada@example.com"]})

    assert "ada@example.com" not in response.text


@pytest.mark.parametrize("sent", ["text/plain", "application/xml", "multipart/form-data; boundary=x", ""])
async def test_another_media_type_is_415(edge: Edge, sent: str) -> None:
    async with client_of(edge) as client:
        response = await client.post("/echo", content=b'{"message": "hi"}', headers={"Content-Type": sent})

    a_problem(response, 415, "unsupported_media_type")


async def test_json_may_be_sent_under_a_more_precise_name(edge: Edge) -> None:
    async with client_of(edge) as client:
        response = await client.post(
            "/echo",
            content=b'{"message": "hi"}',
            headers={"Content-Type": "application/merge-patch+json; charset=utf-8"},
        )

    assert response.status_code == 200


async def test_json_where_a_file_is_wanted_is_415(edge: Edge) -> None:
    async with client_of(edge) as client:
        response = await client.post("/upload", json={"file": "x"})

    a_problem(response, 415, "unsupported_media_type")


async def test_a_file_is_read(edge: Edge) -> None:
    async with client_of(edge) as client:
        response = await client.post("/upload", files={"file": ("cv.pdf", b"%PDF-")})

    assert (response.status_code, response.json()) == (200, 5)


async def test_a_broken_form_is_422(edge: Edge) -> None:
    async with client_of(edge) as client:
        response = await client.post(
            "/upload", content=b"nonsense", headers={"Content-Type": "multipart/form-data; boundary=b"}
        )

    a_problem(response, 422, "validation_error")


async def test_an_announced_body_above_the_limit_is_413(edge: Edge) -> None:
    async with client_of(edge) as client:
        response = await client.post("/echo", json={"message": "x" * 1000})

    problem = a_problem(response, 413, "payload_too_large")
    assert problem["detail"] == "The body is larger than 1000 bytes."


async def test_a_chunked_body_above_the_limit_is_413(edge: Edge) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100

    async with client_of(edge) as client:
        response = await client.post("/echo", content=chunks(), headers={"Content-Type": "application/json"})

    a_problem(response, 413, "payload_too_large")


async def test_a_file_above_the_limit_is_413(edge: Edge) -> None:
    async with client_of(edge) as client:
        response = await client.post("/upload", files={"file": ("cv.pdf", b"x" * 2000)})

    a_problem(response, 413, "payload_too_large")


async def test_an_endpoint_may_take_more(edge: Edge) -> None:
    async with client_of(edge) as client:
        response = await client.post("/large", json={"text": "x" * 50_000})

    assert (response.status_code, response.json()) == (200, 50_000)


@pytest.mark.parametrize("bad", ["1", "%00", "..%2f..%2fetc%2fpasswd", "'; drop table interviews; --", "%ff"])
async def test_an_id_that_is_none_is_404_like_an_unknown_one(edge: Edge, bad: str) -> None:
    async with client_of(edge) as client:
        response = await client.get(f"/things/{bad}")

    if response.headers.get("content-type", "").startswith("text/plain"):
        assert response.status_code == 404  # the path did not even reach the endpoint
    else:
        assert "not found" in str(a_problem(response, 404, "not_found")["detail"])


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("forbidden", 403, "forbidden"),
        ("missing", 404, "not_found"),
        ("state", 400, "interview_not_in_progress"),
        ("conflict", 409, "turn_in_progress"),
        ("expired", 401, "token_expired"),
        ("anonymous", 401, "unauthorized"),
        ("limited", 429, "rate_limited"),
        ("down", 503, "upstream_unavailable"),
        ("upstream", 502, "upstream_error"),
        ("gone", 410, "recording_deleted"),
        ("file", 400, "unsupported_file"),
        ("setting", 500, "internal_error"),
        ("crash", 500, "internal_error"),
    ],
)
async def test_each_error_has_its_status_and_code(edge: Edge, kind: str, status: int, code: str) -> None:
    async with client_of(edge) as client:
        response = await client.get(f"/raise/{kind}")

    a_problem(response, status, code)


async def test_refusals_say_what_to_do_next(edge: Edge) -> None:
    async with client_of(edge) as client:
        limited = await client.get("/raise/limited")
        down = await client.get("/raise/down")
        expired = await client.get("/raise/expired")
        anonymous = await client.get("/raise/anonymous")

    assert (limited.headers["retry-after"], down.headers["retry-after"]) == ("12", "1")
    assert expired.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert anonymous.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("kind", ["crash", "setting"])
async def test_a_crash_leaks_nothing_to_the_caller(edge: Edge, kind: str) -> None:
    async with client_of(edge) as client:
        response = await client.get(f"/raise/{kind}")

    for secret in ("ada@example.com", "SecretiveError", "SUPABASE_URL", "Traceback", ".py"):
        assert secret not in response.text


async def test_a_crash_is_logged_with_its_stack_but_without_its_text(
    edge: Edge, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="talenti")
    async with client_of(edge) as client:
        response = await client.get("/raise/crash", headers={"X-Request-ID": "r-42"})

    crashed = next(json.loads(line) for line in caplog.messages if "http.request.crashed" in line)
    assert crashed["talenti.request_id"] == response.json()["request_id"] == "r-42"
    assert crashed["error.type"].endswith("SecretiveError")
    assert any("test_edge.py" in frame for frame in crashed["talenti.error.stack"])
    assert "ada@example.com" not in caplog.text


async def test_each_request_is_one_line_without_personal_data(
    edge: Edge, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="talenti")
    async with client_of(edge) as client:
        await client.post(
            "/echo?loud=1", json={"message": "Ada Lovelace"}, headers={"Authorization": "Bearer s3cr3t-t0ken"}
        )

    (line,) = (json.loads(message) for message in caplog.messages)
    assert line["faas.name"] == "echo"
    assert line["http.response.status_code"] == 200
    assert "Ada" not in caplog.text
    assert "s3cr3t-t0ken" not in caplog.text


async def test_the_request_id_of_the_caller_is_echoed(edge: Edge) -> None:
    async with client_of(edge) as client:
        response = await client.post("/echo", json={}, headers={"X-Request-ID": "from-the-frontend.1"})

    assert response.headers["x-request-id"] == "from-the-frontend.1"
    assert response.json()["request_id"] == "from-the-frontend.1"


@pytest.mark.parametrize("sent", ["", "a b", "x" * 129, "<script>", "a\tb"])
async def test_a_request_id_that_could_do_harm_is_replaced(edge: Edge, sent: str) -> None:
    async with client_of(edge) as client:
        response = await client.get("/cached", headers={"X-Request-ID": sent})

    assert str(UUID(response.headers["x-request-id"])) == response.headers["x-request-id"]


async def test_a_page_of_a_known_origin_may_read_the_answer(edge: Edge) -> None:
    async with client_of(edge) as client:
        good = await client.post("/echo", json={"message": "hi"}, headers={"Origin": ORIGIN})
        bad = await client.get("/raise/crash", headers={"Origin": ORIGIN})

    for response in (good, bad):
        assert response.headers["access-control-allow-origin"] == ORIGIN
        assert response.headers["access-control-allow-credentials"] == "true"
        assert "X-Request-ID" in response.headers["access-control-expose-headers"]
        assert response.headers["vary"] == "Origin"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", ORIGIN + ".evil.example", ORIGIN.upper()])
async def test_a_page_of_another_origin_may_not(edge: Edge, origin: str) -> None:
    async with client_of(edge) as client:
        response = await client.post("/echo", json={"message": "hi"}, headers={"Origin": origin})

    assert "access-control-allow-origin" not in response.headers
    assert response.headers["vary"] == "Origin"


async def test_every_answer_is_secured_and_not_kept(edge: Edge) -> None:
    async with client_of(edge) as client:
        for response in (
            await client.post("/echo", json={"message": "hi"}),
            await client.get("/raise/missing"),
        ):
            assert response.headers["cache-control"] == "no-store"
            assert response.headers["x-content-type-options"] == "nosniff"
            assert response.headers["x-frame-options"] == "DENY"
            assert response.headers["content-security-policy"].startswith("default-src 'none'")
            assert "strict-transport-security" not in response.headers


async def test_https_is_demanded_where_it_is_served() -> None:
    edge = an_edge(lambda: Delivery(over_https=True))
    Api("Test", edge, OPEN).get("/x")(x)
    async with client_of(edge) as client:
        response = await client.get("/x")

    assert response.headers["strict-transport-security"].startswith("max-age=31536000")


async def x() -> int:
    return 1


async def test_a_tagged_answer_is_not_sent_twice(edge: Edge) -> None:
    async with client_of(edge) as client:
        client.headers["Origin"] = ORIGIN
        first = await client.get("/cached")
        tag = first.headers["etag"]
        again = await client.get("/cached", headers={"If-None-Match": f'W/"other", W/{tag}'})
        other = await client.get("/cached", headers={"If-None-Match": '"other"'})

    for answer in (first, again):
        assert answer.headers["cache-control"] == "public, max-age=60"
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (other.status_code, other.headers["etag"]) == (200, tag)


async def test_a_wrong_setting_of_the_edge_closes_it_to_other_origins_but_not_to_callers() -> None:
    def refuse() -> Delivery:
        raise errors.SettingError("The setting CORS_ALLOWED_ORIGINS is missing.")

    edge = an_edge(refuse)
    Api("Test", edge, OPEN).get("/x")(x)
    async with client_of(edge) as client:
        response = await client.get("/x", headers={"Origin": ORIGIN})

    assert response.status_code == 200
    assert "access-control-allow-origin" not in response.headers


async def test_a_wrong_setting_of_the_edge_is_complained_of_once(caplog: pytest.LogCaptureFixture) -> None:
    def refuse() -> Delivery:
        raise errors.SettingError("The setting CORS_ALLOWED_ORIGINS is missing.")

    edge = an_edge(refuse)
    Api("Test", edge, OPEN).get("/x")(x)
    async with client_of(edge) as client:
        for _ in range(3):
            await client.get("/x")

    assert caplog.text.count("The setting CORS_ALLOWED_ORIGINS is missing.") == 1


async def test_a_stream_is_never_taken_for_one_that_the_caller_has() -> None:
    edge = an_edge()

    @Api("Test", edge, OPEN).get("/stream", policy=replace(OPEN, cache_control="no-cache"))
    async def stream() -> StreamingResponse:
        return StreamingResponse(iter([b"a", b"b"]))

    async with client_of(edge) as client:
        response = await client.get("/stream", headers={"If-None-Match": "*"})

    assert (response.status_code, response.content) == (200, b"ab")
    assert "etag" not in response.headers


async def test_requests_at_the_same_time_keep_their_ids_apart(edge: Edge) -> None:
    async with client_of(edge) as client:
        ids = [f"r-{number}" for number in range(50)]
        responses = await asyncio.gather(
            *(client.get("/raise/missing", headers={"X-Request-ID": each}) for each in ids)
        )

    assert [response.json()["request_id"] for response in responses] == ids


def test_an_edge_knows_what_may_be_done_at_a_path_before_any_route_is_built() -> None:
    edge = an_edge()
    api = Api("Test", edge, OPEN)

    @api.get("/things/{thing_id}")
    async def read(thing_id: UUID) -> None: ...

    @api.delete("/things/{thing_id}")
    async def remove(thing_id: UUID) -> None: ...

    @api.route("/{rest:path}", ["PUT"])
    async def rest() -> None: ...

    assert edge.methods_at("/things/1") == ["DELETE", "GET"]
    assert edge.methods_at("/things/1/parts") == edge.methods_at("/things") == []
