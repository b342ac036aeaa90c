"""Rows as a file, sent while they are read: CSV that no spreadsheet takes for formulas, or JSON."""

import csv
import io
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Final

from pydantic import BaseModel
from starlette.responses import StreamingResponse

WIDE: Final = ("\uff1d", "\uff0b", "\uff0d", "\uff20")  # the same signs, as some spreadsheets take them too
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", *WIDE)
SEEMINGLY_BLANK: Final = " \u00a0\u200b\u200e\u200f\u2060\ufeff"

MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "html": "text/html",
    "json": "application/json",
    "txt": "text/plain",
    "vtt": "text/vtt",
}

type Parts = AsyncIterator[Sequence[BaseModel]]


def file_as(model: type[BaseModel] | None = None, **shown: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """What the description says of an answer that is a file, by the end of its name; `model` as JSON."""
    content = {MEDIA_TYPES[ending]: {"schema": {"type": "string"}, **told} for ending, told in shown.items()}
    headers = {"Content-Disposition": {"$ref": "#/components/headers/Content-Disposition"}}
    told = {"description": "The file", "content": content, "headers": headers}
    return {200: told | ({"model": model} if model else {})}


def csv_file(name: str, model: type[BaseModel], parts: Parts) -> StreamingResponse:
    """The rows with a heading. Objects stand in their cell as JSON."""
    return _file(f"{name}.csv", "text/csv; charset=utf-8", _csv(list(model.model_fields), parts))


def json_file(name: str, parts: Parts) -> StreamingResponse:
    """The rows as one array."""
    return _file(f"{name}.json", "application/json", _json(parts))


def _file(name: str, media_type: str, content: AsyncIterator[str]) -> StreamingResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(content, media_type=media_type, headers=headers)


async def _csv(columns: list[str], parts: Parts) -> AsyncIterator[str]:
    yield _lines([columns])
    async for part in parts:
        rows = (each.model_dump(mode="json") for each in part)
        yield _lines([cell(row[column]) for column in columns] for row in rows)


def _lines(rows: Iterable[list[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(rows)  # no other separator can begin a cell
    return written.getvalue()


def cell(value: object) -> str:
    """A value as text. What a spreadsheet would take for a formula gets an apostrophe before it."""
    match value:
        case None:
            return ""
        case dict() | list():
            text = json.dumps(value, ensure_ascii=False)
        case _:
            text = str(value)
    return f"'{text}" if text.lstrip(SEEMINGLY_BLANK).startswith(FORMULA_STARTS) else text


async def _json(parts: Parts) -> AsyncIterator[str]:
    yield "["
    before = ""
    async for part in parts:
        for each in part:
            yield before + each.model_dump_json()
            before = ","
    yield "]"
