"""Whose the data folder is, where it is, and which process works in it."""

import os
from pathlib import Path

import pytest

from local.supabase import account, postgres, shelter
from local.supabase.programs import PostgresError


def test_a_folder_without_a_server_has_none(tmp_path: Path) -> None:
    assert postgres.running(tmp_path / "missing") is None
    (tmp_path / "postmaster.pid").write_text("not a number\n", encoding="utf-8")
    assert postgres.running(tmp_path) is None


def test_another_process_with_the_number_is_not_the_server(tmp_path: Path) -> None:
    lines = [str(os.getpid()), str(tmp_path), "0", "5432"]
    (tmp_path / "postmaster.pid").write_text("\n".join(lines), encoding="utf-8")
    assert postgres.running(tmp_path) is None


def test_the_process_that_works_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [str(os.getpid()), str(tmp_path), "0", "5432"]
    (tmp_path / "postmaster.pid").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = postgres.running(tmp_path)
    assert found == postgres.Server(os.getpid(), 5432)
    assert found.url("talenti") == "postgresql://postgres@127.0.0.1:5432/talenti"


def test_a_note_tells_where_the_data_is(tmp_path: Path) -> None:
    assert shelter.data_of(tmp_path) == tmp_path
    (tmp_path / shelter.NOTE).write_text("/somewhere/else", encoding="utf-8")
    assert shelter.data_of(tmp_path) == Path("/somewhere/else/data")


def test_only_the_owner_uses_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    with pytest.raises(PostgresError, match="belongs to another user"):
        account.account_for(tmp_path)


def test_without_root_the_server_is_run_as_ourselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    found = account.account_for(tmp_path / "missing")
    assert found.uid == 4711
    found.become()  # nothing to give up: it would fail otherwise


def test_root_without_an_account_to_use_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(account, "PREFERRED", ("no_such_user",))
    with pytest.raises(PostgresError, match="there is no user no_such_user"):
        account.account_for(tmp_path / "missing")
