"""The text of a document, simply and honestly: pictures hold none, unless a test says what they show."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from local.simulators.documents import pdf_text

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS: Final = 30
WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LARGEST_PART: Final = 50 * 1024 * 1024
PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM")
A4_INCHES: Final = (8.2639, 11.6806)


class UnreadableError(ValueError):
    """The operation fails: `password` or `corrupt`."""


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    box: tuple[float, ...] | None = None  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Page:
    lines: tuple[tuple[Word, ...], ...]
    size: tuple[float, float] | None = None


def kind_of(content: bytes) -> str | None:
    """`pdf`, `docx` or `image`; None for what the service does not take."""
    if content[:1024].find(b"%PDF-") >= 0:
        return "pdf"
    if content.startswith(PICTURES):
        return "image"
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return "docx" if "word/document.xml" in archive.namelist() else None
        except zipfile.BadZipFile:
            return None
    return None


async def read(kind: str, content: bytes) -> list[Page]:
    match kind:
        case "pdf":
            return await _read_pdf(content)
        case "docx":
            return await asyncio.to_thread(_read_docx, content)
        case _:
            return [Page((), A4_INCHES)]


def of_lines(pages: Sequence[Sequence[str]]) -> list[Page]:
    """Pages that a script describes, set as plainly as can be."""
    return [Page(tuple(_set(line, row) for row, line in enumerate(lines)), A4_INCHES) for lines in pages]


def _set(line: str, row: int) -> tuple[Word, ...]:
    words, x, y = [], 1.0, 1.0 + 0.2 * row
    for text in line.split():
        width = 0.08 * len(text)
        words.append(Word(text, (x, y, x + width, y + 0.15)))
        x += width + 0.06
    return tuple(words)


async def _read_pdf(content: bytes) -> list[Page]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(Path(pdf_text.__file__)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(SECONDS):
            answer, _ = await process.communicate(content)
        found: dict[str, Any] = json.loads(answer)
    except (TimeoutError, ValueError) as error:
        raise UnreadableError("corrupt") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if "failed" in found:
        raise UnreadableError(found["failed"])
    return [_page(page) for page in found["pages"]]


def _page(page: dict[str, Any]) -> Page:
    lines = tuple(tuple(Word(word["text"], tuple(word["box"])) for word in line) for line in page["lines"])
    return Page(lines, (page["width"], page["height"]))


def _read_docx(content: bytes) -> list[Page]:
    """The service gives no places for Word files."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("word/document.xml") as part:
            xml = part.read(LARGEST_PART + 1)
        if len(xml) > LARGEST_PART or b"<!DOCTYPE" in xml:
            raise UnreadableError("corrupt")
        root = ET.fromstring(xml)  # noqa: S314 - without declarations there are no entities
    except (zipfile.BadZipFile, ET.ParseError, OSError) as error:
        raise UnreadableError("corrupt") from error
    texts = ("".join(each.text or "" for each in part.iter(f"{WORD}t")) for part in root.iter(f"{WORD}p"))
    return [Page(tuple(tuple(Word(word) for word in text.split()) for text in texts if text.strip()))]
