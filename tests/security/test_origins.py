"""Which pages may read our answers: those of the list, letter by letter, and no others."""

import pytest

from shared.errors import SettingError
from shared.http.api import Api
from shared.http.edge import OPEN, Delivery, Edge
from shared.http.headers import preflight
from shared.settings import HttpSettings, Settings
from tests.plain_asgi import an_edge, client_of
from tests.sample_settings import SAMPLE

LISTED = ("https://app.talenti.example", "http://localhost:5173")
OURS = LISTED[0]

NOT_OURS = [
    "http://app.talenti.example",  # another scheme
    "https://app.talenti.example:8443",  # another port
    "https://app.talenti.example:443",  # the same port, which no browser writes
    "https://talenti.example",  # the domain above
    "https://evil.app.talenti.example",  # a domain below
    "https://app.talenti.example.evil.example",  # ours at the beginning
    "https://evil-app.talenti.example",  # ours at the end
    "https://app.talenti.example/",
    "https://app.talenti.example/path",
    "https://APP.talenti.example",
    "https://app.talenti.example@evil.example",
    "https://app-talenti.example",  # a dot is a dot
    "https://app.talenti.example, https://evil.example",
    "http://localhost:5174",
    "http://127.0.0.1:5173",
    "null",  # a sandboxed frame, or a file
    "file://",
    "*",
    "",
]


@pytest.fixture
def edge() -> Edge:
    edge = an_edge(lambda: Delivery(cors_origins=LISTED, max_body_bytes=1000))
    api = Api("Test", edge, OPEN)

    @api.get("/x")
    async def x() -> int:
        return 1

    @api.route("/x", ["OPTIONS"])
    async def options_of_x() -> object:
        return preflight()

    return edge


@pytest.mark.parametrize("origin", LISTED)
async def test_a_listed_page_reads_and_is_named_itself(edge: Edge, origin: str) -> None:
    async with client_of(edge) as client:
        answer = await client.get("/x", headers={"Origin": origin})

    assert answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["vary"] == "Origin"
    assert "Content-Disposition" in answer.headers["access-control-expose-headers"]  # or files have no name
    assert "*" not in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize("origin", NOT_OURS)
@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
async def test_another_page_is_told_nothing_of_a_permission(edge: Edge, method: str, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "DELETE"}
    async with client_of(edge) as client:
        answer = await client.request(method, "/x", headers=asked)

    assert "access-control-allow-origin" not in answer.headers
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.headers["vary"] == "Origin"  # or a cache would hand ours to them


async def test_a_preflight_of_our_page_lists_what_we_take_and_no_star(edge: Edge) -> None:
    asked = {
        "Origin": OURS,
        "Access-Control-Request-Method": "TRACE",
        "Access-Control-Request-Headers": "x-evil, authorization",
        "Access-Control-Request-Private-Network": "true",
    }
    async with client_of(edge) as client:
        answer = await client.options("/x", headers=asked)

    told = {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}
    assert answer.status_code == 204
    assert told["access-control-allow-methods"] == "GET, POST, PUT, PATCH, DELETE, OPTIONS"
    assert "x-evil" not in told["access-control-allow-headers"].lower()
    assert "access-control-allow-private-network" not in told
    assert "*" not in "".join(told.values())
    assert int(told["access-control-max-age"]) <= 600


def listed(text: str) -> HttpSettings:
    return Settings({**SAMPLE, "CORS_ALLOWED_ORIGINS": text}).http


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "https://*.talenti.example",
        "https://app.talenti.example/",
        "https://app.talenti.example/path",
        "null",
        "app.talenti.example",
        "https://user@app.talenti.example",
        "https://app.talenti.example\nhttps://evil.example",
        "javascript://app",
    ],
)
def test_what_is_no_single_origin_cannot_be_listed(text: str) -> None:
    with pytest.raises(SettingError, match="CORS_ALLOWED_ORIGINS"):
        listed(text)


def test_an_empty_list_lets_no_page_in() -> None:
    assert listed("").cors_origins == ()
