"""The scanner sees every store of the running product: a value laid into each is found there."""

import json
from collections.abc import Iterator
from uuid import uuid4

import httpx
import psycopg
import pytest
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient
from psycopg.types.json import Jsonb

from tests.azurite import Azurite
from tests.host_process import HostProcess
from tests.integration.database.database import Database
from tests.integration.database.world import build
from tests.personal_data import Find, UnseenError, blobs, database, queues, scan, task_hub_of
from tests.supabase_stack import SupabaseStack

pytestmark = [pytest.mark.azure, pytest.mark.database]

SEEDED = "Xanthippe Quillfeather"
SCHEMAS = ["public", "private", "auth"]
TABLES = """
select schemaname, tablename from pg_tables
where schemaname <> 'information_schema' and schemaname not like 'pg\\_%'
"""


@pytest.fixture(scope="module")
def full(supabase: SupabaseStack) -> Database:
    """A database with rows in its tables."""
    made = Database.made(supabase, "talenti_scanned")
    with made.connect() as connection:
        build(connection)
    return made


@pytest.fixture
def storage(azurite: Azurite) -> Iterator[tuple[str, BlobServiceClient]]:
    name = f"scanned-{uuid4().hex[:8]}"
    with BlobServiceClient.from_connection_string(azurite.connection_string) as service:
        service.create_container(name)
        yield name, service
        service.delete_container(name)


def test_every_table_that_has_rows_is_read(full: Database) -> None:
    with full.connect() as connection:
        tables = [
            table for table in connection.execute(TABLES.encode()).fetchall() if _has_rows(connection, *table)
        ]
        for schema, table in tables:
            connection.execute(
                f"alter table {schema}.{table} add column seeded text default '{SEEDED}'".encode()
            )

    assert {schema for schema, _ in tables} >= set(SCHEMAS)
    found = {find.place for find in scan([SEEDED], database(full.address))}
    assert found >= {f"{schema}.{table}.seeded" for schema, table in tables}


def test_every_kind_of_column_is_read(full: Database) -> None:
    with full.connect() as connection:
        connection.execute("create schema storage")
        connection.execute("create table storage.kinds (a jsonb, b json, c bytea, d text[], e varchar(80))")
        connection.execute(
            "insert into storage.kinds values (%s, %s, %s, %s, %s)",
            [Jsonb({"said": [SEEDED]}), Jsonb(SEEDED), SEEDED.encode("utf-16"), [SEEDED], SEEDED.upper()],
        )

    found = {find.place for find in scan([SEEDED], database(full.address))}

    assert {f"storage.kinds.{column}" for column in "abcde"} <= found


def test_who_has_signed_up_is_found_where_sign_in_keeps_people(supabase: SupabaseStack) -> None:
    address = f"xanthippe.{uuid4().hex[:6]}@example.org"
    supabase.sign_up(address)

    places = {find.place for find in scan({"address": address}, database(supabase.database_url))}

    assert {"auth.users.email", "auth.identities.identity_data"} <= places


def test_a_blob_is_read_with_all_that_belongs_to_it(
    azurite: Azurite, storage: tuple[str, BlobServiceClient]
) -> None:
    name, service = storage
    container = service.get_container_client(name)
    container.upload_blob("said.txt", SEEDED)
    container.upload_blob("noted.txt", "fine", metadata={"who": SEEDED})
    container.upload_blob(f"{SEEDED}.txt", "fine")
    before = container.upload_blob("taken.txt", SEEDED)
    before.create_snapshot()
    container.upload_blob("taken.txt", "fine", overwrite=True)
    container.upload_blob("fine.txt", "fine")

    places = sorted(find.place for find in scan([SEEDED], blobs(azurite.connection_string)))

    hidden = [place for place in places if place.startswith("sca…")]
    assert len(hidden) == 1
    assert sorted(set(places) - set(hidden)) == [
        f"{name}/noted.txt: properties",
        f"{name}/said.txt",
        f"{name}/taken.txt",
    ]


def test_a_message_is_read_and_stays(azurite: Azurite) -> None:
    name = f"scanned-{uuid4().hex[:8]}"
    with QueueServiceClient.from_connection_string(azurite.connection_string) as service:
        with service.create_queue(name) as queue:
            queue.send_message(json.dumps({"said": SEEDED}))

            assert scan([SEEDED], queues(azurite.connection_string)) == [Find("queues", name, "value 1")]
            assert queue.get_queue_properties().approximate_message_count == 1
        service.delete_queue(name)


def test_a_queue_that_cannot_be_seen_whole_is_no_clean_one(
    azurite: Azurite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.personal_data.SEEN_WITHIN", 0.0)
    name = f"scanned-{uuid4().hex[:8]}"
    with QueueServiceClient.from_connection_string(azurite.connection_string) as service:
        with service.create_queue(name) as queue:
            queue.send_message("fine", visibility_timeout=60)

            with pytest.raises(UnseenError, match=f"{name} keeps 1 messages and shows 0"):
                scan([SEEDED], queues(azurite.connection_string))
        service.delete_queue(name)


def test_a_workflow_is_read_with_its_history(product: HostProcess, client: httpx.Client) -> None:
    hub, key = "/runtime/webhooks/durabletask", f"scanned-{uuid4().hex[:8]}"
    started = client.post(f"{hub}/orchestrators/self_check/{key}", json={"said": SEEDED})
    assert started.status_code == 202, started.text

    finds = scan([SEEDED], task_hub_of(product.url))

    client.post(f"{hub}/instances/{key}/terminate")
    client.delete(f"{hub}/instances/{key}")
    assert Find("task hub", key, "value 1") in finds


def _has_rows(connection: psycopg.Connection, schema: str, table: str) -> bool:
    row = connection.execute(f"select exists (select from {schema}.{table})".encode()).fetchone()
    return bool(row and row[0])
