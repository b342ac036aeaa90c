"""The reader that is always there: each file is parsed in a process of its own, behind walls."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from shared import telemetry
from shared.domain.documents import (
    MAX_BYTES,
    Box,
    Concealed,
    Document,
    DocumentKind,
    DocumentReaderName,
    Line,
    Page,
    has_password,
    kind_of,
)
from shared.errors import BadFileError, TooLargeError, UnavailableError, UpstreamError
from shared.settings import environment_of_a_child
from shared.telemetry import Attribute, Event

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from asyncio.subprocess import Process

log = telemetry.Log(__name__)

ROOT: Final = Path(__file__).parents[3]
# -I and -S: nothing of the environment, no search for site packages; half the start of the interpreter
START: Final = (
    "-I",
    "-S",
    "-c",
    (
        "import sys; sys.path += sys.argv[1:3];"
        "from shared.adapters.documents.child.main import main; main(sys.argv[3])"
    ),
)

AT_ONCE: Final = 2  # each may take 500 MB
SECONDS: Final = 10.0
SECONDS_IN_LINE: Final = 20.0
BLOCK: Final = 64 * 1024
MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024

UNSUPPORTED: Final = "Only PDF, DOCX and plain text can be read."
REASONS: Final = {
    "encrypted": "The file is protected by a password.",
    "malformed": "The file is damaged.",
    "complex": "The file is too complex to be read.",
    "empty": "The file holds no text.",
}


class EmbeddedReader:
    """Bounded in memory, computing time, pages and time; a hostile file costs its own process only.

    Where the system has no such bounds (Windows), time alone ends it.
    """

    def __init__(self, seconds: float = SECONDS, at_once: int = AT_ONCE) -> None:
        self._seconds = seconds
        self._places = asyncio.Semaphore(at_once)

    async def read(self, content: bytes) -> Document:
        kind = judge(content)
        with telemetry.span("documents.embedded", {Attribute.DOCUMENT_KIND: kind}):
            answer = await self._ask(kind, content)
        if refused := answer.get("refused"):
            raise _refusal(refused)
        try:
            return _document(kind, answer)
        except (KeyError, TypeError, ValueError):
            raise UpstreamError("The document could not be read.") from None

    async def _ask(self, kind: DocumentKind, content: bytes) -> dict[str, Any]:
        try:
            await asyncio.wait_for(self._places.acquire(), SECONDS_IN_LINE)
        except TimeoutError:
            raise UnavailableError("Too many documents are being read.") from None
        try:
            async with asyncio.timeout(self._seconds):
                status, answer = await _run(kind, content)
        except TimeoutError:
            # computing time has a wall of its own: it is the machine that is slow, not the file
            raise UnavailableError("Reading the document took too long.") from None
        finally:
            self._places.release()
        return _parse(status, answer)


def judge(content: bytes) -> DocumentKind:
    """What kind it is, where it can be read at all."""
    if len(content) > MAX_BYTES:
        raise TooLargeError("The file is larger than 10 MiB.")
    if not content or content.isspace():
        raise _refusal("empty")
    if has_password(content):
        raise _refusal("encrypted")
    kind = kind_of(content)
    if kind is None:
        raise BadFileError(UNSUPPORTED)
    return kind


def _refusal(reason: str) -> BadFileError:
    if reason == "unsupported":
        return BadFileError(UNSUPPORTED)
    return BadFileError(REASONS.get(reason, REASONS["malformed"]), code="file_unreadable")


async def _run(kind: DocumentKind, content: bytes) -> tuple[int, bytes]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *START,
        str(ROOT),
        _packages(),
        kind,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # it may quote the file
        env=environment_of_a_child(),
        start_new_session=True,
    )
    feeding = asyncio.create_task(_feed(process, content))
    try:
        answer = await _listen(process)
        return await process.wait(), answer
    finally:
        feeding.cancel()
        await _end(process)


async def _feed(process: Process, content: bytes) -> None:
    """Block by block, so that no second copy of the file is made."""
    whole = memoryview(content)
    with suppress(BrokenPipeError, ConnectionResetError):  # it ended early; its answer says why
        for start in range(0, len(whole), BLOCK):
            _input(process).write(whole[start : start + BLOCK])
            await _input(process).drain()
    _input(process).close()


async def _listen(process: Process) -> bytes:
    answer = bytearray()
    while block := await _output(process).read(BLOCK):
        answer += block
        if len(answer) > MAX_ANSWER_BYTES:
            raise UpstreamError("The document could not be read.")
    return bytes(answer)


async def _end(process: Process) -> None:
    """Whatever happened, it is gone, waited for, and its pipes are closed."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
    _input(process).close()
    while await _output(process).read(BLOCK):
        pass
    await process.wait()


def _input(process: Process) -> StreamWriter:
    return cast("StreamWriter", process.stdin)


def _output(process: Process) -> StreamReader:
    return cast("StreamReader", process.stdout)


def _parse(status: int, answer: bytes) -> dict[str, Any]:
    if status < 0:
        log.info(Event.DOCUMENT_EXHAUSTED, {Attribute.EXIT_CODE: status})
        raise _refusal("complex")
    try:
        found = json.loads(answer)
    except ValueError:
        found = None
    if status or not isinstance(found, dict):
        log.failure(Event.DOCUMENT_READER_FAILED, {Attribute.EXIT_CODE: status})
        raise UpstreamError("The document could not be read.")
    return found


def _document(kind: DocumentKind, answer: dict[str, Any]) -> Document:
    pages = tuple(_page(number, page) for number, page in enumerate(answer["pages"], start=1))
    return Document(
        kind=kind,
        pages=pages,
        page_count=int(answer["page_count"]),
        reader=DocumentReaderName.EMBEDDED,
        is_cut=bool(answer["is_cut"]),
        concealed=tuple(_concealed(*each) for each in answer["hidden"]),
        is_checked=bool(answer["is_checked"]),
    )


def _page(number: int, page: dict[str, Any]) -> Page:
    lines = tuple(Line(str(text), Box(*map(float, box)) if box else None) for text, box in page["lines"])
    width, height = page["size"] or (None, None)
    return Page(number, lines, width, height, is_scan=bool(page["is_scan"]))


def _concealed(page: int | None, how: str, text: str) -> Concealed:
    return Concealed(str(how), str(text), None if page is None else int(page))


@cache
def _packages() -> str:
    """Where the packages of this process are, as the other is told nothing by its environment."""
    found = find_spec("pypdfium2_raw")
    if found is None or found.origin is None:
        raise UnavailableError("The reader of PDF is not installed.")
    return str(Path(found.origin).parents[1])
