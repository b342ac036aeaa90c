"""A run is asked for once, saved once, and adds up; people's words stand beside it."""

from typing import Any

import pytest

from tests.integration.database.database import Database, Refusal, refused
from tests.integration.database.story import Story, invited, person
from tests.integration.database.world import insert

pytestmark = pytest.mark.database

INPUTS = {"model_version": "m1", "prompt_version": "p1", "rubric_version": 1}


@pytest.fixture
def story(database: Database) -> Story:
    told = invited(database)
    told.start()
    told.begin("one", "I built it with my own hands.")
    told.commit("one", ends_with="finished")
    return told


def request(story: Story, **options: Any) -> Any:
    return story.database.call(
        "request_score_run", interview_id=story.interview, **{"inputs": INPUTS} | options
    )


def dimension(name: str, weight: float, score: float | None) -> dict[str, Any]:
    return {
        "dimension": name,
        "weight": weight,
        "score": score,
        "evidence": "He said so",
        "cited_quotes": [{"quote": "my own hands"}],
        "evidence_confidence": 1,
        "evidence_status": "unsupported" if score is None else "verified",
    }


def result(*parts: tuple[float, float | None], **options: Any) -> dict[str, Any]:
    dimensions = [dimension(f"d{number}", weight, score) for number, (weight, score) in enumerate(parts)]
    return {"status": "completed", "dimensions": dimensions, "candidate_feedback": "Well told."} | options


def save(story: Story, run: Any, **options: Any) -> Any:
    return story.database.call("save_score_run", run_id=run["id"], **options)


@pytest.mark.parametrize(
    ("parts", "overall"),
    [
        ([(0.4, 85), (0.3, 80), (0.3, 78)], 81.4),
        ([(0.4, 85), (0.3, 80), (0.3, 75)], 80.5),
        ([(0.4, 85), (0.6, None)], 85.0),
    ],
)
def test_the_overall_score_is_worked_out_from_its_parts(
    story: Story, parts: list[tuple[float, float | None]], overall: float
) -> None:
    saved = save(story, request(story), result=result(*parts))
    assert saved["overall_score"] == overall
    assert saved["needs_human_review"] == (parts[-1][1] is None)


def test_a_total_that_does_not_add_up_is_refused(story: Story) -> None:
    run = request(story)
    with refused() as found:
        save(story, run, result=result((0.4, 85), (0.3, 80), (0.3, 78), overall_score=82))
    assert found == [Refusal("PT422", "validation_error", "overall_score")]
    assert save(story, run, result=result((0.4, 85), (0.3, 80), (0.3, 78), overall_score=81.4))["saved"]


def test_a_run_moves_the_application_and_a_second_one_does_not(story: Story) -> None:
    run = request(story)
    assert story.status("applications") == "scoring"
    assert story.database.call("start_score_run", run_id=run["id"])["status"] == "running"
    save(story, run, result=result((1, 80)))
    assert story.status("applications") == "reviewed"
    again = request(story, force=True)
    assert (again["created"], again["run_number"]) == (True, 2)
    assert story.status("applications") == "reviewed"


def test_racing_requests_join_one_run(story: Story) -> None:
    results = story.database.race(
        "request_score_run", [{"interview_id": story.interview, "inputs": INPUTS, "force": True}] * 8
    )
    assert len({each["id"] for each in results}) == 1
    assert sum(each["created"] for each in results) == 1


def test_the_same_inputs_give_the_existing_result(story: Story) -> None:
    run = request(story)
    save(story, run, result=result((1, 80)))
    assert request(story, requested_by=story.recruiter)["id"] == run["id"]
    changed = INPUTS | {"prompt_version": "p2"}
    assert request(story, requested_by=story.recruiter, inputs=changed)["run_number"] == 2


