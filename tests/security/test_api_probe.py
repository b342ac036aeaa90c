"""The API against its own description: every operation, every id, every body, as everybody.

The long form of the first part is `make fuzz`.
"""

import asyncio
from collections.abc import Iterator
from typing import Final

import httpx
import pytest

from tests.security.matrix.rules import Public, Rule
from tests.security.matrix.table import RULES
from tests.security.matrix.world import PERSONAS, STRANGER
from tests.security.probe.foreign import FOREIGNERS, Inquiry, checksums, questions, secrets_of_red
from tests.security.probe.fuzz import Effort, Tally, fuzz, promises
from tests.security.probe.intrusion import FORGED, OF_THE_SERVER, intrusions
from tests.security.probe.operations import Operation, operations
from tests.security.probe.place import SIX, Place, a_place
from tests.security.probe.samples import Sample

pytestmark = [pytest.mark.database, pytest.mark.slow]

SHOWN_TO_ALL: Final = {"list_job_roles": "organisation_id"}
"""Active roles of an organisation are a notice board; that drafts stay hidden is the matrix's to hold."""


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with a_place() as place:
        yield place


@pytest.fixture(scope="module")
def described(place: Place) -> dict[str, Operation]:
    return {each.name: each for each in operations(place.description)}


def test_the_matrix_covers_every_operation_of_the_description(described: dict[str, Operation]) -> None:
    assert set(described) <= set(RULES)


def test_the_description_asks_for_a_sign_in_where_the_matrix_does(described: dict[str, Operation]) -> None:
    asking = {name for name, operation in described.items() if operation.asks_for_proof()}

    assert asking == {name for name in described if not isinstance(RULES[name], Public)}


@pytest.mark.no_cover  # counting its lines takes longer than all the rest, and others run them
@pytest.mark.timeout(300)
def test_generated_requests_get_what_the_description_promises(place: Place) -> None:
    tally, schema = Tally(), promises(place, Effort())

    for persona in SIX:
        fuzz(place, persona, schema, tally)
    fuzz(place, "admin", promises(place, Effort(is_wrong=True)), tally)

    assert set(tally.asked) >= {f"{each.method} {each.template}" for each in operations(place.description)}
    assert [str(each) for each in tally.findings.values()] == []


@pytest.mark.timeout(300)
def test_ids_of_another_organisation_tell_and_do_nothing(
    place: Place, described: dict[str, Operation]
) -> None:
    found = [
        question
        for operation in described.values()
        for question in questions(operation, place.world, RULES)
        if SHOWN_TO_ALL.get(operation.name) != question.parameter.name
    ]
    place.world.settle()
    before = checksums(place.world.connection)

    inquiry = asyncio.run(_inquire(place, found))

    assert inquiry.learnt == []
    assert {
        table for table, each in checksums(place.world.connection).items() if each != before[table]
    } == set()
    assert inquiry.asked > len(found)


async def _inquire(place: Place, found: list) -> Inquiry:  # type: ignore[type-arg]
    async with httpx.AsyncClient(base_url=place.url, timeout=30) as client:
        inquiry = Inquiry(
            client,
            {name: PERSONAS[name] for name in FOREIGNERS},
            {name: place.proof_of(name) for name in FOREIGNERS},
            secrets_of_red(),
        )
        await inquiry.about(found)
        return inquiry


def test_no_body_says_what_only_the_server_may(place: Place, described: dict[str, Operation]) -> None:
    taken = [each for each in described.values() if each.body() is not None and not each.is_for_services()]
    samples = {each.name: _own(place, each) for each in taken}
    before = checksums(place.world.connection)

    surprises: list[str] = []
    with httpx.Client(base_url=place.url, timeout=30) as client:
        for operation in taken:
            sample, proof = samples[operation.name]
            for intrusion in intrusions(operation, sample.body):
                response = client.request(
                    operation.method,
                    sample.address(operation.template),
                    params=sample.query,
                    headers=sample.headers | proof,
                    json=intrusion.body,
                )
                named = {each["field"] for each in response.json().get("errors", ())}
                if response.status_code != 422 or named != intrusion.names():
                    surprises.append(
                        f"{operation.name}{intrusion.path}: {response.status_code} {response.text}"
                    )

    assert surprises == []
    assert checksums(place.world.connection) == before


def test_no_part_of_a_form_says_what_only_the_server_may(
    place: Place, described: dict[str, Operation]
) -> None:
    forms = [each for each in described.values() if each.form() is not None]
    assert forms
    with httpx.Client(base_url=place.url, timeout=30) as client:
        for operation in forms:
            sample, proof = _own(place, operation)
            response = client.request(
                operation.method,
                sample.address(operation.template),
                headers=proof,
                files=sample.files,
                data={name: str(value) for name, value in OF_THE_SERVER.items()},
            )
            assert response.is_success, response.text  # what a form does not know is left alone
            assert not any(forged in response.text for forged in FORGED)

    rows = place.world.connection.execute("select files::text from public.files").fetchall()
    assert not any(forged in row for (row,) in rows for forged in FORGED)


def _own(place: Place, operation: Operation) -> tuple[Sample, dict[str, str]]:
    """A valid request of somebody who may make it."""
    rules = RULES[operation.name]
    rule = rules[0] if isinstance(rules, tuple) else rules
    sample = Sample.of(operation.template, rule.arrange(place.world))
    if not isinstance(rule, Rule):
        return sample, {}
    persona = next((each for each, principal in PERSONAS.items() if rule.allows(principal)), STRANGER)
    return sample, place.proof_of(persona)
