"""That the questions about foreign ids find a leak of any kind, and take no fault in what is right."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID, uuid5

import pytest
from fastapi import Query
from pydantic import BaseModel

from shared.domain.permissions import Permission
from shared.errors import ConflictError, ForbiddenError, NotFoundError
from shared.http.api import Api
from shared.http.edge import OPEN
from shared.http.openapi import describe
from tests.plain_asgi import an_edge, client_of
from tests.security.matrix.rules import Ask, Rule, Rules
from tests.security.matrix.world import OF_RED, PERSONAS, RED
from tests.security.probe.foreign import Answer, Inquiry, NoSampleError, questions, verdict
from tests.security.probe.operations import IdParameter, Operation, Place, operations

THING = uuid5(RED, "thing")
RULES: Rules = {
    "read_thing": Rule(Permission.JOB_ROLE_WRITE, lambda _: Ask(f"/things/{THING}"), OF_RED),
}
NOT_FOUND = {
    "type": "t",
    "title": "Not Found",
    "status": 404,
    "detail": "Thing not found.",
    "code": "not_found",
}
FORBIDDEN = {"type": "t", "title": "Forbidden", "status": 403, "detail": "Not yours.", "code": "forbidden"}


def _conflict() -> None:
    raise ConflictError("The thing has been published.")


def _forbidden() -> None:
    raise ForbiddenError("This thing is not yours.")


UNKNOWN = NotFoundError("Thing not found.")


def _unknown() -> None:
    raise UNKNOWN


def _shown() -> dict[str, str]:
    return {"name": "red company"}


def _told_of() -> None:
    raise ForbiddenError("This belongs to the red company.")


async def learnt(about_foreign: Callable[[], Any]) -> list[str]:
    """What strangers learn from a route that answers so about a thing of the red organisation."""
    edge = an_edge()
    api = Api("Things", edge, OPEN)

    @api.get("/things/{thing_id}")
    async def read_thing(thing_id: UUID) -> dict[str, str]:
        if thing_id != THING:
            raise UNKNOWN
        given: dict[str, str] = about_foreign()
        return given

    asked = [each for one in operations(describe(edge, "1")) for each in questions(one, None, RULES)]  # type: ignore[arg-type]
    assert [str(each) for each in asked] == ["read_thing: thing_id in the path"]
    async with client_of(edge) as client:
        blue = {"blue admin": PERSONAS["blue admin"]}
        inquiry = Inquiry(client, blue, {"blue admin": {}}, frozenset({"red company"}))
        await inquiry.about(asked)
    assert inquiry.asked == 2
    return inquiry.learnt


@pytest.mark.parametrize("about_foreign", [_unknown, _forbidden])
async def test_refused_or_unknown_tells_nothing(about_foreign: Callable[[], Any]) -> None:
    assert await learnt(about_foreign) == []


@pytest.mark.parametrize("about_foreign", [_conflict, _shown, _told_of])
async def test_a_route_that_leaks_is_found(about_foreign: Callable[[], Any]) -> None:
    assert await learnt(about_foreign)


@pytest.mark.parametrize(
    "foreign",
    [
        Answer(200, {"items": []}),
        Answer(409, NOT_FOUND | {"status": 409, "code": "conflict"}),
        Answer(412, NOT_FOUND | {"status": 412, "code": "precondition_failed"}),
        Answer(422, NOT_FOUND | {"status": 422, "code": "validation_error"}),
        Answer(404, NOT_FOUND | {"detail": "The thing was deleted."}),
        Answer(403, FORBIDDEN | {"owner": "red"}),
        Answer(403, FORBIDDEN | {"code": "interview_locked"}),
        Answer(403, "Forbidden"),
        Answer(302, "", "https://files.example.org/red"),
    ],
)
def test_whatever_differs_from_unknown_and_is_no_bare_refusal_is_a_leak(foreign: Answer) -> None:
    assert verdict(foreign, Answer(404, NOT_FOUND))


def test_a_list_that_is_filtered_by_a_foreign_id_is_as_empty_as_by_an_unknown_one() -> None:
    empty = Answer(200, {"items": [], "next_cursor": None})

    assert verdict(empty, empty) is None
    assert verdict(Answer(200, {"items": [{"id": "1"}], "next_cursor": None}), empty)


class Wish(BaseModel):
    place_id: UUID
    part_ids: list[UUID] | None = None
    note: str = ""


def test_ids_are_found_in_paths_queries_and_bodies() -> None:
    edge = an_edge()
    api = Api("Things", edge, OPEN)

    @api.post("/things/{thing_id}")
    async def change_thing(
        thing_id: UUID, wish: Wish, owner_id: Annotated[UUID | None, Query()] = None
    ) -> None: ...

    (operation,) = operations(describe(edge, "1"))

    assert {(each.place, each.name) for each in operation.ids()} == {
        (Place.PATH, "thing_id"),
        (Place.QUERY, "owner_id"),
        (Place.BODY, "place_id"),
        (Place.BODY, "part_ids"),
    }
    with pytest.raises(NoSampleError, match="change_thing has no rule"):
        list(questions(operation, None, {}))  # type: ignore[arg-type]


def test_an_id_without_a_sample_fails() -> None:
    node = {"parameters": [{"in": "query", "name": "strange_id", "schema": {"format": "uuid"}}]}
    operation = Operation("read_thing", "GET", "/things/{thing_id}", node, {})

    with pytest.raises(NoSampleError, match="strange_id in the query: no real id is known"):
        list(questions(operation, None, RULES))  # type: ignore[arg-type]
    assert IdParameter(Place.QUERY, "strange_id") in operation.ids()
