"""The journal and its file: group commit, failures, and what comes back."""

import asyncio
from pathlib import Path

import pytest

from local.host.durable.journal import Journal
from local.host.durable.options import Options
from local.host.durable.records import Seed
from local.host.durable.store import Picture, StateFileError, Store
from local.host.durable.taskhub import TaskHub


async def loaded(path: Path) -> TaskHub:
    hub = TaskHub(Options())
    journal = Journal(hub.state, path)
    await journal.start()
    await journal.stop()
    return hub


async def test_saved_means_it_is_in_the_file(tmp_path: Path) -> None:
    hub = TaskHub(Options())
    journal = Journal(hub.state, tmp_path / "state")
    await journal.start()
    hub.start(Seed("id", "name", '"data"'))
    hub.entities.signal("@counter@a", "add", "1")

    await journal.saved()

    written: list[Picture] = []
    journal._store_write = written.append  # type: ignore[method-assign, assignment]
    await journal.stop()
    assert all(not picture.instances and not picture.entities for picture in written)
    again = await loaded(tmp_path / "state")
    assert again.find("id").input == '"data"'
    assert len(again.state.entities["@counter@a"].queue) == 1


async def test_many_who_wait_share_few_transactions(tmp_path: Path) -> None:
    hub = TaskHub(Options())
    journal = Journal(hub.state, tmp_path / "state")
    await journal.start()
    pictures: list[Picture] = []
    write = journal._store_write

    def counting(picture: Picture) -> None:
        pictures.append(picture)
        write(picture)

    journal._store_write = counting  # type: ignore[method-assign]

    async def client(number: int) -> None:
        hub.start(Seed(f"id{number}", "name"))
        await journal.saved()

    await asyncio.gather(*(client(number) for number in range(200)))
    await journal.stop()

    assert len(pictures) < 20
    assert len((await loaded(tmp_path / "state")).state.instances) == 200


async def test_a_write_that_fails_is_done_again_and_nobody_is_told_it_was_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = TaskHub(Options())
    journal = Journal(hub.state, tmp_path / "state")
    await journal.start()
    write, failures = journal._store_write, ["disk full"]

    def failing_once(picture: Picture) -> None:
        if failures:
            raise OSError(failures.pop())
        write(picture)

    journal._store_write = failing_once  # type: ignore[method-assign]
    monkeypatch.setattr("local.host.durable.journal.PAUSE_AFTER_FAILURE", 0.05)
    hub.start(Seed("id", "name"))
    waiting = asyncio.create_task(journal.saved())
    await asyncio.sleep(0.02)
    assert not waiting.done()

    await waiting
    await journal.stop()

    assert (await loaded(tmp_path / "state")).find("id").name == "name"


async def test_without_a_file_nothing_is_collected_for_one() -> None:
    hub = TaskHub(Options())
    journal = Journal(hub.state, None)
    await journal.start()
    hub.start(Seed("id", "name"))

    await journal.saved()

    assert not hub.state.changed
    await journal.stop()
    await journal.stop()  # as a host does whose start has failed


async def test_after_the_end_nobody_is_told_that_it_was_saved(tmp_path: Path) -> None:
    journal = Journal(TaskHub(Options()).state, tmp_path / "state")
    await journal.start()
    stopping = asyncio.create_task(journal.stop())
    await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="the host is ending"):
        await journal.saved()

    await stopping


async def test_a_removed_instance_is_gone_after_a_restart(tmp_path: Path) -> None:
    hub = TaskHub(Options())
    journal = Journal(hub.state, tmp_path / "state")
    await journal.start()
    hub.orchestrations.forget(hub.start(Seed("id", "name")))
    hub.start(Seed("other", "name"))
    await journal.stop()

    assert list((await loaded(tmp_path / "state")).state.instances) == ["other"]


def test_a_store_that_is_not_open_says_so(tmp_path: Path) -> None:
    with pytest.raises(StateFileError, match="not open"):
        Store(tmp_path / "state").write(Picture())
