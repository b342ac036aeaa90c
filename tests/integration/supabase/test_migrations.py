"""Migrations on a real database: in order, once, whole, and recorded as the official command line does."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from local.supabase import database, migrate, postgres
from local.supabase.migrate import MigrationError
from tests.supabase_stack import SupabaseStack

pytestmark = pytest.mark.database
NAME = "migrations_under_test"
ROW = "insert into public.things values (NUMBER); select pg_sleep(0.02);"


@pytest.fixture
def address(stack: SupabaseStack) -> Iterator[str]:
    """Give an empty database."""
    with database.maintenance(stack.database_url) as connection:
        database.drop(connection, NAME)
        database.create(connection, NAME)
    yield postgres.url(stack.database_port, NAME)
    with database.maintenance(stack.database_url) as connection:
        database.drop(connection, NAME)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "20260101000000_first.sql", "create table public.things (id int);")
    write(tmp_path, "20260102000000_second.sql", "insert into public.things values (1); -- 100 % sure")
    return tmp_path


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def rows(address: str, question: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(address) as connection:
        return connection.execute(question.encode()).fetchall()


def things(address: str) -> list[int]:
    return [number for (number,) in rows(address, "select id from public.things order by id")]


def refused(address: str, folder: Path) -> str:
    with pytest.raises(MigrationError) as refusal:
        migrate.migrate(address, folder)
    return str(refusal.value)


def test_files_are_applied_in_order_and_once(address: str, folder: Path) -> None:
    assert migrate.migrate(address, folder) == ["20260101000000_first.sql", "20260102000000_second.sql"]
    assert migrate.migrate(address, folder) == []
    write(folder, "20260103000000_third.sql", "insert into public.things values (2);")
    assert migrate.migrate(address, folder) == ["20260103000000_third.sql"]
    assert things(address) == [1, 2]


def test_the_history_is_that_of_the_official_command_line(address: str, folder: Path) -> None:
    migrate.migrate(address, folder)
    history = rows(
        address,
        "select version, name, statements from supabase_migrations.schema_migrations order by version",
    )
    assert history[0] == ("20260101000000", "first", ["create table public.things (id int);"])
    assert [version for version, *_ in history] == ["20260101000000", "20260102000000"]


def test_what_the_official_command_line_applied_counts(address: str, folder: Path) -> None:
    with psycopg.connect(address) as connection:
        connection.execute(
            """create schema supabase_migrations;
            create table supabase_migrations.schema_migrations (version text primary key, statements text[]);
            insert into supabase_migrations.schema_migrations values ('20260101000000', '{}');
            create table public.things (id int)"""
        )
    assert migrate.migrate(address, folder) == ["20260102000000_second.sql"]


def test_no_files_are_no_fault(address: str, tmp_path: Path) -> None:
    assert migrate.migrate(address, tmp_path / "nowhere") == []


def test_a_changed_file_is_refused(address: str, folder: Path) -> None:
    migrate.migrate(address, folder)
    write(folder, "20260101000000_first.sql", "create table public.other (id int);")
    assert "20260101000000_first.sql was changed after it was applied" in refused(address, folder)


def test_a_missing_file_is_refused(address: str, folder: Path) -> None:
    migrate.migrate(address, folder)
    (folder / "20260101000000_first.sql").unlink()
    assert "Migration 20260101000000 was applied, and its file is missing" in refused(address, folder)


def test_a_file_from_the_past_is_refused(address: str, folder: Path) -> None:
    migrate.migrate(address, folder)
    write(folder, "20260101120000_between.sql", "select 1;")
    assert "comes before migration 20260102000000, which was applied" in refused(address, folder)
    assert len(rows(address, "select from supabase_migrations.schema_migrations")) == 2


def test_a_failing_file_leaves_nothing_and_is_named_with_its_line(address: str, folder: Path) -> None:
    bad = write(folder, "20260103000000_bad.sql", "insert into public.things values (9);\n\nselect nothing;")
    assert refused(address, folder).startswith(
        '20260103000000_bad.sql, line 3: column "nothing" does not exist'
    )
    assert things(address) == [1]
    bad.write_text("insert into public.things values (3);", encoding="utf-8")
    assert migrate.migrate(address, folder) == ["20260103000000_bad.sql"]


def test_a_file_that_ends_its_transaction_is_refused(address: str, folder: Path) -> None:
    write(folder, "20260103000000_bad.sql", "commit;")
    assert "20260103000000_bad.sql ends the transaction" in refused(address, folder)


def test_what_a_file_sets_is_not_meant_for_the_next(address: str, tmp_path: Path) -> None:
    write(tmp_path, "1_a.sql", "create schema aside; set search_path = aside; set role anon;")
    write(tmp_path, "2_b.sql", "create table here (id int);")
    migrate.migrate(address, tmp_path)
    assert rows(address, "select schemaname from pg_tables where tablename = 'here'") == [("public",)]


def test_two_runners_apply_each_file_once(address: str, tmp_path: Path) -> None:
    write(tmp_path, "0_table.sql", "create table public.things (id int);")
    for number in range(1, 6):
        write(tmp_path, f"{number}_row.sql", ROW.replace("NUMBER", str(number)))
    with ThreadPoolExecutor(2) as runners:
        done = list(runners.map(lambda _: migrate.migrate(address, tmp_path), range(2)))
    assert sorted(file for files in done for file in files) == sorted(
        path.name for path in tmp_path.iterdir()
    )
    assert things(address) == [1, 2, 3, 4, 5]


def test_the_seed_is_sown_once(address: str, folder: Path) -> None:
    migrate.migrate(address, folder)
    seed = write(folder, "seed.sql", "insert into public.things values (10);")
    assert migrate.seed(address, seed)
    assert not migrate.seed(address, seed)
    assert not migrate.seed(address, folder / "no such file")
    assert things(address) == [1, 10]


def test_a_failing_seed_is_sown_again(address: str, folder: Path) -> None:
    migrate.migrate(address, folder)
    seed = write(folder, "seed.sql", "insert into public.things values ('x');")
    with pytest.raises(MigrationError, match=r"seed\.sql, line 1"):
        migrate.seed(address, seed)
    seed.write_text("insert into public.things values (10);", encoding="utf-8")
    assert migrate.seed(address, seed)
