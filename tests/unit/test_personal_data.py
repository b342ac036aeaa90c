"""The scanner finds a value however it is written, and tells where without telling what."""

import base64
import gzip
import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from tests.personal_data import BETWEEN, Find, Piece, files, printed, scan, task_hub

NAME = "Zoë O'Brien-Łukasz"
VALUES = {"name": NAME}


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", content)
    return packed.getvalue()


def as_is(content: bytes) -> bytes:
    return content


WRITTEN: dict[str, bytes] = {
    "plain": NAME.encode(),
    "upper case": NAME.upper().encode(),
    "lower case": NAME.lower().encode(),
    "over a line break": NAME.replace(" ", "\r\n   ").encode(),
    "decomposed": b"Zoe\xcc\x88 O'Brien-\xc5\x81ukasz",
    "JSON": json.dumps({"said": f"I am {NAME}."}).encode(),
    "JSON in JSON": json.dumps(json.dumps({"said": f"I am {NAME}."})).encode(),
    "URL": f"/invite?name={quote(NAME)}&x=1".encode(),
    "a form": f"name={quote_plus(NAME)}&x=1".encode(),
    "HTML": b"<p>Zo&euml; O&#x27;Brien-&#321;ukasz</p>",
    "UTF-16": NAME.encode("utf-16"),
    "UTF-16 backwards": NAME.encode("utf-16-be"),
    "hex": NAME.encode().hex().encode(),
    "base64": b"Authorization: Basic " + base64.b64encode(NAME.encode()),
    "base64 for URLs": base64.urlsafe_b64encode(b"\xff\xfe>" + NAME.encode()).rstrip(b"="),
    "the middle of base64": b"path/x" + base64.b64encode(b"{" + NAME.encode() + b"}") + b"more",
    "UTF-16 in base64": base64.b64encode(NAME.encode("utf-16-le")),
    "base64 in JSON in base64": base64.b64encode(
        json.dumps({"a": base64.b64encode(NAME.encode()).decode()}).encode()
    ),
}
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "bare": as_is,
    "gzip": gzip.compress,
    "gzip after a head": lambda content: b"head" + gzip.compress(content),
    "zip": zipped,
    "PDF": lambda content: b"%PDF-1.7 stream\r\n" + zlib.compress(content) + b"\nendstream",
    "gzip in base64": lambda content: base64.b64encode(gzip.compress(content)),
}


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("form", WRITTEN)
def test_a_value_is_found_however_it_is_written(form: str, packing: str) -> None:
    content = PACKED[packing](b"some words before " + WRITTEN[form] + b" and after")

    assert scan(VALUES, [Piece("store", "place", content)]) == [Find("store", "place", "name")]


@pytest.mark.parametrize("packing", PACKED)
def test_what_is_not_there_is_not_found(packing: str) -> None:
    names = b"Zoe Brien, Lukasz, Zo\xc3\xab and 100% of O'Brien & sons: "
    said = names + b"\\u00zz \x1f\x8b\x08 PK\x03\x04 stream\n\x78\x9c"

    assert scan(VALUES, [Piece("store", "place", PACKED[packing](said))]) == []


@pytest.mark.parametrize(
    "written", ["+61412345678", "0412 345 678", "(04) 1234-5678", "tel:+61%20412%20345%20678"]
)
def test_a_phone_number_is_found_with_any_blanks_and_prefix(written: str) -> None:
    finds = scan({"phone": "+61 412 345 678"}, [Piece("store", "place", f"call {written} at 5".encode())])

    assert finds == [Find("store", "place", "phone")]


def test_a_time_is_no_phone_number() -> None:
    assert scan({"phone": "+61 412 345 678"}, printed("2026-11-21 20:04:12 345 ms, 678 rows")) == []


def test_two_rows_make_no_name_together() -> None:
    assert scan(["Kim Taylor"], [Piece("store", "place", BETWEEN.join([b"Kim", b"Taylor"]))]) == []


def test_neither_the_find_nor_its_place_tells_the_value() -> None:
    finds = scan([NAME], [Piece("blobs", f"resumes/{quote(NAME)}.pdf", NAME.encode())])

    assert [(find.store, find.what) for find in finds] == [("blobs", "value 1")]
    assert scan([NAME], printed(repr(finds))) == []
    assert finds[0].place.startswith("res…")


def test_a_value_that_any_noise_holds_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^short is too short"):
        scan({"short": " Kim "}, [])


def test_a_line_of_a_log_is_named_by_its_number() -> None:
    assert scan(["Taylor"], printed(["fine", "hello TAYLOR"], "host")) == [
        Find("logs", "host, line 2", "value 1")
    ]


def test_files_of_a_folder_are_read(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "host.log").write_text("hello Taylor", encoding="utf-16")

    assert scan(["Taylor"], files(tmp_path)) == [Find("files", "logs/host.log", "value 1")]


def test_a_task_hub_is_read_while_its_host_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "hub.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as held:
        held.execute("pragma locking_mode = exclusive")
        held.execute("pragma journal_mode = wal")
        held.execute("create table history (id text primary key, event blob) without rowid")
        held.execute("insert into history values ('run-1', ?)", (b"\x08\x01" + NAME.encode("utf-8"),))

        assert scan(VALUES, task_hub(path)) == [Find("task hub", "history.event", "name")]
        held.execute("delete from history")
        assert scan(VALUES, task_hub(path)) == []
