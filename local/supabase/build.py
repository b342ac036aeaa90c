"""A database from nothing to ready, in the order that its parts need each other."""

from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from local.supabase import api, database, migrate


def build(address: str, source: Path, *, with_seed: bool = True) -> list[str]:
    """Bring the database up to the files of `source`; give what was done."""
    name = name_of(address)
    with database.maintenance(address) as connection:
        if not database.exists(connection, name):
            database.create(connection, name)
        return _fill(address, source, with_seed=with_seed)


def rebuild(address: str, source: Path, *, with_seed: bool = True) -> list[str]:
    """Forget all of the database and build it anew."""
    with database.maintenance(address) as connection:
        database.drop(connection, name_of(address))
    return build(address, source, with_seed=with_seed)


def name_of(address: str) -> str:
    return str(conninfo_to_dict(address)["dbname"])


def _fill(address: str, source: Path, *, with_seed: bool) -> list[str]:
    database.bootstrap(address)
    if not database.has_auth(address):
        api.prepare(address)
    done = migrate.migrate(address, source / "migrations")
    seed = source / "seed.sql"
    return [*done, seed.name] if with_seed and migrate.seed(address, seed) else done
