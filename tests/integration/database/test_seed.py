"""The seed is a history that could have happened, with somebody in every state."""

from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest

from local.supabase import migrate
from tests.integration.database.database import Database
from tests.integration.database.product_rules import MACHINES
from tests.supabase_stack import REPOSITORY, SupabaseStack

pytestmark = pytest.mark.database

SEED = REPOSITORY / "supabase" / "seed.sql"


@pytest.fixture(scope="module")
def seeded(stack: SupabaseStack) -> Database:
    database = Database.made(stack, "talenti_seeded")
    assert migrate.seed(database.address, SEED)
    return database


@pytest.mark.parametrize(("table", "machine"), [("interviews", "interview"), ("applications", "application")])
def test_somebody_is_in_every_state(seeded: Database, table: str, machine: str) -> None:
    found = seeded.value(f"select array_agg(distinct status) from public.{table}")
    moves = MACHINES[machine]
    assert set(found) == {state for targets in moves.values() for state in targets}


def test_every_kind_of_job_role_is_there(seeded: Database) -> None:
    found = seeded.value("select array_agg(distinct status) from public.job_roles")
    assert set(found) == {"draft", "active", "paused", "closed"}


def test_both_organisations_have_people_of_every_role(seeded: Database) -> None:
    found = seeded.rows("select array_agg(role order by role) from public.org_users group by organisation_id")
    assert found == [(["org_admin", "org_recruiter", "org_viewer"],)] * 2


def test_its_chains_verify(seeded: Database) -> None:
    for (interview,) in seeded.rows("select id from public.interviews"):
        assert seeded.call("verify_transcript", interview_id=interview)["valid"]
    for (organisation,) in seeded.rows("select id from public.organisations"):
        assert seeded.call("verify_audit_log", organisation_id=organisation)["valid"]


def test_quotes_of_the_score_are_in_the_transcript(seeded: Database) -> None:
    unproven = seeded.value(
        """
        select count(*) from public.score_dimensions as part
        cross join jsonb_array_elements(part.cited_quotes) as quote
        left join public.transcript_segments as segment
          on segment.id = (quote ->> 'segment_id')::uuid and segment.content = quote ->> 'quote'
          and segment.speaker = 'candidate'
        where segment.id is null
        """
    )
    assert unproven == 0
    scores = seeded.rows("select overall_score::float from public.interview_scores where is_current")
    assert set(scores) == {(81.4,)}


@pytest.fixture(scope="module")
def seeded_stack() -> Iterator[SupabaseStack]:
    with SupabaseStack(seed=True) as stack:
        yield stack


@pytest.mark.slow
@pytest.mark.parametrize("address", ["recruiter@redgum.example.org", "candidate8@example.org"])
def test_people_sign_in_with_the_printed_password(seeded_stack: SupabaseStack, address: str) -> None:
    with seeded_stack.client() as client:
        signed_in = client.post(
            "/auth/v1/token?grant_type=password", json={"email": address, "password": "talenti-local-1"}
        )
        assert signed_in.status_code == httpx.codes.OK, signed_in.text
        token = signed_in.json()["access_token"]
        own = client.get("/rest/v1/transcript_segments?select=id", headers=seeded_stack.headers(token))
        assert own.status_code == httpx.codes.OK, own.text
        assert own.json()


def test_what_would_go_on_by_itself_waits_for_an_operator(seeded: Database) -> None:
    whole = [UUID(int=0), UUID(int=2**128 - 1)]
    wanted = [
        each
        for family in ("lifecycle", "scoring")
        for each in seeded.value(f"select public.{family}_gaps(%s, %s, '{{}}')", whole)
    ]

    assert {(each["standing"], each["state"]) for each in wanted} == {
        ("wanted", state) for state in ("in_progress", "completed", "queued")
    }
    assert all(each["is_parked"] for each in wanted)
