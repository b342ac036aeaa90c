"""What holds for every table and every function, also for those that come later."""

import difflib
import time
from pathlib import Path

import psycopg
import pytest

from local.supabase import api, build, database, migrate
from tests.integration.database.database import Connection, Database
from tests.integration.database.golden import GOLDEN, dump
from tests.supabase_stack import REPOSITORY, SupabaseStack

pytestmark = pytest.mark.database

SOURCE = REPOSITORY / "supabase"
OURS = "('public'::regnamespace, 'private'::regnamespace)"


def found(connection: Connection, query: str) -> list[str]:
    return [name for (name,) in connection.execute(query.replace("OURS", OURS).encode())]


def test_a_second_run_applies_nothing(stack: SupabaseStack) -> None:
    assert migrate.migrate(stack.database_url, SOURCE / "migrations") == []


@pytest.mark.slow
def test_migrations_and_seed_apply_from_zero(stack: SupabaseStack) -> None:
    address = stack.database_url.rsplit("/", 1)[0] + "/talenti_zero"
    started = time.monotonic()
    done = build.rebuild(address, SOURCE)
    assert len(done) == len(list((SOURCE / "migrations").glob("*.sql"))) + (SOURCE / "seed.sql").exists()
    assert time.monotonic() - started < 20  # measured: well under 3 s; a loaded machine takes longer


OWNER = """
create role hosted_owner login nosuperuser createrole bypassrls;
grant anon, authenticated, service_role, talenti_turns to hosted_owner with admin option;
"""
OWNED = """
drop schema if exists supabase_migrations cascade; -- the launcher's, which belongs to the superuser
alter schema public owner to hosted_owner;
grant create on database talenti_hosted to hosted_owner;
grant usage on schema auth to hosted_owner;
grant all on auth.users, auth.identities to hosted_owner;
"""


@pytest.mark.slow
def test_migrations_and_erasure_need_no_superuser(stack: SupabaseStack) -> None:
    """Hosted projects have none: their owner may make roles and passes by policies, nothing more."""
    address = stack.database_url.rsplit("/", 1)[0] + "/talenti_hosted"
    with database.maintenance(address) as connection:
        connection.execute(OWNER.encode())
        database.create(connection, "talenti_hosted")
    database.bootstrap(address)
    api.prepare(address)
    with psycopg.connect(address) as connection:
        connection.execute(OWNED.encode())
    owner = address.replace("postgres@", "hosted_owner@")
    assert migrate.migrate(owner, SOURCE / "migrations")
    assert migrate.seed(owner, SOURCE / "seed.sql")
    person = "10000000-0000-4000-8000-000000000108"
    assert Database(owner).value("select public.erase_person(%s)", [person])["interviews"] == 1


def test_the_schema_is_the_golden_one(world: Connection) -> None:
    live, golden = dump(world), GOLDEN.read_text(encoding="utf-8").splitlines()
    difference = "\n".join(
        difflib.unified_diff(golden, live, "schema.golden", "migrations", lineterm="", n=0)
    )
    assert not difference, f"{difference}\nwanted? python -m tests.integration.database.golden"


def test_every_table_is_behind_row_security(world: Connection) -> None:
    open_tables = (
        "select relname from pg_class where relnamespace in OURS and relkind = 'r' and not relrowsecurity"
    )
    assert found(world, open_tables) == []


def test_every_public_table_has_a_policy(world: Connection) -> None:
    bare = """
    select relname from pg_class as c
    where relnamespace = 'public'::regnamespace and relkind = 'r'
      and not exists (select from pg_policy where polrelid = c.oid)
    """
    assert found(world, bare) == []


def test_no_policy_calls_a_function_for_each_row(world: Connection) -> None:
    """Row sets only: every call stands in a subselect, which is run once."""
    per_row = r"""
    select c.relname || '.' || p.polname
    from pg_policy as p
    join pg_class as c on c.oid = p.polrelid
    cross join lateral (
      select concat_ws(
        ' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
      ) as text
    ) as rule
    where regexp_replace(
      regexp_replace(rule.text, 'SELECT auth\.uid\(\)', '', 'g'),
      'SELECT private\.\w+\((''\w+''::text)?\)', '', 'g'
    ) ~ '(private|public|auth)\.\w+\('
    """
    assert found(world, per_row) == []


def test_every_foreign_key_has_an_index_that_begins_with_it(world: Connection) -> None:
    bare = """
    select c.conrelid::regclass || ' ' || c.conname
    from pg_constraint as c
    where c.contype = 'f' and c.connamespace in OURS
      and not exists (
        select from pg_index as i
        where i.indrelid = c.conrelid and i.indpred is null
          and (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] @> c.conkey
      )
    """
    assert found(world, bare) == []


def test_every_function_fixes_its_search_path(world: Connection) -> None:
    loose = """
    select oid::regprocedure::text from pg_proc
    where pronamespace in OURS and not coalesce('search_path=""' = any (proconfig), false)
    """
    assert found(world, loose) == []


def test_no_function_is_for_everyone(world: Connection) -> None:
    public = """
    select p.oid::regprocedure::text from pg_proc as p
    where p.pronamespace in OURS
      and (p.proacl is null or exists (select from aclexplode(p.proacl) as a where a.grantee = 0))
    """
    assert found(world, public) == []


def test_every_table_has_a_key_and_the_time_it_was_made(world: Connection) -> None:
    bare = """
    select relname from pg_class as c
    where relnamespace = 'public'::regnamespace and relkind = 'r'
      and (
        select count(*) from pg_attribute
        where attrelid = c.oid and attname in ('id', 'created_at') and attnotnull
      ) <> 2
    """
    assert found(world, bare) == []


def test_every_row_that_changes_is_stamped(world: Connection) -> None:
    unstamped = """
    select relname from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attname = 'updated_at'
    where relnamespace = 'public'::regnamespace and relkind = 'r'
      and not exists (select from pg_trigger where tgrelid = c.oid and tgname = 'touch_updated_at')
    """
    assert found(world, unstamped) == []


def test_every_text_is_bounded(world: Connection) -> None:
    """A length, a list of values or a pattern: nothing may grow without end."""
    loose = """
    select c.relname || '.' || a.attname
    from pg_class as c
    join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where relnamespace = 'public'::regnamespace and relkind = 'r' and a.atttypid = 'text'::regtype
      and not a.attname = any (array['content_salt', 'content_hash', 'previous_hash', 'row_hash',
        'personal_salt', 'personal_hash'])
      and not exists (
        select from pg_constraint as k
        where k.conrelid = c.oid and k.contype = 'c' and a.attnum = any (k.conkey)
      )
    """
    assert found(world, loose) == []


@pytest.mark.parametrize("path", sorted((SOURCE / "migrations").glob("*.sql")), ids=lambda path: path.stem)
def test_files_say_why_and_guard_their_tables(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("-- Why:")
    for table in (line.split()[2] for line in text.splitlines() if line.startswith("create table ")):
        assert f"alter table {table} enable row level security" in text