def test_the_system_lets_a_score_stand_whatever_it_would_be_made_with_now(story: Story) -> None:
    run = request(story)
    save(story, run, result=result((1, 80)))
    assert request(story, inputs=INPUTS | {"prompt_version": "p2", "model_version": "m2"})["id"] == run["id"]


def test_a_run_is_saved_once(story: Story) -> None:
    run = request(story)
    results = story.database.race("save_score_run", [{"run_id": run["id"], "result": result((1, 80))}] * 6)
    assert sum(each["saved"] for each in results) == 1
    assert save(story, run, result=result((1, 10)))["overall_score"] == 80.0


def test_a_second_run_becomes_the_current_one_and_changes_the_first_in_nothing_else(story: Story) -> None:
    def row(number: int) -> Any:
        return story.database.value(
            "select to_jsonb(s) - array['is_current', 'updated_at'] from public.interview_scores as s "
            "where interview_id = %s and run_number = %s",
            [story.interview, number],
        )

    save(story, request(story), result=result((1, 80)))
    before = row(1)
    save(story, request(story, force=True), result=result((1, 60)))
    assert row(1) == before
    current = story.database.rows(
        "select run_number from public.interview_scores where interview_id = %s and is_current",
        [story.interview],
    )
    assert current == [(2,)]


def test_a_failed_run_leaves_the_earlier_one_current_and_gives_the_application_back(story: Story) -> None:
    run = request(story)
    failed = save(story, run, result={"status": "failed", "error_code": "invalid_scoring_response"})
    assert (failed["is_current"], failed["error_code"]) == (False, "invalid_scoring_response")
    assert story.status("applications") == "interviewed"
    assert request(story)["run_number"] == 2


def test_nothing_scored_is_insufficient_evidence(story: Story) -> None:
    run = request(story)
    with refused() as found:
        save(story, run, result=result((1, None)))
    assert found[0].hint == "status"
    saved = save(story, run, result=result((1, None), status="insufficient_evidence"))
    assert (saved["overall_score"], saved["is_current"]) == (None, True)
    assert story.status("applications") == "reviewed"


def test_who_may_ask(story: Story) -> None:
    for caller in (story.candidate, story.viewer, person(story.database, "stranger")):
        with refused() as found:
            request(story, requested_by=caller)
        assert (found[0].state, found[0].code) == ("PT403", "forbidden")
    assert request(story, requested_by=story.recruiter)["requested_by"] == str(story.recruiter)


def test_only_completed_interviews_are_scored(database: Database) -> None:
    story = invited(database)
    with refused() as found:
        request(story)
    assert (found[0].state, found[0].code) == ("PT400", "invalid_interview_state")


def test_an_unsupported_dimension_has_no_score(story: Story) -> None:
    part = dimension("d", 1, 50) | {"evidence_status": "unsupported"}
    with refused() as found:
        save(story, request(story), result=result() | {"dimensions": [part]})
    assert found[0].state == "23514"


def test_dimensions_are_not_added_to_a_finished_run(story: Story) -> None:
    run = request(story)
    save(story, run, result=result((1, 80)))
    with refused() as found, story.database.connect() as connection:
        insert(
            connection,
            "score_dimensions",
            dimension("late", 0.1, 5)
            | {
                "score_id": run["id"],
                "interview_id": story.interview,
            },
        )
    assert found[0].hint == "the run is not running"


def test_groups_in_which_people_could_be_found_are_hidden(database: Database) -> None:
    story = invited(database)
    answers = ["woman"] * 12 + ["man"] * 11 + ["other"] * 3
    for answer in answers:
        candidate = person(database, "candidate")
        database.call("create_application", candidate_id=candidate, job_role_id=story.job_role)
        database.run(
            "insert into public.candidate_dei (user_id, gender) values (%s, %s)", [candidate, answer]
        )
    summary = {"organisation_id": story.organisation, "caller_id": story.admin}
    # With "other" hidden alone, it could be worked out from the total: the smallest shown goes with it.
    assert database.call("dei_summary", **summary) == {"gender": {"woman": 12}}
    with refused() as found:
        database.call("dei_summary", **summary | {"caller_id": story.recruiter})
    assert found[0].code == "forbidden"


