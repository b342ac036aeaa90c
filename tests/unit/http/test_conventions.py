"""What every endpoint gets from the edge: lists, merges, versions, places, and answers that are kept."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import Query, Request, Response, UploadFile

from shared.contracts.base import Body, Contract
from shared.contracts.lists import Listed, ListQuery
from shared.contracts.merge import Patch
from shared.contracts.versions import Versioned
from shared.domain.identity import Person
from shared.domain.paging import NEWEST_FIRST, Order, Sorted
from shared.errors import ConflictError, PreconditionFailedError, UnavailableError
from shared.http.api import Api
from shared.http.edge import Edge, Policy
from shared.http.guard import Caller
from shared.http.openapi import describe
from shared.http.preconditions import IfMatch, tag
from shared.ports.repeats import Attempt
from tests.fakes.pages import cut_out
from tests.fakes.repeats import FakeRepeats
from tests.fakes.tokens import FakeTokens
from tests.plain_asgi import an_edge, client_of

ADA = Person(uuid4(), "ada@example.com")
NOON = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)


class Pot(Versioned):
    id: UUID
    name: str
    note: str | None = None


class NewPot(Body):
    name: str


class PotPatch(Patch):
    name: str = Query(default=None)
    note: str | None = None


class PotQuery(ListQuery):
    orders: ClassVar[dict[str, Order]] = {
        "newest": NEWEST_FIRST,
        "name": Order("name", Sorted.TEXT, descending=False),
    }

    name: str | None = None
    sort: str = "newest"


class Count(Contract):
    count: int


class Shelf:
    """Pots, and what happened to them."""

    def __init__(self) -> None:
        self.pots: list[Pot] = []
        self.fails_with: Exception | None = None
        self.calls = 0
        self.entered = asyncio.Event()
        self.hold: asyncio.Event | None = None

    async def add(self, name: str) -> Pot:
        self.calls += 1
        self.entered.set()
        if self.hold:
            await self.hold.wait()
        if self.fails_with:
            raise self.fails_with
        pot = Pot(id=uuid4(), name=name, created_at=NOON, updated_at=NOON)
        self.pots.append(pot)
        return pot


@pytest.fixture
def tokens() -> FakeTokens:
    return FakeTokens()


@pytest.fixture
def repeats() -> FakeRepeats:
    return FakeRepeats()


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def edge(tokens: FakeTokens, repeats: FakeRepeats, shelf: Shelf) -> Edge:
    edge = an_edge(tokens=tokens, repeats=repeats)
    api = Api("Pots", edge)

    @api.post("/pots", status_code=201, location="/pots/{id}", policy=Policy(idempotent=True))
    async def pot_add(new: NewPot) -> Pot:
        return await shelf.add(new.name)

    @api.post("/pots/sent", status_code=201, policy=Policy(idempotent=True))
    async def pot_send(file: UploadFile) -> Pot:
        return await shelf.add((await file.read()).decode())

    @api.post("/shelves/{shelf_id}/pots", status_code=201, location="/shelves/{shelf_id}/pots/{id}")
    async def pot_place(shelf_id: str, new: NewPot) -> Pot:
        return await shelf.add(new.name)

    @api.post("/pots/known", status_code=201, location="/pots/{id}")
    async def pot_find(new: NewPot, request: Request, response: Response) -> Pot:
        known = next((each for each in shelf.pots if each.name == new.name), None)
        response.status_code = 200 if known and request.method == "POST" else 201
        return known or await shelf.add(new.name)

    @api.get("/pots")
    async def pot_list(query: Annotated[PotQuery, Query()]) -> Listed[Pot]:
        kept = [each for each in shelf.pots if query.name in (None, each.name)]
        page = cut_out(kept, query.cut)
        return query.page(page, list(page.rows))

    @api.patch("/pots/{pot_id}")
    async def pot_change(pot_id: UUID, changes: PotPatch, expected: IfMatch) -> Pot:
        pot = next(each for each in shelf.pots if each.id == pot_id)
        if expected and pot.updated_at not in expected:
            raise PreconditionFailedError("Stale.")
        return pot.model_copy(
            update=changes.changes | {"updated_at": pot.updated_at + timedelta(microseconds=1)}
        )

    @api.get("/token")
    async def token_shown(caller: Caller) -> list[str]:
        return [str(caller), repr(caller), caller.token.reveal()]

    return edge


def signed_in(tokens: FakeTokens, person: Person = ADA) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens.issue(person)}"}


def pots(*names: str) -> list[Pot]:
    return [
        Pot(id=uuid4(), name=name, created_at=NOON + timedelta(hours=hour), updated_at=NOON)
        for hour, name in enumerate(names)
    ]


# -- acting as the caller ----------------------------------------------------------------------


async def test_the_token_travels_with_the_caller_and_cannot_be_shown(edge: Edge, tokens: FakeTokens) -> None:
    headers = signed_in(tokens)
    async with client_of(edge) as client:
        text, shown, revealed = (await client.get("/token", headers=headers)).json()

    assert headers["Authorization"] == f"Bearer {revealed}"
    assert revealed not in text + shown


# -- lists -------------------------------------------------------------------------------------


async def walk(client: httpx.AsyncClient, headers: dict[str, str], **query: str | int) -> list[str]:
    names: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await client.get("/pots", headers=headers, params={**query, **cursor})).json()
        names += [each["name"] for each in page["items"]]
        if page["next_cursor"] is None:
            return names
        cursor = {"cursor": page["next_cursor"]}


async def test_a_list_goes_on_where_the_page_before_ended(
    edge: Edge, tokens: FakeTokens, shelf: Shelf
) -> None:
    shelf.pots = pots("c", "a", "b")
    async with client_of(edge) as client:
        headers = signed_in(tokens)

        assert await walk(client, headers, limit=2) == ["b", "a", "c"]
        assert await walk(client, headers, limit=1, sort="name") == ["a", "b", "c"]
        assert await walk(client, headers, name="a") == ["a"]


async def test_a_total_is_there_when_asked_for(edge: Edge, tokens: FakeTokens, shelf: Shelf) -> None:
    shelf.pots = pots("a", "b", "c")
    async with client_of(edge) as client:
        headers = signed_in(tokens)
        plain = (await client.get("/pots", headers=headers)).json()
        counted = (await client.get("/pots", headers=headers, params={"include_total": "true"})).json()

    assert set(plain) == {"items", "next_cursor"}
    assert counted["total"] == 3


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "nmae=a", "cursor=%00"])
async def test_a_query_with_a_slip_is_refused(edge: Edge, tokens: FakeTokens, query: str) -> None:
    async with client_of(edge) as client:
        response = await client.get(f"/pots?{query}", headers=signed_in(tokens))

    assert (response.status_code, response.json()["code"]) == (422, "validation_error")


def coded(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


async def test_a_cursor_is_refused_that_is_made_up_or_of_another_list(
    edge: Edge, tokens: FakeTokens, shelf: Shelf
) -> None:
    shelf.pots = pots("a", "b")
    async with client_of(edge) as client:
        headers = signed_in(tokens)
        mine = (await client.get("/pots?limit=1", headers=headers)).json()["next_cursor"]
        list_id = json.loads(base64.urlsafe_b64decode(mine + "=="))[1]
        wrong = [
            {"cursor": mine, "name": "a"},
            {"cursor": mine, "sort": "name"},
            *({"cursor": each} for each in ("x", "é", "....", mine[:-3], "A" * 2001, coded(1), coded())),
            {"cursor": coded(2, list_id, NOON.isoformat(), str(uuid4()))},
            {"cursor": coded(1, list_id, "yesterday", str(uuid4()))},
            {"cursor": coded(1, list_id, 5, str(uuid4()))},
            {"cursor": coded(1, list_id, NOON.isoformat(), "1")},
            {"cursor": coded(1, list_id, NOON.isoformat())},
        ]

        answers = [await client.get("/pots", headers=headers, params=each) for each in wrong]

    assert [each.status_code for each in answers] == [422] * len(wrong)


# -- merges and versions -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "b"}, 200),
        ({"note": None}, 200),
        ({"name": None}, 422),
        ({}, 422),
        ({"nmae": "b"}, 422),
        ({"name": "b", "id": str(uuid4())}, 422),
        ({"updated_at": NOON.isoformat()}, 422),
        ({"name": "b\0"}, 422),
    ],
)
async def test_a_merge_takes_what_may_be_changed_and_nothing_else(
    edge: Edge, tokens: FakeTokens, shelf: Shelf, body: dict[str, object], status: int
) -> None:
    shelf.pots = pots("a")
    async with client_of(edge) as client:
        response = await client.patch(f"/pots/{shelf.pots[0].id}", headers=signed_in(tokens), json=body)

    assert response.status_code == status


async def test_a_change_for_the_version_that_was_read_goes_through_and_tells_the_new_one(
    edge: Edge, tokens: FakeTokens, shelf: Shelf
) -> None:
    shelf.pots = pots("a")
    async with client_of(edge) as client:
        response = await client.patch(
            f"/pots/{shelf.pots[0].id}",
            headers=signed_in(tokens) | {"If-Match": f'"0", {tag(NOON)}'},
            json={"name": "b"},
        )

    assert (response.status_code, response.headers["etag"]) == (200, tag(NOON + timedelta(microseconds=1)))


@pytest.mark.parametrize("if_match", ['"0"', 'W/"1"', "nonsense", '"zz"', '"ffffffffffffffff"', ""])
async def test_a_change_for_another_version_is_412(
    edge: Edge, tokens: FakeTokens, shelf: Shelf, if_match: str
) -> None:
    shelf.pots = pots("a")
    async with client_of(edge) as client:
        response = await client.patch(
            f"/pots/{shelf.pots[0].id}",
            headers=signed_in(tokens) | {"If-Match": if_match},
            json={"name": "b"},
        )

    assert (response.status_code, response.json()["code"]) == (412, "precondition_failed")


async def test_any_version_is_meant_by_a_star(edge: Edge, tokens: FakeTokens, shelf: Shelf) -> None:
    shelf.pots = pots("a")
    async with client_of(edge) as client:
        response = await client.patch(
            f"/pots/{shelf.pots[0].id}",
            headers=signed_in(tokens) | {"If-Match": " * "},
            json={"name": "b"},
        )

    assert response.status_code == 200


# -- what is made, and made once ---------------------------------------------------------------


async def test_what_is_made_tells_its_place_and_its_version(edge: Edge, tokens: FakeTokens) -> None:
    async with client_of(edge) as client:
        response = await client.post("/shelves/top/pots", headers=signed_in(tokens), json={"name": "a"})

    assert response.status_code == 201
    assert response.headers["location"] == f"/shelves/top/pots/{response.json()['id']}"
    assert response.headers["etag"] == tag(NOON)


async def test_an_endpoint_that_chooses_its_status_gets_address_and_version_all_the_same(
    edge: Edge, tokens: FakeTokens
) -> None:
    async with client_of(edge) as client:
        answers = [
            await client.post("/pots/known", json={"name": "Fern"}, headers=signed_in(tokens))
            for _ in range(2)
        ]

    assert [each.status_code for each in answers] == [201, 200]
    assert {each.headers["location"] for each in answers} == {f"/pots/{answers[0].json()['id']}"}
    assert len({each.headers["etag"] for each in answers}) == 1


async def test_a_repeat_with_the_same_key_gets_the_same_answer(
    edge: Edge, tokens: FakeTokens, shelf: Shelf
) -> None:
    async with client_of(edge) as client:
        headers = signed_in(tokens) | {"Idempotency-Key": "k-1"}
        first = await client.post("/pots", headers=headers, json={"name": "a"})
        again = await client.post("/pots", headers=headers, json={"name": "a"})

    assert shelf.calls == 1
    assert (again.status_code, again.content) == (first.status_code, first.content)
    for name in ("location", "etag", "content-type"):
        assert again.headers[name] == first.headers[name]
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["x-request-id"] != first.headers["x-request-id"]


async def test_a_key_belongs_to_one_person_and_one_operation(
    edge: Edge, tokens: FakeTokens, shelf: Shelf
) -> None:
    grace = Person(uuid4(), "grace@example.com")
    async with client_of(edge) as client:
        for person in (ADA, grace):
            headers = signed_in(tokens, person) | {"Idempotency-Key": "k-1"}
            assert (await client.post("/pots", headers=headers, json={"name": "a"})).status_code == 201

    assert shelf.calls == 2


async def test_the_same_key_with_another_body_or_query_is_409(edge: Edge, tokens: FakeTokens) -> None:
    async with client_of(edge) as client:
        headers = signed_in(tokens) | {"Idempotency-Key": "k-1"}
        await client.post("/pots", headers=headers, json={"name": "a"})
        answers = [
            await client.post("/pots", headers=headers, json={"name": "b"}),
            await client.post("/pots?x=1", headers=headers, json={"name": "a"}),
        ]

    assert [(each.status_code, each.json()["code"]) for each in answers] == [
        (409, "idempotency_key_reused")
    ] * 2


async def test_a_form_is_the_same_whatever_stands_between_its_parts(edge: Edge, tokens: FakeTokens) -> None:
    async with client_of(edge) as client:
        headers = signed_in(tokens) | {"Idempotency-Key": "k-1"}
        first, again, other = [
            await client.post("/pots/sent", headers=headers, files={"file": ("a.txt", content)})
            for content in (b"rose", b"rose", b"lily")
        ]

    assert first.request.headers["content-type"] != again.request.headers["content-type"]
    assert (first.status_code, first.json()["name"]) == (201, "rose")
    assert again.json() == first.json()
    assert other.json()["code"] == "idempotency_key_reused"


async def test_a_body_that_is_not_valid_takes_no_key(
    edge: Edge, tokens: FakeTokens, repeats: FakeRepeats
) -> None:
    async with client_of(edge) as client:
        headers = signed_in(tokens) | {"Idempotency-Key": "k-1"}
        refused = await client.post("/pots", headers=headers, json={"nmae": "a"})
        mended = await client.post("/pots", headers=headers, json={"name": "a"})

    assert (refused.status_code, mended.status_code) == (422, 201)


@pytest.mark.parametrize(
    ("error", "status"),
    [(ConflictError("Taken."), 409), (UnavailableError("Away."), 503), (ValueError("ours"), 500)],
)
async def test_what_failed_frees_the_key(
    edge: Edge, tokens: FakeTokens, shelf: Shelf, error: Exception, status: int
) -> None:
    async with client_of(edge) as client:
        headers = signed_in(tokens) | {"Idempotency-Key": "k-1"}
        shelf.fails_with = error
        failed = await client.post("/pots", headers=headers, json={"name": "a"})
        shelf.fails_with = None
        mended = await client.post("/pots", headers=headers, json={"name": "a"})

    assert (failed.status_code, mended.status_code, shelf.calls) == (status, 201, 2)


async def test_two_at_once_do_it_once(edge: Edge, tokens: FakeTokens, shelf: Shelf) -> None:
    shelf.hold = asyncio.Event()
    async with client_of(edge) as client:
        headers = signed_in(tokens) | {"Idempotency-Key": "k-1"}
        first = asyncio.create_task(client.post("/pots", headers=headers, json={"name": "a"}))
        await shelf.entered.wait()
        second = await client.post("/pots", headers=headers, json={"name": "a"})
        shelf.hold.set()

    assert ((await first).status_code, second.status_code, second.json()["code"]) == (201, 409, "conflict")
    assert shelf.calls == 1


async def test_a_call_that_is_cut_off_holds_its_key_until_the_lease_ends(
    edge: Edge, tokens: FakeTokens, shelf: Shelf, repeats: FakeRepeats
) -> None:
    shelf.hold = asyncio.Event()
    async with client_of(edge) as client:
        headers = signed_in(tokens) | {"Idempotency-Key": "k-1"}
        first = asyncio.create_task(client.post("/pots", headers=headers, json={"name": "a"}))
        await shelf.entered.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        shelf.hold = None
        early = await client.post("/pots", headers=headers, json={"name": "a"})
        repeats.end_leases()
        late = await client.post("/pots", headers=headers, json={"name": "a"})

    assert (early.status_code, late.status_code) == (409, 201)


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256])
async def test_a_key_that_cannot_be_one_is_422(edge: Edge, tokens: FakeTokens, key: str) -> None:
    async with client_of(edge) as client:
        headers = httpx.Headers(signed_in(tokens) | {"Idempotency-Key": key}, encoding="utf-8")
        response = await client.post("/pots", headers=headers, json={"name": "a"})

    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_without_the_store_nothing_is_done_under_a_key(
    edge: Edge, tokens: FakeTokens, shelf: Shelf, repeats: FakeRepeats
) -> None:
    repeats.reachable = False
    async with client_of(edge) as client:
        headers = signed_in(tokens)
        with_key = await client.post("/pots", headers=headers | {"Idempotency-Key": "k"}, json={"name": "a"})
        without = await client.post("/pots", headers=headers, json={"name": "a"})

    assert (with_key.status_code, without.status_code, shelf.calls) == (503, 201, 1)


class Forgetful(FakeRepeats):
    """Gives keys, and is away when the answer or the failure comes."""

    async def begin(self, scope: str, key: str, body_hash: str) -> Attempt:
        return Attempt(scope, key, 1)

    def _reach(self) -> None:
        raise UnavailableError("Away.")


@pytest.mark.parametrize(("error", "status"), [(None, 201), (ConflictError("Taken."), 409)])
async def test_an_answer_that_cannot_be_kept_goes_out_and_leaves_a_line(
    tokens: FakeTokens, caplog: pytest.LogCaptureFixture, error: Exception | None, status: int
) -> None:
    edge = an_edge(tokens=tokens, repeats=Forgetful())
    shelf = Shelf()
    shelf.fails_with = error
    api = Api("Pots", edge)

    @api.post("/pots", status_code=201, policy=Policy(idempotent=True))
    async def pot_add(new: NewPot) -> Pot:
        return await shelf.add(new.name)

    async with client_of(edge) as client:
        headers = signed_in(tokens) | {"Idempotency-Key": "k"}
        response = await client.post("/pots", headers=headers, json={"name": "a"})

    assert response.status_code == status
    assert "idempotency.lost" in caplog.text


# -- the description ---------------------------------------------------------------------------


def test_the_description_tells_of_keys_of_preconditions_and_of_what_a_merge_may_leave_out(
    edge: Edge,
) -> None:
    document = describe(edge, "1")

    headers = {
        (path, method): {each["name"] for each in operation.get("parameters", ()) if each["in"] == "header"}
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    assert headers["/pots", "post"] == {"Idempotency-Key"}
    assert headers["/pots/{pot_id}", "patch"] == {"If-Match"}
    patch = document["components"]["schemas"]["PotPatch"]
    assert "required" not in patch
    assert patch["minProperties"] == 1
    assert all("default" not in field for field in patch["properties"].values())
    assert "null" not in json.dumps(patch["properties"]["name"])
