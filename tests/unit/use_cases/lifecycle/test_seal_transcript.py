"""Sealing a transcript: proven, and written once."""

import json
from typing import Any
from uuid import UUID

import pytest

from shared.domain.files import FilePath, Store, StoredFile
from shared.errors import UnavailableError
from shared.use_cases.lifecycle.seal_transcript import SealTranscript
from tests.fakes.clock import FakeClock
from tests.fakes.files import FakeFiles
from tests.fakes.lifecycle import FakeLifecycles, WatchedTalk

INTERVIEW = UUID(int=1)
PATH = FilePath.of(Store.TRANSCRIPTS, INTERVIEW, extension="json")


class Room:
    def __init__(self) -> None:
        clock = FakeClock()
        self.lifecycles, self.files = FakeLifecycles(clock), FakeFiles(clock)
        self.talk = WatchedTalk(UUID(int=2), clock.now(), status="completed", said=["Hello.", "I built it."])
        self.lifecycles.talks[INTERVIEW] = self.talk
        self.seal = SealTranscript(self.lifecycles, self.files)


@pytest.fixture
def room() -> Room:
    return Room()


async def test_what_was_said_is_written_once_with_its_seal(room: Room) -> None:
    states = [(await room.seal(INTERVIEW)).state for _ in range(3)]

    assert states == ["whole"] * 3
    kept = json.loads(await room.files.read(PATH, most_bytes=10_000))
    assert [each["content"] for each in kept["segments"]] == ["Hello.", "I built it."]
    assert room.talk.file
    assert room.talk.file.sha256


async def test_a_broken_chain_is_kept_and_told(room: Room) -> None:
    room.talk.is_whole = False

    assert (await room.seal(INTERVIEW)).state == "broken"
    assert await room.files.find(PATH)


async def test_what_was_written_before_a_crash_stands_though_it_was_masked_since(room: Room) -> None:
    await room.files.create(PATH, b'{"as": "it was"}', "application/json", most_bytes=100)

    assert (await room.seal(INTERVIEW)).state == "whole"
    assert await room.files.read(PATH, most_bytes=100) == b'{"as": "it was"}'
    assert room.talk.file


async def test_a_store_that_is_away_leaves_it_to_be_done_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise UnavailableError("The store cannot be reached.")

    with monkeypatch.context() as patched:
        patched.setattr(room.files, "create", away)
        with pytest.raises(UnavailableError):
            await room.seal(INTERVIEW)

    assert (await room.seal(INTERVIEW)).state == "whole"


async def test_of_what_was_erased_nothing_is_written(room: Room) -> None:
    room.lifecycles.talks.clear()

    assert (await room.seal(INTERVIEW)).state == "gone"
    assert await room.files.find(PATH) is None


async def test_of_what_is_erased_while_it_is_written_no_file_stays(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = room.files.create

    async def erased_meanwhile(*args: Any, **options: Any) -> StoredFile:
        file = await create(*args, **options)
        room.lifecycles.talks.clear()
        return file

    monkeypatch.setattr(room.files, "create", erased_meanwhile)

    assert (await room.seal(INTERVIEW)).state == "gone"
    assert await room.files.find(PATH) is None


async def test_who_files_it_second_takes_nothing_away(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    create = room.files.create

    async def filed_by_another_too(*args: Any, **options: Any) -> StoredFile:
        room.talk.file = await create(*args, **options)
        return room.talk.file

    monkeypatch.setattr(room.files, "create", filed_by_another_too)

    assert (await room.seal(INTERVIEW)).state == "whole"
    assert await room.files.find(PATH)
