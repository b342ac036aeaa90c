"""Every operation x every role x own and other organisation, from the routes and the table of permissions.

The rules (`tests/security/matrix`) name the permission of an operation and a valid request; who may is
worked out by `shared.domain.permissions`. A route without a rule fails here.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from functools import cache
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import params
from pydantic import BaseModel

import blueprints
from shared import bootstrap, telemetry
from shared.http.edge import Endpoint
from shared.http.guard import Access
from shared.http.openapi import describe
from shared.settings import Settings
from tests.documented import DOCUMENTED
from tests.plain_asgi import asgi
from tests.sample_settings import SAMPLE
from tests.security.matrix.rules import Ask, Public, Rule
from tests.security.matrix.services import MatrixServices
from tests.security.matrix.table import MODULES, RULES
from tests.security.matrix.world import OTHER_CANDIDATE, PERSONAS, STRANGER, World
from tests.supabase_stack import SupabaseStack

pytestmark = pytest.mark.database
on_one_loop = pytest.mark.asyncio(loop_scope="module")

assert blueprints.ALL  # importing them has filled the edge


def _body_of(endpoint: Endpoint) -> type[BaseModel] | None:
    body = endpoint.route.body_field
    is_json = body is not None and not isinstance(body.field_info, params.Form)
    kind = body.field_info.annotation if body and is_json else None
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


OPERATIONS: dict[str, Endpoint] = {endpoint.name: endpoint for endpoint in bootstrap.edge.endpoints}
CASES = [
    (name, rule)
    for name, rules in RULES.items()
    if name in OPERATIONS
    for rule in (rules if isinstance(rules, tuple) else (rules,))
]
PUBLIC = [(name, rule) for name, rule in CASES if isinstance(rule, Public)]
SIGNED_IN = [(name, rule) for name, rule in CASES if isinstance(rule, Rule)]
WITH_BODY = [(name, rule) for name, rule in SIGNED_IN if _body_of(OPERATIONS[name])]
READING = [(name, rule) for name, rule in SIGNED_IN if "GET" in (OPERATIONS[name].route.methods or ())]
FOR_CANDIDATES = [
    (name, rule)
    for name, rule in SIGNED_IN
    if any(rule.allows(each) for each in PERSONAS.values() if not each.memberships)
]
REFUSED = {403, 404}

# What nobody outside the organisation may ever receive, by the name of its field.
WITHHELD = re.compile(
    r"(overall_|match_|interview_)?scores?|assessed_weight|dimensions?|dimension_tiers|band|rank|weights?"
    r"|(scoring_)?rubric(_version|_snapshot)?|anchors?|levels|criteria|evidence|cited_quotes"
    r"|interview_structure|question_pack|questions|plan|job_profile|competencies(_covered)?"
    r"|notes?|reviews?|human_override|needs_human_review|anti_cheat\w*|status_reason|status_changed_by"
    r"|applicants?|candidates|matches"
)
# What the server works out, or what names somebody else: no body takes it.
READ_ONLY = [
    "id",
    "created_at",
    "updated_at",
    "created_by",
    "user_id",
    "candidate_id",
    "status_changed_by",
    "match_score",
    "overall_score",
    "rubric_version",
    "token_hash",
    "interview_unlocked",
]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with SupabaseStack() as stack:
        world = World(stack)
        world.build()
        yield world
        world.connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    settings = SAMPLE | {
        "SUPABASE_URL": world.stack.url,
        "SUPABASE_ANON_KEY": world.stack.publishable_key,
        "SUPABASE_SERVICE_ROLE_KEY": world.stack.secret_key,
    }
    services = MatrixServices(Settings(settings))
    services.rest.http.event_hooks["request"].append(_count)
    transport = httpx.ASGITransport(app=asgi(bootstrap.edge, OPERATIONS.values()))
    with bootstrap.override(services):
        async with httpx.AsyncClient(transport=transport, base_url="http://talenti.test") as client:
            yield client
        await services.rest.close()
    telemetry.configure(level="INFO", for_humans=False)  # as it was before these settings


asked: Counter[str] = Counter()
"""How often the database was asked, by the id of the request."""


async def _count(request: httpx.Request) -> None:
    if request.url.path.startswith("/rest/"):  # the keys of the issuer are asked for once
        asked[request.headers.get("x-request-id", "")] += 1


class Door:
    """An operation, and who knocks."""

    def __init__(self, client: httpx.AsyncClient, world: World, name: str) -> None:
        self._client = client
        self._world = world
        self._method = next(iter(OPERATIONS[name].route.methods or ()))

    async def knock(self, ask: Ask, persona: str | None, **changed: Any) -> httpx.Response:
        token = self._world.token_of(PERSONAS[persona]) if persona else None
        proof = {"Authorization": f"Bearer {token}"} if token else {}
        options: dict[str, Any] = {"headers": {**ask.headers, **proof}, "params": ask.params}
        if ask.files is not None:
            options["files"] = ask.files
        if ask.json is not None:
            options["json"] = ask.json
        response = await self._client.request(self._method, ask.path, **options | changed)
        assert DOCUMENTED.faults(response) == []
        return response


def test_every_operation_has_a_rule_and_every_rule_an_operation() -> None:
    assert sorted(OPERATIONS) == sorted(RULES)
    assert len(RULES) == sum(len(module.RULES) for module in MODULES), "a rule stands twice"


def test_public_is_what_asks_for_no_sign_in() -> None:
    told = {name for name, rule in RULES.items() if isinstance(rule, Public)}

    assert told == {name for name, each in OPERATIONS.items() if each.policy.access is not Access.SIGNED_IN}


@on_one_loop
@pytest.mark.parametrize(("name", "rule"), PUBLIC)
async def test_who_is_not_signed_in_may_ask_what_is_public(
    client: httpx.AsyncClient, world: World, name: str, rule: Public
) -> None:
    response = await Door(client, world, name).knock(rule.arrange(world), None)

    assert response.status_code not in {401, 403, 422, 429, 500}, response.text


@on_one_loop
@pytest.mark.parametrize(("name", "rule"), SIGNED_IN)
async def test_everybody_gets_what_the_table_gives_them_and_nothing_else(
    client: httpx.AsyncClient, world: World, name: str, rule: Rule
) -> None:
    world.settle()
    door = Door(client, world, name)
    shared = rule.arrange(world)
    assert (await door.knock(shared, None)).status_code == 401
    allowed = {persona: rule.allows(principal) for persona, principal in PERSONAS.items()}
    # what changes things is new for each who may; the others must leave it as it is
    asks = {
        persona: rule.arrange(world) if allowed[persona] and not rule.is_list else shared
        for persona in PERSONAS
    }
    answers = await asyncio.gather(*(door.knock(asks[persona], persona) for persona in PERSONAS))

    surprises: list[str] = []
    for persona, response in zip(PERSONAS, answers, strict=True):
        if not _as_expected(rule, asks[persona], response, allowed=allowed[persona]):
            surprises.append(f"{persona}: {response.status_code} {response.text[:300]}")
        surprises += [f"{persona} received {each}" for each in _leaks(rule, persona, response)]
    assert surprises == []


@on_one_loop
@pytest.mark.parametrize(("name", "rule"), READING)
async def test_reading_one_thing_takes_few_calls_to_the_database(
    client: httpx.AsyncClient, world: World, name: str, rule: Rule
) -> None:
    world.settle()
    persona = next(each for each, principal in PERSONAS.items() if rule.allows(principal))

    response = await Door(client, world, name).knock(rule.arrange(world), persona)

    assert response.is_success or response.is_redirect
    assert asked[response.headers["x-request-id"]] <= rule.calls


def _as_expected(rule: Rule, ask: Ask, response: httpx.Response, *, allowed: bool) -> bool:
    answered = 200 <= response.status_code < 400
    if rule.is_list:
        return answered and (str(ask.shows) in response.text) == allowed
    return answered if allowed else response.status_code in REFUSED


def _leaks(rule: Rule, persona: str, response: httpx.Response) -> Iterator[str]:
    """What a person outside every organisation must not find in any answer."""
    principal = PERSONAS[persona]
    is_json = response.content and "json" in response.headers["content-type"]
    if principal.memberships or not response.is_success or not is_json:
        return
    yield from (name for name in _names(response.json()) if WITHHELD.fullmatch(name))
    if principal.user_id != OTHER_CANDIDATE and str(OTHER_CANDIDATE) in response.text:
        yield "the id of another candidate"


def _names(value: object) -> Iterator[str]:
    match value:
        case dict():
            for name, inner in value.items():
                yield name
                yield from _names(inner)
        case list():
            for inner in value:
                yield from _names(inner)


@on_one_loop
@pytest.mark.parametrize(("name", "rule"), WITH_BODY)
async def test_what_only_the_server_writes_is_refused_in_every_body(
    client: httpx.AsyncClient, world: World, name: str, rule: Rule
) -> None:
    model = _body_of(OPERATIONS[name])
    assert model
    door, ask = Door(client, world, name), rule.arrange(world)
    persona = next((each for each, principal in PERSONAS.items() if rule.allows(principal)), STRANGER)
    sent = ask.json or {}

    fields = [field for field in READ_ONLY if field not in model.model_fields]
    answers = await asyncio.gather(*(door.knock(ask, persona, json={**sent, field: "1"}) for field in fields))

    statuses = {field: answer.status_code for field, answer in zip(fields, answers, strict=True)}
    assert statuses == dict.fromkeys(fields, 422)
    assert not {"user_id", "candidate_id"} & set(model.model_fields), "a body names another person"


@pytest.mark.parametrize(("name", "rule"), FOR_CANDIDATES)
def test_no_answer_to_a_candidate_has_room_for_what_is_withheld(name: str, rule: Rule) -> None:
    reduced = rule.reduced.model_json_schema(mode="serialization") if rule.reduced else None
    schemas = [reduced] if reduced else _answers_of(name)

    assert [each for each in _properties(schemas) if WITHHELD.fullmatch(each)] == []


def _answers_of(name: str) -> list[Any]:
    """The schemas of the answers of an operation, with all they refer to."""
    document = _description()
    operation = next(
        each
        for operations in document["paths"].values()
        for each in operations.values()
        if each["operationId"] == name
    )
    seen: dict[str, Any] = {}
    wanted: list[Any] = [
        answer["content"] for status, answer in operation["responses"].items() if "content" in answer
    ]
    found = list(wanted)
    while wanted:
        for reference in _references(wanted.pop()):
            if reference not in seen:
                seen[reference] = document["components"]["schemas"][reference.rpartition("/")[2]]
                wanted.append(seen[reference])
                found.append(seen[reference])
    return found


@cache
def _description() -> dict[str, Any]:
    return describe(bootstrap.edge, "1")


def _references(value: object) -> Iterator[str]:
    match value:
        case {"$ref": str(reference)}:
            yield reference
        case dict():
            for inner in value.values():
                yield from _references(inner)
        case list():
            for inner in value:
                yield from _references(inner)


def _properties(value: object) -> Iterator[str]:
    match value:
        case dict():
            yield from value.get("properties", {})
            for inner in value.values():
                yield from _properties(inner)
        case list():
            for inner in value:
                yield from _properties(inner)
