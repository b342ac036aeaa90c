"""What stands on every answer, whatever kind it is, and what stands on none."""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import Response
from fastapi.responses import HTMLResponse, RedirectResponse

import blueprints
from shared import bootstrap
from shared.contracts.base import Body, Contract
from shared.errors import NotFoundError, RateLimitedError
from shared.http.api import Api
from shared.http.downloads import csv_file, json_file
from shared.http.edge import OPEN, Delivery, Edge, Policy
from shared.http.headers import preflight
from shared.http.reports.page import policy as report_policy
from shared.http.sse import EventStream, ServerSentEvent
from tests.plain_asgi import ORIGIN, an_edge, client_of

assert blueprints.ALL  # importing them has filled the edge

OVER_HTTPS = Delivery(cors_origins=(ORIGIN,), max_body_bytes=1000, over_https=True)
INSIDE = "postgres at db.internal refused ada@example.com"


class Note(Body):
    text: str


class Row(Contract):
    name: str


@pytest.fixture
def edge() -> Edge:
    edge = an_edge(lambda: OVER_HTTPS)
    api = Api("Test", edge, OPEN)
    that_give(api)
    that_refuse(api)
    return edge


def that_give(api: Api) -> None:
    @api.post("/json")
    async def take(note: Note) -> Note:
        return note

    @api.get("/html", response_class=HTMLResponse)
    async def html() -> HTMLResponse:
        return HTMLResponse("<p>Ada", headers={"Content-Security-Policy": report_policy()})

    @api.get("/csv", response_class=Response)
    async def table() -> Response:
        return csv_file("people", Row, rows())

    @api.get("/file", response_class=Response)
    async def array() -> Response:
        return json_file("people", rows())

    @api.get("/events", response_class=EventStream)
    async def events() -> EventStream:
        return EventStream(three())

    @api.get("/redirect", response_class=RedirectResponse, status_code=302)
    async def redirect() -> RedirectResponse:
        return RedirectResponse("https://files.example.org/a", status_code=302)

    @api.get("/cached", policy=replace(OPEN, cache_control="public, max-age=60"))
    async def cached() -> Row:
        return Row(name="the same for everybody")

    @api.route("/options", ["OPTIONS"])
    async def options() -> Response:
        return preflight()


def that_refuse(api: Api) -> None:
    @api.get("/signed-in", policy=Policy())
    async def signed_in() -> Row:
        return Row(name="Ada")

    @api.get("/missing")
    async def missing() -> None:
        raise NotFoundError("Not here.")

    @api.get("/limited")
    async def limited() -> None:
        raise RateLimitedError("Too many calls.", retry_after=1)

    @api.get("/crash")
    async def crash() -> None:
        raise RuntimeError(INSIDE)


async def rows() -> AsyncIterator[list[Row]]:
    yield [Row(name="=1+1")]


async def three() -> AsyncGenerator[ServerSentEvent]:
    for number in range(3):
        yield ServerSentEvent("token", {"number": number})


# the kind: what is asked, its status, its media type
KINDS: dict[str, tuple[httpx.Request, int, str]] = {
    "JSON": (httpx.Request("POST", "http://t/json", json={"text": "hi"}), 200, "application/json"),
    "a page": (httpx.Request("GET", "http://t/html"), 200, "text/html; charset=utf-8"),
    "a table": (httpx.Request("GET", "http://t/csv"), 200, "text/csv; charset=utf-8"),
    "a file": (httpx.Request("GET", "http://t/file"), 200, "application/json"),
    "a stream": (httpx.Request("GET", "http://t/events"), 200, "text/event-stream; charset=utf-8"),
    "a redirect": (httpx.Request("GET", "http://t/redirect"), 302, ""),
    "a preflight": (httpx.Request("OPTIONS", "http://t/options"), 204, ""),
    "what may be kept": (httpx.Request("GET", "http://t/cached"), 200, "application/json"),
    "what is kept already": (
        httpx.Request("GET", "http://t/cached", headers={"If-None-Match": "*"}),
        304,
        "",
    ),
    "401": (httpx.Request("GET", "http://t/signed-in"), 401, "application/problem+json"),
    "404": (httpx.Request("GET", "http://t/missing"), 404, "application/problem+json"),
    "413": (
        httpx.Request("POST", "http://t/json", json={"text": "x" * 1001}),
        413,
        "application/problem+json",
    ),
    "415": (httpx.Request("POST", "http://t/json", content=b"a"), 415, "application/problem+json"),
    "422": (httpx.Request("POST", "http://t/json", json={}), 422, "application/problem+json"),
    "429": (httpx.Request("GET", "http://t/limited"), 429, "application/problem+json"),
    "a crash": (httpx.Request("GET", "http://t/crash"), 500, "application/problem+json"),
}
EXPECTED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
}
TELLTALES = {"server", "x-powered-by", "x-aspnet-version", "via", "x-runtime", "set-cookie"}
NOTHING_BUT = ("default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'")


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_answer_is_secured(edge: Edge, kind: str) -> None:
    request, status, media_type = KINDS[kind]
    async with client_of(edge) as client:
        answer = await client.send(request)

    assert (answer.status_code, answer.headers.get("content-type", "")) == (status, media_type)
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    assert all(part in answer.headers["content-security-policy"] for part in NOTHING_BUT)
    assert "Origin" in answer.headers["vary"]
    assert answer.headers["x-request-id"]
    assert not answer.headers.keys() & TELLTALES


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"what may be kept", "what is kept already"}))
async def test_only_what_is_the_same_for_everybody_may_be_kept(edge: Edge, kind: str) -> None:
    async with client_of(edge) as client:
        answer = await client.send(KINDS[kind][0])

    assert "no-store" in answer.headers["cache-control"]


