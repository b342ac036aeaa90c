"""The Erasures port: one suite for the fake and for the functions over REST."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid4

import psycopg
import pytest

from shared.adapters.supabase.accounts import SupabaseAccounts
from shared.adapters.supabase.erasures import SupabaseErasures
from shared.adapters.supabase.functions import RestFunctions
from shared.domain.erasure import DeletionType, ErasedStore
from shared.errors import ConflictError, NotFoundError
from shared.ports.accounts import Accounts
from shared.ports.erasures import Erasures
from tests.contract import database
from tests.fakes.accounts import FakeAccounts
from tests.fakes.erasures import FakeErasures, Leaving
from tests.supabase_stack import SupabaseStack

INVITED: Final = """
with org as (insert into public.organisations (name) values ('Acme') returning id),
role as (insert into public.job_roles (organisation_id, title) select id, 'Engineer' from org returning id),
applied as (
  insert into public.applications (job_role_id, candidate_id) select id, %(person)s from role returning id
),
known as (
  insert into public.acs_identities (user_id, communication_user_id) values (%(person)s, '8:acs:one')
)
insert into public.interviews (application_id, status) select id, 'invited' from applied returning id
"""
CALLED: Final = """
insert into public.calls (interview_id, call_connection_id, status) values
(%(talk)s, %(line)s, 'connected'), (%(talk)s, %(line)s || '-over', 'disconnected'),
(%(talk)s, null, 'connecting')
"""


@dataclass
class Bureau:
    """Somebody with an interview and a call identity, and what they ask."""

    erasures: Erasures
    accounts: Accounts
    person_id: UUID
    interview_id: UUID
    fake: FakeErasures | None = None
    stack: SupabaseStack | None = None
    made: list[UUID] = field(default_factory=list)

    @property
    def line(self) -> str:
        return f"line-{self.interview_id}"

    def draws_near(self, request_id: UUID) -> None:
        if self.fake:
            self.fake.requests[request_id].is_pressing = True
            return
        assert self.stack
        with psycopg.connect(self.stack.database_url) as connection:
            near = "update public.data_deletion_requests set due_at = now() + interval '6 days' where id = %s"
            connection.execute(near, [request_id])

    def asks(self, kind: DeletionType, *, is_speaking: bool = False) -> UUID:
        if self.fake:
            return self.fake.ask(
                Leaving(
                    kind,
                    self.person_id,
                    talks=[self.interview_id],
                    identity="8:acs:one",
                    lines=[self.line],
                    rows=3,
                    workflows=[f"interview-{self.interview_id}", f"invitation-{self.interview_id}"],
                    is_speaking=is_speaking,
                )
            )
        assert self.stack
        with psycopg.connect(self.stack.database_url) as connection:
            if is_speaking:
                connection.execute("set local session_replication_role = replica")
                connection.execute(
                    "update public.interviews set status = 'in_progress', started_at = now() where id = %s",
                    [self.interview_id],
                )
                connection.execute("set local session_replication_role = origin")
            row = connection.execute(
                "insert into public.data_deletion_requests (user_id, request_type) "
                "values (%s, %s) returning id",
                [self.person_id, kind.value],
            ).fetchone()
            assert row
            self.made.append(row[0])
            return self.made[-1]


@pytest.fixture(params=["fake", pytest.param("rest", marks=pytest.mark.database)])
async def bureau(request: pytest.FixtureRequest) -> AsyncIterator[Bureau]:
    if request.param == "fake":
        accounts = FakeAccounts()
        fake = FakeErasures(accounts)
        yield Bureau(fake, accounts, uuid4(), uuid4(), fake)
        return
    stack: SupabaseStack = request.getfixturevalue("supabase")
    person_id = database.a_person(stack)
    with psycopg.connect(stack.database_url) as connection:
        connection.execute("set local session_replication_role = replica")
        row = connection.execute(INVITED.encode(), {"person": person_id}).fetchone()
        assert row
        connection.execute(CALLED.encode(), {"talk": row[0], "line": f"line-{row[0]}"})
    rest = database.rest_of(stack)
    bureau = Bureau(
        SupabaseErasures(RestFunctions(rest)),
        SupabaseAccounts(rest),
        person_id,
        row[0],
        stack=stack,
    )
    try:
        yield bureau
    finally:
        with psycopg.connect(stack.database_url) as connection:
            connection.execute("delete from public.acs_identities where communication_user_id = '8:acs:one'")
            # whose letters would be due for the next test
            connection.execute("delete from public.data_deletion_requests where id = any (%s)", [bureau.made])
        await rest.close()


async def proven(bureau: Bureau, request_id: UUID, *stores: ErasedStore) -> None:
    for store in stores:
        await bureau.erasures.note(request_id, store, 0)


async def test_an_unknown_request_is_not_found(bureau: Bureau) -> None:
    for call in (bureau.erasures.begin, bureau.erasures.read, bureau.erasures.complete):
        with pytest.raises(NotFoundError):
            await call(uuid4())


async def test_a_request_is_due_until_it_is_completed(bureau: Bureau) -> None:
    request_id = bureau.asks(DeletionType.RECORDINGS)
    assert request_id in await bureau.erasures.due()

    begun = await bureau.erasures.begin(request_id)
    assert (begun.state, begun.request_type) == ("processing", "recording_only")
    assert request_id in await bureau.erasures.due()
    await proven(bureau, request_id, ErasedStore.FILES)

    assert await bureau.erasures.complete(request_id)
    assert not await bureau.erasures.complete(request_id)
    assert request_id not in await bureau.erasures.due()
    assert (await bureau.erasures.begin(request_id)).state == "completed"


async def test_a_promise_presses_until_it_is_kept(bureau: Bureau) -> None:
    request_id = bureau.asks(DeletionType.RECORDINGS)
    assert request_id not in await bureau.erasures.pressing()
    bureau.draws_near(request_id)
    assert request_id in await bureau.erasures.pressing()

    await bureau.erasures.begin(request_id)
    await proven(bureau, request_id, ErasedStore.FILES)
    await bureau.erasures.complete(request_id)

    assert request_id not in await bureau.erasures.pressing()


async def test_it_knows_what_is_to_go_also_once_the_rows_are_gone(bureau: Bureau) -> None:
    request_id = bureau.asks(DeletionType.FULL)
    await bureau.erasures.begin(request_id)

    before = await bureau.erasures.read(request_id)
    erased = await bureau.erasures.erase_rows(request_id)
    after = await bureau.erasures.read(request_id)

    assert erased is not None
    assert erased[0] > 0
    assert erased[1]
    assert (before.person_id, before.identity) == (bureau.person_id, "8:acs:one")
    assert (after.person_id, after.identity) == (bureau.person_id, None)
    assert (list(before.lines), list(after.lines)) == ([bureau.line], [])
    assert list(before.talks) == list(after.talks) == [bureau.interview_id]


async def test_rows_that_went_are_counted_once(bureau: Bureau) -> None:
    request_id = bureau.asks(DeletionType.FULL)
    await bureau.erasures.begin(request_id)

    first = await bureau.erasures.erase_rows(request_id)
    await bureau.erasures.fail(request_id, "account_not_closed")
    await bureau.erasures.begin(request_id)

    assert await bureau.erasures.erase_rows(request_id) == first


async def test_who_wants_recordings_gone_keeps_the_rows(bureau: Bureau) -> None:
    request_id = bureau.asks(DeletionType.RECORDINGS)
    await bureau.erasures.begin(request_id)

    assert await bureau.erasures.erase_rows(request_id) is None


async def test_names_are_masked_once_nobody_is_about_to_say_them(bureau: Bureau) -> None:
    request_id = bureau.asks(DeletionType.NAMES, is_speaking=True)

    assert (await bureau.erasures.begin(request_id)).state == "busy"
    assert await bureau.erasures.erase_rows(request_id) is None


async def test_what_was_found_is_counted_and_what_might_have_been_is_not(bureau: Bureau) -> None:
    request_id = bureau.asks(DeletionType.FULL)
    await bureau.erasures.begin(request_id)
    keys = {f"interview-{bureau.interview_id}", f"invitation-{bureau.interview_id}"}
    found = min(keys)

    assert keys <= set(await bureau.erasures.aim(request_id, ErasedStore.WORKFLOWS))
    await bureau.erasures.aim(request_id, ErasedStore.WORKFLOWS, [found])
    await bureau.erasures.aim(request_id, ErasedStore.WORKFLOWS, [found])

    assert await bureau.erasures.note(request_id, ErasedStore.WORKFLOWS, 1) == 0
    assert await bureau.erasures.note(request_id, ErasedStore.WORKFLOWS, 0) == 1
    assert await bureau.erasures.aim(request_id, ErasedStore.FILES, ["resumes/a/b.pdf"]) == (
        "resumes/a/b.pdf",
    )


async def test_a_request_ends_when_every_store_was_found_empty_and_the_account_is_gone(
    bureau: Bureau,
) -> None:
    request_id = bureau.asks(DeletionType.FULL)
    await bureau.erasures.begin(request_id)
    await bureau.erasures.erase_rows(request_id)
    await proven(bureau, request_id, ErasedStore.FILES, ErasedStore.IDENTITY)
    with pytest.raises(ConflictError):
        await bureau.erasures.complete(request_id)
    await proven(bureau, request_id, ErasedStore.WORKFLOWS)
    with pytest.raises(ConflictError):
        await bureau.erasures.complete(request_id)

    await bureau.accounts.close(bureau.person_id)
    await bureau.accounts.close(bureau.person_id)

    assert (await bureau.erasures.read(request_id)).person_id is None
    assert (await bureau.erasures.begin(request_id)).state == "processing"
    assert await bureau.erasures.complete(request_id)


async def test_a_store_that_is_not_empty_after_all_is_not_proven(bureau: Bureau) -> None:
    request_id = bureau.asks(DeletionType.RECORDINGS)
    await bureau.erasures.begin(request_id)
    await proven(bureau, request_id, ErasedStore.FILES)
    await bureau.erasures.note(request_id, ErasedStore.FILES, 1)

    with pytest.raises(ConflictError):
        await bureau.erasures.complete(request_id)


async def test_only_what_is_under_way_fails(bureau: Bureau) -> None:
    request_id = bureau.asks(DeletionType.RECORDINGS)

    assert not await bureau.erasures.fail(request_id, "files_not_erased")
    await bureau.erasures.begin(request_id)
    assert await bureau.erasures.fail(request_id, "files_not_erased")
    assert not await bureau.erasures.fail(request_id, "files_not_erased")
    assert request_id in await bureau.erasures.due()


async def test_the_letter_is_due_at_the_end_and_its_address_goes_with_it(bureau: Bureau) -> None:
    request_id = bureau.asks(DeletionType.RECORDINGS)
    await bureau.erasures.begin(request_id)
    assert await bureau.erasures.take_up_letter() is None
    await proven(bureau, request_id, ErasedStore.FILES)
    await bureau.erasures.complete(request_id)

    letter = await bureau.erasures.take_up_letter()

    assert letter is not None
    assert "@" in letter.email
    assert letter.type is DeletionType.RECORDINGS
    assert letter.email not in repr(letter)
    assert await bureau.erasures.take_up_letter() is None
    await bureau.erasures.settle_letter(letter.letter_id)
    await bureau.erasures.settle_letter(letter.letter_id)
    if bureau.stack:
        with psycopg.connect(bureau.stack.database_url) as connection:
            left = connection.execute(
                "select count(*) from private.deletion_letters where letter_id = %s", [letter.letter_id]
            ).fetchone()
            assert left == (0,)
