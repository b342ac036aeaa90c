"""Looks for somebody's personal data in whatever a running product keeps.

    finds = scan(
        {"name": "Kim Taylor", "address": "kim@example.org", "phone": "+61 412 345 678"},
        database(stack.database_url),
        blobs(azurite.connection_string),
        queues(azurite.connection_string),
        task_hub(folder / "hub.db"),
        printed(host.lines),
    )

A find names the store, the place and what was found there, never the value itself. A value is found
in any case, in any Unicode form and over any blanks, as UTF-8, UTF-16, hex, base64 (also within a
longer run of it), URL-encoded, JSON- or HTML-escaped, in gzip, zip and compressed streams of a PDF,
and in any of these within another. Glyphs, pictures, sounds and hashes are not understood.
"""

import base64
import binascii
import html
import io
import json
import re
import shutil
import sqlite3
import struct
import tempfile
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import httpx
import psycopg
from psycopg import sql

SHORTEST: Final = 4  # what is shorter stands in any noise
DEPTH: Final = 5
BATCH: Final = 256 * 1024
LARGEST_UNPACKED: Final = 64 * 1024 * 1024
BETWEEN: Final = b"\n\x00\n"  # no blank, so that two rows make no name together
PEEKED: Final = 32  # the service shows no more at once
SEEN_WITHIN: Final = 5.0
HUB: Final = "/runtime/webhooks/durabletask"
HUB_TOKEN: Final = "x-ms-continuation-token"

BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]{8,}={0,2}")
ESCAPED: Final = re.compile(rb"\\(?:u[0-9a-fA-F]{4}|.)", re.DOTALL)
SURROGATES: Final = re.compile(rb"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
STREAM: Final = re.compile(rb"stream\r?\n(?=\x78[\x01\x5e\x9c\xda])")
BLANKS: Final = re.compile(r"\s+")
AMONG_DIGITS: Final = re.compile(r"(?<=\d)[\s().+/-]+(?=\d)")
PHONE: Final = re.compile(r"\+?[\d\s().-]{8,}")
OF_A_PHONE: Final = 8  # digits at its end: what is before them is written in many ways

COLUMNS: Final = """
select n.nspname, c.relname, a.attname
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm') and a.attnum > 0 and not a.attisdropped
  and not c.relispartition and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
order by 1, 2, a.attnum
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that a store keeps."""

    store: str
    place: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Find:
    """Where which of the values stands; it can be shown to anybody."""

    store: str
    place: str
    what: str


class UnseenError(AssertionError):
    """A store could not be seen whole, so that nothing can be said about it."""


def scan(values: Mapping[str, str] | Iterable[str], *stores: Iterable[Piece]) -> list[Find]:
    """Look for each of the values; without names of their own they are called by their number."""
    named = (
        values if isinstance(values, Mapping) else {f"value {n}": each for n, each in enumerate(values, 1)}
    )
    wanted = [_Wanted(what, value) for what, value in named.items()]
    finds: dict[Find, None] = {}
    for batch in _batches(piece for store in stores for piece in store):
        # most hold nothing: they are asked together, and one by one only where something is
        if _found(wanted, BETWEEN.join(piece.content for piece in batch)):
            for piece in batch:
                for what in sorted(_found(wanted, piece.content)):
                    finds[Find(piece.store, _shown(wanted, piece.place), what)] = None
    return list(finds)


# ---- stores ----


def database(url: str) -> Iterator[Piece]:
    """Every column of every table, whoever may read it: ours, of sign-in, of storage."""
    with psycopg.connect(url) as connection:
        for schema, table, column in connection.execute(COLUMNS.encode()).fetchall():
            asked = sql.SQL("select {column} from {table} where {column} is not null").format(
                column=sql.Identifier(column), table=sql.Identifier(schema, table)
            )
            rows = (_bytes(value) for (value,) in connection.execute(asked))
            yield Piece("database", f"{schema}.{table}.{column}", BETWEEN.join(rows))


def blobs(connection_string: str) -> Iterator[Piece]:
    """Every blob: its name, metadata, headers, tags and contents; snapshots and what awaits its commit."""
    from azure.storage.blob import BlobServiceClient  # noqa: PLC0415 - costs 150 ms, and not every test has blobs

    with BlobServiceClient.from_connection_string(connection_string) as service:
        for container in service.list_containers(include_metadata=True):
            yield Piece("blobs", container.name, _bytes([container.name, container.metadata]))
            client = service.get_container_client(container.name)
            kinds = ["metadata", "snapshots", "uncommittedblobs", "tags", "deleted"]
            for blob in client.list_blobs(include=kinds):
                place = f"{container.name}/{blob.name}"
                said = [blob.name, blob.metadata, blob.tags, dict(blob.content_settings)]
                yield Piece("blobs", f"{place}: properties", _bytes(said))
                if not (blob.deleted or blob.etag is None):
                    of_moment = client.get_blob_client(blob.name, snapshot=blob.snapshot)
                    yield Piece("blobs", place, of_moment.download_blob().readall())


def queues(connection_string: str) -> Iterator[Piece]:
    """Every message, without taking one; raises UnseenError where some stay hidden."""
    from azure.storage.queue import QueueServiceClient  # noqa: PLC0415 - as above

    with QueueServiceClient.from_connection_string(connection_string) as service:
        for queue in service.list_queues(include_metadata=True):
            yield Piece("queues", queue.name, _bytes([queue.name, queue.metadata]))
            with service.get_queue_client(queue.name) as client:
                for message in _peeked(client):
                    yield Piece("queues", queue.name, _bytes(message.content))


def task_hub(path: Path) -> Iterator[Piece]:
    """The state file of the local host, read from a copy: the host keeps the file to itself."""
    with tempfile.TemporaryDirectory(prefix="talenti-scan-") as folder:
        copy = Path(folder) / path.name
        for end in ("-wal", ""):  # the log first: what is moved out of it meanwhile is then in the file
            if (part := path.with_name(path.name + end)).exists():
                shutil.copy(part, copy.with_name(copy.name + end))
        with closing(sqlite3.connect(copy)) as hub:
            tables = hub.execute("select name from sqlite_master where type = 'table'").fetchall()
            for (table,) in tables:
                kept = hub.execute(f'select * from "{table}"')
                columns = [each[0] for each in kept.description]
                for row in kept:
                    for column, value in zip(columns, row, strict=True):
                        yield Piece("task hub", f"{table}.{column}", _bytes(value))


def task_hub_of(url: str) -> Iterator[Piece]:
    """What a host tells of its workflows: for one that keeps them in memory."""
    with httpx.Client(base_url=f"{url}{HUB}", timeout=30.0) as client:
        for address, name in (("/instances", "instanceId"), ("/entities", "entityId")):
            for each in _pages(client, address):
                yield Piece("task hub", str(each[name]), _bytes(each))
                if address == "/instances":
                    shown = {"showHistory": "true", "showHistoryOutput": "true"}
                    told = client.get(f"{address}/{each[name]}", params=shown)
                    yield Piece("task hub", f"{each[name]}: history", told.content)


def printed(lines: str | Iterable[str], name: str = "log") -> Iterator[Piece]:
    """What a process has printed, line by line; a place is the number of the line."""
    for number, line in enumerate(lines.splitlines() if isinstance(lines, str) else list(lines), 1):
        yield Piece("logs", f"{name}, line {number}", line.encode(errors="surrogateescape"))


def files(folder: Path, pattern: str = "**/*") -> Iterator[Piece]:
    """Files as they lie there, such as the logs of a stack."""
    for path in sorted(folder.glob(pattern)):
        if path.is_file():
            yield Piece("files", str(path.relative_to(folder)), path.read_bytes())


def mailbox(url: str) -> Iterator[Piece]:
    """The letters that were sent: they are their reader's, so that most tests leave them out."""
    for letter in httpx.get(f"{url}/_sim/mailbox", timeout=30.0).raise_for_status().json()["letters"]:
        yield Piece("mailbox", str(letter["id"]), _bytes(letter))


def _peeked(client: Any) -> list[Any]:
    """All messages of a queue; one that is being worked on is hidden for a moment."""
    deadline = time.monotonic() + SEEN_WITHIN
    while True:
        kept = client.get_queue_properties().approximate_message_count
        seen = client.peek_messages(PEEKED) if kept else []
        if len(seen) >= kept:
            return list(seen)
        if time.monotonic() > deadline:
            raise UnseenError(f"{client.queue_name} keeps {kept} messages and shows {len(seen)}")
        time.sleep(0.05)


def _pages(client: httpx.Client, address: str) -> Iterator[dict[str, Any]]:
    token = ""
    while True:
        asked = {"top": "500", "showInput": "true", "fetchState": "true"}
        answer = client.get(address, params=asked, headers={HUB_TOKEN: token} if token else {})
        yield from answer.raise_for_status().json()
        token = answer.headers.get(HUB_TOKEN, "")
        if not token:
            return


def _bytes(value: Any) -> bytes:
    match value:
        case bytes() | memoryview() | bytearray():
            return bytes(value)
        case str():
            return value.encode(errors="surrogateescape")
        case dict() | list():
            return json.dumps(value, ensure_ascii=False, default=str).encode(errors="surrogateescape")
        case _:
            return str(value).encode()


# ---- looking ----


def _batches(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    batch: list[Piece] = []
    size = 0
    for piece in pieces:
        batch.append(piece)
        size += len(piece.content)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    yield batch


class _Wanted:
    """One value in the forms in which it is looked for."""

    def __init__(self, what: str, value: str) -> None:
        self.what = what
        self.folded = _folded(value)
        if len(self.folded) < SHORTEST:
            raise ValueError(f"{what} is too short to be told from noise")
        written = {value, value.lower(), value.upper(), value.title(), unicodedata.normalize("NFD", value)}
        codecs = ("utf-8", "utf-16-le", "utf-16-be")
        self.plain = {value.encode(codec).lower() for codec in codecs for value in written}
        self.plain |= {value.encode().hex().encode() for value in written}
        self.exact = {run for text in written for codec in codecs for run in _base64_runs(text.encode(codec))}
        digits = re.sub(r"\D", "", value)
        is_phone = PHONE.fullmatch(value) is not None and len(digits) >= OF_A_PHONE
        self.digits = digits[-OF_A_PHONE:] if is_phone else ""

    def __repr__(self) -> str:
        return f"_Wanted({self.what!r})"


def _found(wanted: Iterable[_Wanted], content: bytes) -> set[str]:
    found: set[str] = set()
    left = list(wanted)
    for seen in _unfolded(content, DEPTH):
        text, lowered = _folded(seen.decode("utf-8", "replace")), seen.lower()
        form = text.replace("+", " ")
        dialled = AMONG_DIGITS.sub("", text) if any(each.digits for each in left) else ""
        for each in left:
            if (
                each.folded in text
                or each.folded in form
                or (each.digits and each.digits in dialled)
                or any(run in lowered for run in each.plain)
                or any(run in seen for run in each.exact)
            ):
                found.add(each.what)
        left = [each for each in left if each.what not in found]
        if not left:
            break
    return found


def _shown(wanted: Iterable[_Wanted], place: str) -> str:
    """A place whose name is itself a find is called by a hash."""
    if not _found(wanted, place.encode(errors="surrogateescape")):
        return place
    return f"{place[:3]}…{sha256(place.encode(errors='surrogateescape')).hexdigest()[:12]}"


def _folded(text: str) -> str:
    return BLANKS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _base64_runs(value: bytes) -> Iterator[bytes]:
    """What of the value is certain in base64, wherever in three bytes it begins."""
    for before in range(3):
        run = base64.b64encode(b"\0" * before + value)
        certain = run[-(-before * 8 // 6) : (before + len(value)) * 8 // 6]
        if len(certain) > SHORTEST:
            yield from {certain, certain.replace(b"+", b"-").replace(b"/", b"_")}


def _unfolded(content: bytes, depth: int) -> Iterator[bytes]:
    """The content, and what it says when it is decoded, and that again."""
    yield content
    if depth:
        for inner in _decoded(content):
            if inner and inner != content:
                yield from _unfolded(inner, depth - 1)


def _decoded(content: bytes) -> Iterator[bytes]:
    """One step of each kind; escapes in one go, so that a large sound is not unfolded into a tree."""
    escaped = unquote_to_bytes(_unescaped(content) if b"\\" in content else content)
    yield html.unescape(escaped.decode(errors="surrogateescape")).encode(errors="surrogateescape")
    yield BETWEEN.join(filter(None, map(_from_base64, BASE64.findall(content))))
    for start in re.finditer(rb"\x1f\x8b\x08", content):
        yield _inflated(content[start.start() :], 31)
    for start in STREAM.finditer(content):
        yield _inflated(content[start.end() :], 15)
    if b"PK\x03\x04" in content:
        yield from _unzipped(content)


def _unescaped(content: bytes) -> bytes:
    def one(match: re.Match[bytes]) -> bytes:
        found = match[0][1:]
        if len(found) == 5:
            return chr(int(found[1:], 16)).encode(errors="replace")
        return {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(found, found)

    def pair(match: re.Match[bytes]) -> bytes:
        high, low = int(match[1], 16), int(match[2], 16)
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)).encode()

    return ESCAPED.sub(one, SURROGATES.sub(pair, content))


def _from_base64(run: bytes) -> bytes:
    """The bytes of a run, or nothing where it is only a word or an id that decodes to noise."""
    bare = run.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    try:
        return base64.b64decode(bare[: len(bare) - (len(bare) % 4 == 1)] + b"=" * (-len(bare) % 4))
    except binascii.Error:
        return b""


def _inflated(content: bytes, window: int) -> bytes:
    try:
        return zlib.decompressobj(window).decompress(content, LARGEST_UNPACKED)
    except zlib.error:
        return b""


def _unzipped(content: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield "\n\0\n".join(archive.namelist()).encode(errors="replace")
            for each in archive.infolist():
                if each.file_size <= LARGEST_UNPACKED:
                    yield archive.read(each)
    except (zipfile.BadZipFile, RuntimeError, ValueError, zlib.error, OSError, EOFError, struct.error):
        return  # only looks like one
