"""A database from nothing to ready, in the order that its parts need each other."""

from pathlib import Path
from urllib.parse import urlsplit

from local.supabase import api, database, migrate


def build(address: str, source: Path, *, with_seed: bool = True) -> list[str]:
    """Bring the database up to the files of `source`; give what was done."""
    name = name_of(address)
    with database.maintenance(address) as connection:
        if not database.exists(connection, name):
            database.create(connection, name)
        return _fill(address, source, with_seed=with_seed)


def rebuild(address: str, source: Path, *, with_seed: bool = True) -> list[str]:
    """Build the database anew; the old one is there until the new one is complete."""
    name = name_of(address)
    draft = f"{name}_next"
    with database.maintenance(address) as connection:
        database.drop(connection, draft)
        database.create(connection, draft)
        done = _fill(urlsplit(address)._replace(path=f"/{draft}").geturl(), source, with_seed=with_seed)
        database.replace(connection, name, draft)
    return done


def name_of(address: str) -> str:
    return urlsplit(address).path.removeprefix("/")


def _fill(address: str, source: Path, *, with_seed: bool) -> list[str]:
    database.bootstrap(address)
    if not database.has_auth(address):
        api.prepare(address)
    done = migrate.migrate(address, source / "migrations")
    seed = source / "seed.sql"
    return [*done, seed.name] if with_seed and migrate.seed(address, seed) else done
