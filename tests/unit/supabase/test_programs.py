"""Which PostgreSQL is run, and how what is missing is told."""

import json
import platform
from pathlib import Path

import pytest

from local.supabase import programs
from local.supabase.programs import PostgresError


def program(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    package = tmp_path / "packages" / "linux-arm64"
    for name in ("initdb", "postgres"):
        program(package / "native" / "bin" / name)
    return package


def test_the_named_folder_comes_first(tmp_path: Path, package: Path) -> None:
    program(tmp_path / "own" / "initdb")
    program(tmp_path / "own" / "postgres")
    found = programs.find({"PG_BIN": str(tmp_path / "own")}, package.parent)
    assert found.folder == tmp_path / "own"


def test_a_wrong_folder_is_not_passed_over(tmp_path: Path, package: Path) -> None:
    with pytest.raises(PostgresError, match="PG_BIN names a folder without a usable"):
        programs.find({"PG_BIN": str(tmp_path)}, package.parent)


def test_the_package_of_this_machine_is_found_and_never_the_path(package: Path) -> None:
    assert programs.find({"PATH": "/usr/bin"}, package.parent).folder == package / "native" / "bin"


def test_without_the_package_it_says_what_to_do(tmp_path: Path, package: Path) -> None:
    with pytest.raises(PostgresError, match="make install"):
        programs.find({}, tmp_path)


def test_a_machine_without_a_build_is_told_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(PostgresError, match="set PG_BIN"):
        programs.find({}, tmp_path)


def test_only_missing_links_are_made(package: Path) -> None:
    native = package / "native"
    native.joinpath("lib").mkdir()
    entries = [
        {"source": "native/lib/libx.so.1.2", "target": f"native/lib/{n}"} for n in ("libx.so", "liby.so")
    ]
    native.joinpath("pg-symlinks.json").write_text(json.dumps(entries), encoding="utf-8")
    native.joinpath("lib/liby.so").write_text("a file", encoding="utf-8")
    programs.repair_links(package)
    programs.repair_links(package)
    assert (native / "lib/libx.so").readlink() == Path("libx.so.1.2")
    assert not native.joinpath("lib/liby.so").is_symlink()


def test_a_program_that_does_not_run_has_no_version(package: Path) -> None:
    with pytest.raises(PostgresError, match="does not run"):
        programs.find({}, package.parent).major_version()
