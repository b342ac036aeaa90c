"""Calls and the identities of who joins them: one suite for the fakes and for the database."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest

from shared.domain.call_records import CallNews
from shared.domain.calls import CallState
from shared.errors import ConflictError, ForbiddenError, NotFoundError, WrongStateError
from tests.contract.call_desk import Desk, a_call


async def test_a_call_is_opened_once_and_read(line: Desk) -> None:
    call_id = uuid4()
    opened = await line.calls.open(call_id, line.interview_id, line.candidate)

    assert (opened.id, opened.status, opened.candidate_id) == (
        call_id,
        CallState.CONNECTING,
        line.candidate,
    )
    assert opened == await line.calls.open(call_id, line.interview_id, line.candidate)
    assert opened == await line.calls.read(call_id)
    with pytest.raises(NotFoundError):
        await line.calls.read(uuid4())


async def test_an_interview_has_one_call_at_a_time(line: Desk) -> None:
    record = await line.connected()
    with pytest.raises(ConflictError):
        await line.calls.open(uuid4(), line.interview_id, line.recruiter)

    await line.calls.tell(line.news(record, CallState.DISCONNECTED))
    assert (await line.calls.open(uuid4(), line.interview_id, line.recruiter)).id != record.id


async def test_only_the_candidate_and_recruiters_open_a_call(line: Desk) -> None:
    for person in (line.viewer, line.stranger):
        with pytest.raises(ForbiddenError):
            await line.calls.open(uuid4(), line.interview_id, person)
    with pytest.raises(NotFoundError):
        await line.calls.open(uuid4(), uuid4(), line.recruiter)


async def test_what_is_over_gets_no_call(line: Desk) -> None:
    await line.end()

    with pytest.raises(WrongStateError):
        await line.calls.open(uuid4(), line.interview_id, line.recruiter)


async def test_a_call_that_rings_may_become_another_one_and_then_not(line: Desk) -> None:
    record = await line.calls.open(uuid4(), line.interview_id, line.recruiter)
    await line.calls.note(record.id, a_call())
    second = a_call()
    noted = await line.calls.note(record.id, second)
    assert (noted.connection_id, noted.server_call_id) == (second.id, second.server_call_id)

    await line.calls.tell(line.news(noted, CallState.CONNECTED))
    assert (await line.calls.note(record.id, a_call())).connection_id == second.id


async def test_every_order_of_news_ends_alike(line: Desk) -> None:
    for order in permutations([CallState.CONNECTED, CallState.DISCONNECTED, None]):
        record = await line.calls.open(uuid4(), line.interview_id, line.recruiter)
        noted = await line.calls.note(record.id, a_call())

        for status in order:
            for _ in range(2):
                assert await line.calls.tell(line.news(noted, status), line.interview_id)

        assert (await line.calls.read(record.id)).status is CallState.DISCONNECTED


async def test_news_find_the_call_by_our_id_until_it_has_another(line: Desk) -> None:
    record = await line.calls.open(uuid4(), line.interview_id, line.recruiter)
    placed = a_call()
    news = CallNews(
        at=datetime.now(UTC),
        call_id=record.id,
        connection_id=placed.id,
        server_call_id=placed.server_call_id,
        status=CallState.CONNECTED,
    )

    told = await line.calls.tell(news, line.interview_id)

    assert told is not None
    assert (told.id, told.connection_id, told.status) == (record.id, placed.id, CallState.CONNECTED)
    by_server = CallNews(
        at=datetime.now(UTC), server_call_id=placed.server_call_id, status=CallState.DISCONNECTED
    )
    ended = await line.calls.tell(by_server)
    assert ended is not None
    assert ended.is_over


async def test_news_of_others_change_nothing(line: Desk) -> None:
    record = await line.connected()

    assert await line.calls.tell(line.news(record, CallState.DISCONNECTED), line.other_interview_id) is None
    unknown = CallNews(at=datetime.now(UTC), connection_id=f"call-{uuid4()}", status=CallState.DISCONNECTED)
    assert await line.calls.tell(unknown) is None
    assert (await line.calls.read(record.id)).status is CallState.CONNECTED


async def test_who_is_there_is_taken_in_and_the_interview_goes_on(line: Desk) -> None:
    record = await line.connected()
    for sequence, there in ((2, 3), (1, 9)):
        news = CallNews(
            at=datetime.now(UTC) - timedelta(seconds=1),
            connection_id=record.connection_id,
            participants=there,
            sequence=sequence,
        )
        assert await line.calls.tell(news)
    ended = await line.calls.tell(line.news(record, CallState.DISCONNECTED))

    assert ended is not None
    assert ended.interview_status == "in_progress"


async def test_the_first_identity_is_kept_until_it_is_gone(line: Desk) -> None:
    first, second, third = (f"8:acs:{uuid4()}" for _ in range(3))

    assert await line.identities.of(line.candidate) is None
    assert await line.identities.keep(line.candidate, first) == first
    assert await line.identities.keep(line.candidate, second) == first
    assert await line.identities.keep(line.candidate, third, instead_of=second) == first
    assert await line.identities.keep(line.candidate, third, instead_of=first) == third
    assert await line.identities.of(line.candidate) == third