@pytest.mark.parametrize(("kind", "name"), [("a table", "people.csv"), ("a file", "people.json")])
async def test_what_is_to_be_kept_as_a_file_is_no_page(edge: Edge, kind: str, name: str) -> None:
    async with client_of(edge) as client:
        answer = await client.send(KINDS[kind][0])

    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'


async def test_a_crash_tells_nothing_of_itself(edge: Edge) -> None:
    async with client_of(edge) as client:
        answer = await client.send(KINDS["a crash"][0])

    said = f"{answer.text}{answer.headers}"
    assert not re.search(
        r"ada@|postgres|internal\.|db\.|RuntimeError|Traceback|File \"|\.py|shared[./]|starlette|fastapi",
        said,
    )
    assert set(answer.json()) == {"type", "title", "status", "detail", "code", "request_id"}


@pytest.fixture
def product(monkeypatch: pytest.MonkeyPatch) -> Edge:
    """All that the product serves, without any of its services: who asks is nobody."""
    monkeypatch.setattr(bootstrap.edge, "delivery", lambda: OVER_HTTPS)
    monkeypatch.setattr(bootstrap.edge, "warm_up", None)
    return bootstrap.edge


async def test_no_operation_answers_a_stranger_without_them(product: Edge) -> None:
    refused = 0
    async with client_of(product) as client:
        for endpoint in product.endpoints:
            if endpoint.policy.access.value != "signed_in":
                continue
            path = re.sub(r"\{\w+(:path)?\}", "00000000-0000-4000-8000-000000000001", endpoint.route.path)
            for method in endpoint.route.methods or ():
                answer = await client.request(method, path, headers={"Origin": "https://evil.example"})

                assert answer.status_code == 401, endpoint.name
                assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
                assert answer.headers["cache-control"] == "no-store"
                assert "access-control-allow-origin" not in answer.headers
                refused += 1

    assert refused > 90


async def test_the_page_of_the_description_runs_its_own_scripts_only(product: Edge) -> None:
    async with client_of(product) as client:
        page = await client.get("/docs")
        script = await client.get("/docs/start.js")

    rules = dict(rule.strip().split(" ", 1) for rule in page.headers["content-security-policy"].split(";"))
    assert (rules["default-src"], rules["script-src"], rules["connect-src"]) == ("'none'", "'self'", "'self'")
    assert rules["base-uri"] == rules["form-action"] == rules["frame-ancestors"] == "'none'"
    assert "<script>" not in page.text
    assert not re.search(r"\son\w+=", page.text)
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["x-content-type-options"] == "nosniff"


def test_no_code_of_the_product_hands_out_addresses_that_command_workflows() -> None:
    """The engine's own answers hold links that stop, wake and clear a workflow for whoever has them."""
    folder = Path(blueprints.__file__).parents[1]
    handing = re.compile(r"create_check_status_response|management_payload|wait_for_completion_or_create")

    files = [path for name in ("blueprints", "shared") for path in (folder / name).rglob("*.py")]

    assert len(files) > 300
    assert [path.name for path in files if handing.search(path.read_text(encoding="utf-8"))] == []
