"""The rules of scoring in code and those of the database say the same, sign by sign and digit by digit."""

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from psycopg.rows import dict_row

from shared.domain.scoring.chain import Tampering, hash_segment, verify_chain
from shared.domain.scoring.exact import mean, rounded
from shared.domain.scoring.records import Head, Segment
from tests.integration.database.database import Connection, Database
from tests.integration.database.story import Story, invited

pytestmark = pytest.mark.database

ODD_TURNS = (
    "plain",
    'quote " and \\ back',
    "tab\tline\nbell\x07",
    "\u00e9\u4e2d\U0001f600",
    "/slash/",
    "\u2028\x7f",
)
ODD_ANSWERS = (
    "I built it.",
    "Cafe\u0301 \u201cand\u201d\n\ttabs",
    "\u4e2d\u6587\u3002",
    "\U0001f600",
    " ",
    "\\u0041",
)


@pytest.fixture(scope="module")
def story(database: Database) -> Story:
    told = invited(database)
    told.start()
    for turn, answer in zip(ODD_TURNS, ODD_ANSWERS, strict=True):
        told.begin(turn, answer)
        told.commit(turn, text=f"And {answer}?")
    return told


def segments(connection: Connection, story: Story) -> list[Segment]:
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(
            "select * from public.transcript_segments where interview_id = %s order by sequence",
            [story.interview],
        )
        return [Segment.from_facts(row) for row in cursor.fetchall()]


def test_a_chain_is_worked_out_as_the_database_sealed_it(database: Database, story: Story) -> None:
    proof: Any = database.call("verify_transcript", interview_id=story.interview)
    with database.connect() as connection:
        found = segments(connection, story)

    assert len(found) == proof["rows"] >= 2 * len(ODD_TURNS)
    assert [hash_segment(each) for each in found] == [each.row_hash for each in found]
    assert verify_chain(found, Head(proof["rows"], proof["head"])).is_whole


def test_times_and_certainty_are_sealed_the_same_way(database: Database, story: Story) -> None:
    with database.connect() as connection:
        for confidence in ("0", "1", "0.5", "0.123", "0.950"):
            connection.execute(
                "insert into public.transcript_segments"
                " (interview_id, speaker, content, origin, start_time_ms, end_time_ms, confidence)"
                " values (%s, 'candidate', 'spoken', 'speech', 0, 2147483647, %s)",
                [story.interview, confidence],
            )
        found = segments(connection, story)
        connection.rollback()

    assert [each.confidence for each in found[-5:]] == [
        Decimal(each) for each in ["0", "1", "0.5", "0.123", "0.95"]
    ]
    assert verify_chain(found).is_whole
    assert verify_chain([*found[:3], *found[4:]]).faults[0].kind is Tampering.DROPPED


def test_the_overall_is_rounded_as_the_database_rounds(database: Database) -> None:
    chance = random.Random(20_261_121)  # noqa: S311 - the same cases every time
    cases = [
        [(chance.randint(1, 10_000), chance.randint(0, 1000)) for _ in range(chance.randint(1, 12))]
        for _ in range(2_000)
    ]
    cases += [[(1, score), (1, score + 1)] for score in range(0, 1000, 7)]  # ends in a half each time
    rows = [(number, *part) for number, parts in enumerate(cases) for part in parts]

    with database.connect() as connection:
        worked_out = connection.execute(
            """
            select round(sum(part.weight * part.score) / nullif(sum(part.weight), 0), 1)
            from (
              select row.number, (row.weight / 10000.0)::numeric(5, 4) as weight,
                (row.score / 10.0)::numeric(4, 1) as score
              from unnest(%s::integer[], %s::integer[], %s::integer[]) as row (number, weight, score)
            ) as part
            group by part.number order by part.number
            """,
            [list(column) for column in zip(*rows, strict=True)],
        ).fetchall()

    ours = [
        rounded(
            mean([(Decimal(share).scaleb(-4), Fraction(score, 10)) for share, score in parts]) or Fraction(),
            1,
        )
        for parts in cases
    ]
    assert [score for (score,) in worked_out] == ours
