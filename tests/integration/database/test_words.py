"""Answers that hold one word of several take every word that the database can hold."""

import re
from typing import Any, get_args

import pytest

from shared.contracts import interview, job_roles, operations, practice, recordings, scores
from shared.contracts.base import Contract
from shared.domain.interview.steps import FINISHED, TIME_UP
from shared.domain.interview.vigil import Due
from tests.integration.database.database import Connection

pytestmark = pytest.mark.database

WORD = re.compile(r"'([^']+)'::text")
ENDED = "interviews.end_reason"
STATUS = "interviews.status"
TRANSCRIPT = "interviews.transcript_status"
RECORDING = "recordings.status"
RUN = "interview_scores.status"

HELD: list[tuple[type[Contract], str, str]] = [
    (interview.InterviewFacts, "status", STATUS),
    (interview.InterviewFacts, "mode", "interviews.mode"),
    (interview.InterviewFacts, "end_reason", ENDED),
    (interview.InterviewFacts, "transcript_status", TRANSCRIPT),
    (interview.EndedView, "end_reason", ENDED),
    (interview.TranscriptItem, "speaker", "transcript_segments.speaker"),
    (interview.TranscriptItem, "origin", "transcript_segments.origin"),
    (interview.RecordingItem, "status", RECORDING),
    (interview.RecordingItem, "content", "recordings.content"),
    (interview.RecordingItem, "channel", "recordings.channel"),
    (interview.RecordingItem, "format", "recordings.format"),
    (interview.OwnProgress, "recording_status", RECORDING),
    (interview.CurrentScore, "anti_cheat_risk_level", "interview_scores.anti_cheat_risk_level"),
    (interview.SignalItem, "type", "interview_signals.type"),
    (recordings.RecordingView, "status", RECORDING),
    (recordings.RecordingView, "content", "recordings.content"),
    (recordings.RecordingView, "channel", "recordings.channel"),
    (recordings.RecordingView, "format", "recordings.format"),
    (scores.ScoreRunView, "status", RUN),
    (scores.ScoreRunView, "anti_cheat_risk_level", "interview_scores.anti_cheat_risk_level"),
    (scores.ScoreReview, "kind", "score_reviews.kind"),
    (scores.ScoreReview, "decision", "score_reviews.decision"),
    (job_roles.JobRole, "status", "job_roles.status"),
    (job_roles.JobRole, "work_type", "job_roles.work_type"),
    (job_roles.JobRole, "employment_type", "job_roles.employment_type"),
    (job_roles.RoleInterview, "application_status", "applications.status"),
    (job_roles.RoleInterview, "status", STATUS),
    (job_roles.RoleInterview, "end_reason", ENDED),
    (operations.InterviewRecord, "status", STATUS),
    (operations.InterviewRecord, "transcript_status", TRANSCRIPT),
    (operations.RunRecord, "status", RUN),
    (operations.RecordingRecord, "status", RECORDING),
    (operations.AttentionEntry, "subject", "workflow_attention.subject"),
    (operations.RepairDone, "subject", "workflow_attention.subject"),
    (operations.AttentionEntry, "resolution", "workflow_attention.resolution"),
    (practice.Practice, "status", "practice_interviews.status"),
    (practice.Practice, "mode", "practice_interviews.mode"),
    (practice.Practice, "sample_role_type", "practice_interviews.sample_role_type"),
]


def taken(contract: type[Contract], field: str) -> set[str]:
    """The words that a field of an answer takes."""
    schema = contract.model_json_schema()

    def words(node: dict[str, Any]) -> set[str]:
        if "$ref" in node:
            return words(schema["$defs"][node["$ref"].rpartition("/")[2]])
        return set(node.get("enum", ())) | {word for each in node.get("anyOf", ()) for word in words(each)}

    return words(schema["properties"][field])


def checks(connection: Connection, table: str, columns: int) -> list[str]:
    """The checks of a table that look at so many columns."""
    found = connection.execute(
        "select pg_get_constraintdef(oid) from pg_constraint "
        "where conrelid = %s::regclass and contype = 'c' and cardinality(conkey) = %s",
        [f"public.{table}", columns],
    )
    return [text for (text,) in found]


def held(connection: Connection, place: str) -> set[str]:
    """The words that a column can hold, by the check of that column alone."""
    table, _, column = place.partition(".")
    (check,) = (
        each for each in checks(connection, table, 1) if each.startswith(f"CHECK (({column} = ANY (ARRAY[")
    )
    return set(WORD.findall(check))


@pytest.mark.parametrize(
    ("contract", "field", "place"), HELD, ids=[f"{each.__name__}.{field}" for each, field, _ in HELD]
)
def test_an_answer_takes_every_word_of_its_column(
    world: Connection, contract: type[Contract], field: str, place: str
) -> None:
    words = held(world, place)

    assert words
    assert words <= taken(contract, field)


def test_the_current_run_has_come_to_an_end(world: Connection) -> None:
    (check,) = (each for each in checks(world, "interview_scores", 2) if "is_current" in each)

    assert check.startswith("CHECK (((NOT is_current) OR (status = ANY (ARRAY[")
    assert set(WORD.findall(check)) == taken(interview.CurrentScore, "status")
    assert set(WORD.findall(check)) == taken(job_roles.RoleInterview, "score_status")


def test_practice_ends_in_the_words_of_an_interview(world: Connection) -> None:
    """Its column takes any word, and one function writes it: for a turn, for its owner, for who watches."""
    writers = world.execute(
        "select proname from pg_proc where pronamespace in ('public'::regnamespace, 'private'::regnamespace) "
        "and prosrc ~ 'private\\.finish_talk\\('"
    )
    assert {name for (name,) in writers} == {"commit_turn", "end_interview", "tend_talk"}
    ends = {FINISHED, TIME_UP, "ended_by_candidate", *(each for each in Due if each.ends)}

    assert ends <= set(get_args(interview.EndReason.__value__)) == taken(practice.Practice, "end_reason")