def rated(level: int = 3, dimension: str = "skill") -> dict[str, Any]:
    citations = [{"segment_id": "s", "quote": "I built it with my own hands."}]
    return {
        "dimension": dimension,
        "pass_number": 1,
        "status": "rated",
        "level": level,
        "citations": citations,
        "rationale": "Built by hand.",
    }


def running(story: Story) -> Any:
    run = request(story)
    story.database.call("start_score_run", run_id=run["id"])
    return run


def test_passes_that_come_at_the_same_time_are_one(story: Story) -> None:
    run = running(story)

    kept = story.database.race(
        "save_score_pass", [{"run_id": run["id"], "pass": rated(level)} for level in (1, 2, 3, 4, 5, 3)]
    )

    assert [each["kept"] for each in kept].count(True) == 1
    assert len({each["level"] for each in kept}) == 1


def test_a_run_that_is_over_takes_no_pass_and_gives_those_it_has(story: Story) -> None:
    run = running(story)
    story.database.call("save_score_pass", run_id=run["id"], **{"pass": rated(2)})
    save(story, run, result=result((1, 80)))

    assert story.database.call("save_score_pass", run_id=run["id"], **{"pass": rated(5)})["level"] == 2
    with refused() as found:
        story.database.call("save_score_pass", run_id=run["id"], **{"pass": rated(5, "other")})
    assert found == [Refusal("PT409", "conflict", "the run is not running")]


def test_what_a_model_wrote_goes_with_the_words_that_are_masked(story: Story) -> None:
    database = story.database
    database.run(
        "insert into public.candidate_profiles (user_id, first_name, last_name) values (%s, 'hands', 'Own')",
        [story.candidate],
    )
    run = running(story)
    database.call("save_score_pass", run_id=run["id"], **{"pass": rated()})
    written = {"kind": "summary", "source": "model", "content": {"sentences": [{"text": "With own hands."}]}}
    database.call("save_score_text", run_id=run["id"], written=written)
    points = {"kind": "item", "dimension": "pack/O1", "item_order": 4, "points": [["measure", "asserted"]]}
    database.call("save_score_pass", run_id=run["id"], **{"pass": rated() | points | {"level": None}})
    words = {"text_evidence": {"summary": []}, "masks": {"s": [[0, 1, "[name]"]]}}
    words |= {"items": [{"level": 3}], "item_quotes": {"4": {"measure": {}}}}
    save(story, run, result=result((1, 80), **words))

    database.call("anonymize_person", user_id=story.candidate)

    kept = (
        "select level, citations, rationale, masked_at is not null "
        "from public.score_passes where score_id = %s"
    )
    assert database.rows(f"{kept} order by kind", [run["id"]]) == [
        (3, [], None, True),
        (None, [], None, True),
    ]
    said = "select points from public.score_passes where score_id = %s and kind = 'item'"
    assert database.value(said, [run["id"]]) == [["measure", "asserted"]]
    text = "select content, masked_at is not null from public.score_texts where score_id = %s"
    assert database.rows(text, [run["id"]]) == [({}, True)]
    row = (
        "select overall_score::float, text_evidence, masks, items, item_quotes "
        "from public.interview_scores where id = %s"
    )
    assert database.rows(row, [run["id"]]) == [(80.0, {}, {}, [{"level": 3}], {})]


def test_passes_go_with_the_person_and_in_no_other_way(story: Story) -> None:
    run = running(story)
    story.database.call("save_score_pass", run_id=run["id"], **{"pass": rated()})
    save(story, run, result=result((1, 80)))

    story.database.call("erase_person", user_id=story.candidate)

    left = "select count(*) from public.score_passes where score_id = %s"
    assert story.database.value(left, [run["id"]]) == 0
