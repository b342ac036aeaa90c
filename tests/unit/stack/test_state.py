"""The record of a stack, and its folder."""

import os
import shutil
from pathlib import Path

import pytest

from local.stack import identity as identity_module
from local.stack.identity import Identity, identify
from local.stack.state import AlreadyRunningError, Record, ServiceRecord, StateFolder


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    return StateFolder(tmp_path)


def test_a_record_is_read_as_it_was_written(folder: StateFolder) -> None:
    record = Record.of_this_process()
    record.services["host"] = ServiceRecord(Identity(12, "then"), {"http": 7071}, "http://127.0.0.1:7071")
    record.links["docs"] = "http://127.0.0.1:7071/docs"
    folder.write(record)
    assert folder.read() == record
    assert folder.running() == record


def test_the_record_of_an_ended_stack_is_not_of_a_running_one(folder: StateFolder) -> None:
    folder.write(Record(Identity(os.getpid(), "another life")))
    assert folder.read()
    assert folder.running() is None


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", '{"supervisor": 1}'])
def test_an_unreadable_record_counts_as_none(folder: StateFolder, text: str) -> None:
    folder.record_file.write_text(text, encoding="utf-8")
    assert folder.read() is None


def test_one_stack_holds_a_folder_at_a_time(folder: StateFolder) -> None:
    with folder.held(), pytest.raises(AlreadyRunningError), folder.held():
        pass
    with folder.held():
        pass


def test_clearing_keeps_only_locks(folder: StateFolder) -> None:
    for name in ("stack.lock", "install.lock", "durable.sqlite", "storage/blob"):
        file = folder.path / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
    folder.clear()
    assert {entry.name for entry in folder.path.iterdir()} == {"stack.lock", "install.lock"}


def test_a_process_is_itself_and_nobody_else() -> None:
    own = identify(os.getpid())
    assert own
    assert own.is_alive()
    assert not Identity(own.pid, "another life").is_alive()
    assert identify(2**22 + 1) is None


@pytest.mark.skipif(not shutil.which("ps"), reason="needs ps")
def test_where_there_is_no_proc_ps_tells_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(identity_module, "PROC", tmp_path)
    own = identify(os.getpid())
    assert own
    assert own.is_alive()
    assert identify(2**22 + 1) is None
