"""The verbs, and what the launcher is told."""

from pathlib import Path

import pytest

from local.supabase import api
from local.supabase.__main__ import main, parse
from local.supabase.build import name_of


def test_the_server_needs_its_place() -> None:
    options = parse(["postgres", "--data", "here", "--port", "5432"])
    assert (options.data, options.port) == (Path("here"), 5432)
    with pytest.raises(SystemExit):
        parse(["postgres"])


def test_without_a_server_the_shell_says_how_to_get_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["shell", "--state", str(tmp_path)]) == 1
    assert "make up" in capsys.readouterr().out


def test_each_launcher_has_a_secret_of_its_own() -> None:
    first, second = (api.environment("postgresql://x/y", 54321, Path("key.json")) for _ in range(2))
    assert len(first["JWT_SECRET"]) >= 32
    assert first["JWT_SECRET"] != second["JWT_SECRET"]
    assert {first[name] == second[name] for name in first if name != "JWT_SECRET"} == {True}
    assert "JWK_FILE" not in api.environment("postgresql://x/y", 54321, None)


def test_the_database_is_named_by_its_address() -> None:
    assert name_of("postgresql://postgres@127.0.0.1:5432/talenti") == "talenti"
