"""Which migrations are applied: by their names, and by what was applied before."""

from pathlib import Path

import pytest

from local.supabase.migrate import Applied, Migration, MigrationError, check, read


def migration(version: str) -> Migration:
    return Migration(version, "name", f"select {version};", f"{version}_name.sql")


def applied(*migrations: Migration) -> list[Applied]:
    return [Applied(one.version, one.checksum) for one in migrations]


FIRST, SECOND, THIRD = (migration(version) for version in ("20260101", "20260102", "20260103"))


def test_files_are_read_in_the_order_of_their_versions(tmp_path: Path) -> None:
    for name in ("20260102_b_and_c.sql", "20260101_a.sql"):
        (tmp_path / name).write_text("select 1;", encoding="utf-8")
    (tmp_path / "notes.md").write_text("not SQL", encoding="utf-8")
    found = read(tmp_path)
    assert [(one.version, one.name) for one in found] == [("20260101", "a"), ("20260102", "b_and_c")]


def test_a_file_without_a_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "create_jobs.sql").touch()
    with pytest.raises(MigrationError, match=r"create_jobs\.sql is not named"):
        read(tmp_path)


def test_a_version_is_used_once(tmp_path: Path) -> None:
    (tmp_path / "1_a.sql").touch()
    (tmp_path / "1_b.sql").touch()
    with pytest.raises(MigrationError, match=r"1_a\.sql and 1_b\.sql have the same version"):
        read(tmp_path)


def test_what_was_not_applied_is_left_to_do() -> None:
    assert check([FIRST, SECOND, THIRD], []) == [FIRST, SECOND, THIRD]
    assert check([FIRST, SECOND, THIRD], applied(FIRST)) == [SECOND, THIRD]
    assert check([FIRST], applied(FIRST)) == []


def test_a_row_without_a_checksum_is_believed() -> None:
    assert check([FIRST, SECOND], [Applied(FIRST.version, None)]) == [SECOND]


@pytest.mark.parametrize(
    ("files", "history", "told"),
    [
        ([SECOND], applied(FIRST, SECOND), "Migration 20260101 was applied, and its file is missing"),
        ([FIRST], [Applied(FIRST.version, "other")], "20260101_name.sql was changed"),
        ([FIRST, SECOND], applied(SECOND), "20260101_name.sql comes before migration 20260102"),
    ],
)
def test_a_history_that_the_files_do_not_tell_is_refused(
    files: list[Migration], history: list[Applied], told: str
) -> None:
    with pytest.raises(MigrationError, match=told) as refusal:
        check(files, history)
    assert "make db-reset" in str(refusal.value)
