"""Sign-in, then the count of calls, then everything else."""

from uuid import uuid4

import httpx
import pytest

from shared.domain.identity import Person
from shared.domain.rate_limits import RateClass
from shared.http.api import Api
from shared.http.edge import OPEN, Edge, Policy
from shared.http.guard import Access, Caller, Visitor
from tests.fakes.tokens import FakeTokens
from tests.plain_asgi import an_edge, client_of

ADA = Person(uuid4(), "ada@example.com")
FIVE_A_MINUTE = (RateClass.DEFAULT, RateClass.RESUME_PARSE)


@pytest.fixture
def tokens() -> FakeTokens:
    return FakeTokens()


@pytest.fixture
def edge(tokens: FakeTokens) -> Edge:
    edge = an_edge(tokens=tokens)
    api = Api("Test", edge)

    @api.get("/mine")
    async def mine(caller: Caller) -> str:
        return str(caller.user_id)

    @api.post("/numbers")
    async def numbers(numbers: list[int]) -> int:
        return sum(numbers)

    @api.get("/scarce", policy=Policy(limits=FIVE_A_MINUTE))
    async def scarce() -> int:
        return 1

    @api.get("/public", policy=Policy(access=Access.PUBLIC, limits=FIVE_A_MINUTE))
    async def public() -> int:
        return 1

    @api.get("/either", policy=Policy(access=Access.ANYBODY, limits=FIVE_A_MINUTE))
    async def either(visitor: Visitor) -> str:
        return str(visitor.user_id) if visitor else "nobody"

    @api.get("/open", policy=OPEN)
    async def open_to_all() -> int:
        return 1

    return edge


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_who_says_nothing_about_access_gets_an_endpoint_for_the_signed_in(
    edge: Edge, tokens: FakeTokens
) -> None:
    async with client_of(edge) as client:
        without = await client.get("/mine")
        with_token = await client.get("/mine", headers=bearer(tokens.issue(ADA)))

    assert (without.status_code, without.json()["code"]) == (401, "unauthorized")
    assert without.headers["www-authenticate"] == "Bearer"
    assert (with_token.status_code, with_token.json()) == (200, str(ADA.user_id))


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "token", "Bearer nonsense"])
async def test_what_is_no_bearer_token_is_401(edge: Edge, header: str) -> None:
    async with client_of(edge) as client:
        response = await client.get("/mine", headers={"Authorization": header})

    assert response.status_code == 401


async def test_the_word_bearer_is_read_without_regard_to_case(edge: Edge, tokens: FakeTokens) -> None:
    async with client_of(edge) as client:
        response = await client.get("/mine", headers={"Authorization": f"bEARER  {tokens.issue(ADA)}"})

    assert response.status_code == 200


async def test_an_expired_token_says_so_to_the_frontend(edge: Edge, tokens: FakeTokens) -> None:
    token = tokens.issue(ADA)
    tokens.expire(token)
    async with client_of(edge) as client:
        response = await client.get("/mine", headers=bearer(token))

    assert (response.status_code, response.json()["code"]) == (401, "token_expired")
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_sign_in_is_asked_before_the_body_is_judged(edge: Edge) -> None:
    async with client_of(edge) as client:
        for content in (b"[1, 2", b'{"a": 1}', b"x" * 5000):
            response = await client.post(
                "/numbers", content=content, headers={"Content-Type": "application/json"}
            )
            assert response.status_code == 401


async def test_the_count_comes_right_after_sign_in_and_before_the_body(
    edge: Edge, tokens: FakeTokens
) -> None:
    headers = bearer(tokens.issue(ADA))
    async with client_of(edge) as client:
        answers = [await client.get("/scarce", headers=headers) for _ in range(6)]

    assert [each.status_code for each in answers] == [200] * 5 + [429]
    assert [each.headers["x-ratelimit-remaining"] for each in answers] == ["4", "3", "2", "1", "0", "0"]
    assert {each.headers["x-ratelimit-limit"] for each in answers} == {"5"}
    assert answers[-1].json()["code"] == "rate_limited"
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 12
    assert answers[-1].headers["x-ratelimit-reset"] == answers[-1].headers["retry-after"]


async def test_persons_are_counted_apart(edge: Edge, tokens: FakeTokens) -> None:
    grace = Person(uuid4(), "grace@example.com")
    async with client_of(edge) as client:
        for _ in range(6):
            await client.get("/scarce", headers=bearer(tokens.issue(ADA)))
        response = await client.get("/scarce", headers=bearer(tokens.issue(grace)))

    assert response.status_code == 200


async def calls_from(client: httpx.AsyncClient, *forwarded: str) -> list[int]:
    return [
        (await client.get("/public", headers={"X-Forwarded-For": each})).status_code for each in forwarded
    ]


async def test_a_public_endpoint_counts_by_address(edge: Edge) -> None:
    async with client_of(edge) as client:
        same = await calls_from(client, *["203.0.113.7:52100"] * 6)
        other = await calls_from(client, "203.0.113.8:52100", "[2001:db8::1]:443")

    assert same == [200] * 5 + [429]
    assert other == [200, 200]


async def test_an_address_that_the_caller_writes_does_not_escape_the_count(edge: Edge) -> None:
    async with client_of(edge) as client:
        codes = await calls_from(client, *(f"10.0.0.{number}, 203.0.113.7" for number in range(6)))

    assert codes == [200] * 5 + [429]


async def test_an_endpoint_for_anybody_knows_who_is_signed_in(edge: Edge, tokens: FakeTokens) -> None:
    async with client_of(edge) as client:
        without = await client.get("/either")
        with_token = await client.get("/either", headers=bearer(tokens.issue(ADA)))
        with_nonsense = await client.get("/either", headers=bearer("nonsense"))

    assert (without.json(), with_token.json()) == ("nobody", str(ADA.user_id))
    assert with_nonsense.status_code == 401


async def test_an_endpoint_for_anybody_counts_by_address(edge: Edge, tokens: FakeTokens) -> None:
    grace = Person(uuid4(), "grace@example.com")
    async with client_of(edge) as client:
        codes = [
            (await client.get("/either", headers=bearer(tokens.issue(each)))).status_code
            for each in (ADA, grace) * 3
        ]

    assert codes == [200] * 5 + [429]


async def test_an_open_endpoint_is_not_counted(edge: Edge) -> None:
    async with client_of(edge) as client:
        response = await client.get("/open")

    assert response.status_code == 200
    assert "x-ratelimit-limit" not in response.headers


async def test_a_refused_token_leaves_nothing_personal_in_the_log(
    edge: Edge, caplog: pytest.LogCaptureFixture
) -> None:
    async with client_of(edge) as client:
        await client.get("/mine", headers=bearer("s3cr3t-t0ken"))

    assert "s3cr3t-t0ken" not in caplog.text
