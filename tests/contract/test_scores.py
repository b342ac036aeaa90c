"""The Scores port, held against the fake and against the database."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import psycopg
import pytest

from shared.adapters.supabase.scores import SupabaseScores
from shared.contracts.rubric import default_rubric
from shared.domain.identity import AppRole
from shared.domain.language import Usage
from shared.domain.score_runs import KeptItemPass, KeptPass, KeptText, RunInputs
from shared.domain.scoring.chain import verify_chain
from shared.domain.scoring.items import Point
from shared.domain.scoring.points import Item, ItemStage, PointRead, Said
from shared.domain.scoring.records import Citation
from shared.errors import (
    ConflictError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    WrongStateError,
)
from shared.ports.scores import Scores
from tests.contract import database
from tests.fakes.scores import FakeScores, HeldTalk
from tests.invited import Invited, invited
from tests.scoring_room import spoken
from tests.supabase_stack import SupabaseStack

ANSWER = "I measured it first, and then I added one index."
INPUTS = RunInputs("gpt-4o", "rating-1", 1, default_rubric())
RATED = KeptPass(
    "communication", 1, "rated", 4, (Citation("s-1", ANSWER),), "Told in order.", usage=Usage(100, 20, 5)
)
CONFIRMED = KeptItemPass(
    4,
    "pack/O1",
    1,
    (
        PointRead(
            "measure", Said.WITHDRAWN, (Citation("s-1", ANSWER),), (Citation("s-2", "I take it back"),)
        ),
        PointRead("index", Said.NOT_SAID),
    ),
    seed=7,
    model_version="gpt-4o",
    prompt_version="1",
    usage=Usage(100, 20, 5),
)
ITEM = Item(
    order=4,
    ref="pack/O1",
    pack_version="1.0.0",
    kind="open",
    question="What do you do?",
    stages=(ItemStage("answer", (Point("measure", "must", "Measures.", ("measure",)),)),),
    flags=(),
    weights={"must": 3, "should": 2, "bonus": 1},
    asked_at=1,
)
DIMENSION = {
    "dimension": "communication",
    "score": 85.0,
    "weight": 0.3,
    "level": 4.0,
    "levels": [4, 4, 4],
    "spread": 0,
    "agreement": 1.0,
    "score_low": 77.5,
    "score_high": 92.5,
    "evidence": "Told in order.",
    "cited_quotes": [],
    "evidence_status": "verified",
    "evidence_confidence": 1.0,
    "quotes_cited": 3,
    "quotes_dropped": 0,
    "doubts": [],
}
RESULT = {
    "status": "completed",
    "overall_score": 85.0,
    "score_low": 60.0,
    "score_high": 95.0,
    "dimensions": [DIMENSION],
    "review_reasons": [{"doubt": "low_coverage", "dimension": None}],
    "needs_human_review": True,
    "narrative_summary": "It was told.",
    "passes_wanted": 3,
    "rules_version": "rules-1",
}


@dataclass
class House:
    """Scores, and one interview that was held."""

    scores: Scores
    interview_id: UUID
    recruiter: UUID
    admin: UUID
    viewer: UUID
    stranger: UUID
    reopen: Callable[[], None]


def fake() -> House:
    scores, interview_id = FakeScores(), uuid4()
    recruiter, admin, viewer = uuid4(), uuid4(), uuid4()
    talk = scores.put(
        interview_id,
        HeldTalk(
            spoken([("What did you do?", ANSWER)], interview_id),
            members={
                recruiter: AppRole.ORG_RECRUITER,
                admin: AppRole.ORG_ADMIN,
                viewer: AppRole.ORG_VIEWER,
            },
            person={"names": ["Kim"]},
        ),
    )

    def reopen() -> None:
        talk.status = "in_progress"

    return House(scores, interview_id, recruiter, admin, viewer, uuid4(), reopen)


def in_database(stack: SupabaseStack, scores: Scores) -> House:
    case = invited(stack)
    _hold(case)
    admin = case.run(
        "select user_id from public.org_users where role = 'org_admin' and organisation_id = "
        "(select organisation_id from public.job_roles where id = %s)",
        case.job_role_id,
    )

    def reopen() -> None:
        with psycopg.connect(stack.database_url) as connection:
            connection.execute("set local session_replication_role = replica")
            connection.execute(
                "update public.interviews set status = 'in_progress', ended_at = null where id = %s",
                (case.interview_id,),
            )

    return House(
        scores,
        case.interview_id,
        case.recruiter.user_id,
        admin,
        case.viewer.user_id,
        case.other_recruiter.user_id,
        reopen,
    )


def _hold(case: Invited) -> None:
    case.run(
        "select public.start_interview(interview_id => %s, caller_id => %s, opening => 'What did you do?')",
        case.interview_id,
        case.candidate.user_id,
    )
    case.run("select public.begin_turn(%s, %s, 'one', %s)", case.interview_id, case.candidate.user_id, ANSWER)
    case.run("select public.end_interview(%s)", case.interview_id)


@pytest.fixture(params=["fake", pytest.param("database", marks=pytest.mark.database)])
async def house(request: pytest.FixtureRequest) -> AsyncIterator[House]:
    if request.param == "fake":
        yield fake()
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    async with database.functions_of(stack, "rest") as functions:
        yield in_database(stack, SupabaseScores(functions))


async def test_who_asks_while_a_run_is_under_way_joins_it(house: House) -> None:
    first = await house.scores.request(house.interview_id, INPUTS)
    joined = await house.scores.request(house.interview_id, INPUTS, house.recruiter, force=True)

    assert (first.run_number, first.status) == (1, "queued")
    assert joined.id == first.id
    assert (await house.scores.begin(first.id)).status == "running"
    assert (await house.scores.begin(first.id)).status == "running"
    assert first.dimensions


async def test_an_equal_finished_run_is_given_unless_a_new_one_is_forced(house: House) -> None:
    first = await house.scores.request(house.interview_id, INPUTS)
    await house.scores.begin(first.id)
    await house.scores.save(first.id, RESULT)

    equal = await house.scores.request(house.interview_id, INPUTS)
    later = replace(INPUTS, prompt_version="later")
    again = await house.scores.request(house.interview_id, later)
    forced = await house.scores.request(house.interview_id, INPUTS, house.recruiter, force=True)

    assert (equal.id, equal.is_over) == (first.id, True)
    assert again.id == first.id, "the system lets a score stand"
    assert (forced.run_number, forced.is_over) == (2, False)


async def test_only_recruiters_ask_and_only_for_what_is_completed(house: House) -> None:
    for somebody in (house.viewer, house.stranger):
        with pytest.raises(ForbiddenError):
            await house.scores.request(house.interview_id, INPUTS, somebody)
    with pytest.raises(NotFoundError):
        await house.scores.request(uuid4(), INPUTS)
    house.reopen()
    with pytest.raises(WrongStateError):
        await house.scores.request(house.interview_id, INPUTS, house.recruiter)


async def test_material_holds_what_was_said_with_its_chain(house: House) -> None:
    run = await house.scores.request(house.interview_id, INPUTS)

    material = await house.scores.material(run.id)

    assert [each.content for each in material.answers] == [ANSWER]
    assert verify_chain(material.segments, material.head).is_whole
    assert material.run == run
    assert material.private is not None
    assert (material.passes, dict(material.texts), dict(material.signals)) == ((), {}, {})


async def test_a_pass_is_kept_once_and_comes_back_as_it_was(house: House) -> None:
    run = await house.scores.request(house.interview_id, INPUTS)
    with pytest.raises(ConflictError):
        await house.scores.keep_pass(run.id, RATED)
    await house.scores.begin(run.id)

    kept = [await house.scores.keep_pass(run.id, replace(RATED, level=level)) for level in (4, 1)]
    await house.scores.keep_pass(run.id, KeptPass("communication", 2, "failed", error_code="rate_limited"))
    await house.scores.keep_pass(run.id, KeptPass("communication", 3, "insufficient_evidence"))

    assert kept == [RATED, RATED]
    passes = (await house.scores.material(run.id)).passes
    assert [(each.status, each.level) for each in passes] == [
        ("rated", 4),
        ("failed", None),
        ("insufficient_evidence", None),
    ]


async def test_a_reading_for_points_is_kept_once_and_apart_from_the_passes(house: House) -> None:
    run = await house.scores.request(house.interview_id, INPUTS)
    with pytest.raises(ConflictError):
        await house.scores.keep_item_pass(run.id, CONFIRMED)
    await house.scores.begin(run.id)
    failed = KeptItemPass(4, "pack/O1", 2, error_code="rate_limited")

    kept = [
        await house.scores.keep_item_pass(run.id, replace(CONFIRMED, points=CONFIRMED.points[:n]))
        for n in (2, 1)
    ]
    await house.scores.keep_item_pass(run.id, failed)
    await house.scores.keep_pass(run.id, RATED)

    assert kept == [CONFIRMED, CONFIRMED]
    material = await house.scores.material(run.id)
    assert (material.passes, material.item_passes) == ((RATED,), (CONFIRMED, failed))


async def test_what_came_of_points_is_saved_with_the_run(house: House) -> None:
    run = await house.scores.request(house.interview_id, INPUTS)
    await house.scores.begin(run.id)
    items = [{"item": ITEM.as_facts(), "level": 3}]
    words = {"4": {"measure": {"quotes": [{"quote": "I measured it first"}]}}}

    saved = await house.scores.save(run.id, RESULT | {"items": items, "item_quotes": words})

    assert saved.items == (ITEM,)
    (row,) = (await house.scores.read(house.interview_id, house.viewer))["runs"]
    assert (row["items"], row["item_quotes"]) == (items, words)
    assert (await house.scores.material(run.id)).run.items == (ITEM,)


async def test_a_text_is_kept_once_too(house: House) -> None:
    run = await house.scores.request(house.interview_id, INPUTS)
    await house.scores.begin(run.id)
    written = KeptText("summary", "model", {"sentences": []}, model_version="m", prompt_version="1")

    first = await house.scores.keep_text(run.id, written)
    second = await house.scores.keep_text(run.id, KeptText("summary", "rules"))

    assert first == second == written
    assert (await house.scores.material(run.id)).texts == {"summary": written}


async def test_a_result_is_saved_once_and_read_by_members(house: House) -> None:
    run = await house.scores.request(house.interview_id, INPUTS)
    await house.scores.begin(run.id)

    saved = await house.scores.save(run.id, RESULT)
    again = await house.scores.save(run.id, {"status": "failed", "error_code": "internal_error"})

    assert (saved.status, again.status, again.error_code) == ("completed", "completed", None)
    with pytest.raises(ConflictError):
        await house.scores.keep_pass(run.id, RATED)
    read = await house.scores.read(house.interview_id, house.viewer, current_only=True)
    assert [each["id"] for each in read["runs"]] == [str(run.id)]
    (row,) = read["runs"]
    wanted = ("overall_score", "score_low", "score_high", "review_reasons", "rules_version", "passes_wanted")
    assert {name: row[name] for name in wanted} == {name: RESULT[name] for name in wanted}
    (part,) = row["dimensions"]
    assert {name: part[name] for name in DIMENSION} == DIMENSION
    assert row["rubric"] == INPUTS.rubric


async def test_a_total_that_does_not_add_up_is_refused(house: House) -> None:
    run = await house.scores.request(house.interview_id, INPUTS)
    await house.scores.begin(run.id)

    with pytest.raises(InvalidInputError):
        await house.scores.save(run.id, RESULT | {"overall_score": 86.0})


async def test_a_failed_run_leaves_the_current_one_and_says_why(house: House) -> None:
    first = await house.scores.request(house.interview_id, INPUTS)
    await house.scores.begin(first.id)
    await house.scores.save(first.id, RESULT)
    second = await house.scores.request(house.interview_id, INPUTS, force=True)

    failed = await house.scores.save(second.id, {"status": "failed", "error_code": "upstream_unavailable"})

    assert (failed.status, failed.error_code) == ("failed", "upstream_unavailable")
    read = await house.scores.read(house.interview_id, house.viewer)
    assert [(each["run_number"], each["is_current"]) for each in read["runs"]] == [(2, False), (1, True)]


async def test_others_read_nothing(house: House) -> None:
    with pytest.raises(ForbiddenError):
        await house.scores.read(house.interview_id, house.stranger)
    with pytest.raises(NotFoundError):
        await house.scores.read(uuid4(), house.viewer)
    assert (await house.scores.read(house.interview_id, house.viewer, uuid4()))["runs"] == []


async def test_reviews_stand_beside_the_current_run_newest_first(house: House) -> None:
    with pytest.raises(ConflictError):
        await house.scores.review(house.interview_id, house.recruiter, "note", "It was hard to hear.")
    run = await house.scores.request(house.interview_id, INPUTS)
    await house.scores.begin(run.id)
    await house.scores.save(run.id, RESULT)

    note = await house.scores.review(house.interview_id, house.recruiter, "note", "It was hard to hear.")
    await house.scores.review(house.interview_id, house.admin, "override", "The task was solved.", "proceed")

    assert (note["kind"], note["decision"], note["run_number"]) == ("note", None, 1)
    read = await house.scores.read(house.interview_id, house.viewer)
    assert [(each["kind"], each["run_id"]) for each in read["reviews"]] == [
        ("override", str(run.id)),
        ("note", str(run.id)),
    ]


async def test_viewers_say_nothing_and_recruiters_override_nothing(house: House) -> None:
    run = await house.scores.request(house.interview_id, INPUTS)
    await house.scores.begin(run.id)
    await house.scores.save(run.id, RESULT)

    for person, kind, decision in (
        (house.viewer, "note", None),
        (house.recruiter, "override", "reject"),
        (house.stranger, "note", None),
    ):
        with pytest.raises(ForbiddenError):
            await house.scores.review(house.interview_id, person, kind, "A long enough reason.", decision)


async def test_the_rubric_is_the_roles_own_or_none(house: House) -> None:
    assert await house.scores.rubric(house.interview_id) == (1, {})
