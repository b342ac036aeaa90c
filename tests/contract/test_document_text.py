"""The DocumentReader port, held against the fake, both readers, and both of them as one."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.clock.system import SystemClock
from shared.adapters.documents.embedded import EmbeddedReader
from shared.adapters.documents.fallback import DocumentReaderWithFallback
from shared.adapters.documents.intelligence import DocumentIntelligenceReader
from shared.adapters.policies.guard import Guards
from shared.domain.documents import MAX_BYTES, DocumentKind, DocumentReaderName
from shared.domain.secret import Secret
from shared.errors import BadFileError, TooLargeError
from shared.ports.document_text import DocumentReader
from tests.document_samples import plain_docx, plain_pdf, rc4_pdf, scanned, zip_of
from tests.fakes.documents import FakeDocumentReader
from tests.simulators import Simulators

pytestmark = pytest.mark.azure

PDF = plain_pdf("Asha Nair", "Engineer in Melbourne")
DOCX = plain_docx("Asha Nair", "Engineer in Melbourne")
SCAN = scanned()
BROKEN = plain_pdf("Asha")[:300]
PROGRAM = b"MZ" + bytes(200)
OTHER_ZIP = zip_of(["a.txt"])

type Open = Callable[[Simulators], AbstractAsyncContextManager[DocumentReader]]


@asynccontextmanager
async def fake(_: Simulators) -> AsyncIterator[DocumentReader]:
    reader = FakeDocumentReader()
    reader.know(PDF, "Asha Nair", "Engineer in Melbourne")
    reader.know(DOCX, "Asha Nair", "Engineer in Melbourne", kind=DocumentKind.DOCX)
    yield reader


@asynccontextmanager
async def embedded(_: Simulators) -> AsyncIterator[DocumentReader]:
    yield EmbeddedReader()


@asynccontextmanager
async def intelligence(simulators: Simulators) -> AsyncIterator[DocumentReader]:
    reader = DocumentIntelligenceReader(
        simulators.url,
        Secret(simulators.keys.documents),
        Credentials(),
        Guards(SystemClock()).of("documents", azure_fault),
        poll_seconds=0.02,
    )
    yield reader
    await reader.close()


@asynccontextmanager
async def both(simulators: Simulators) -> AsyncIterator[DocumentReader]:
    async with intelligence(simulators) as first:
        yield DocumentReaderWithFallback(first, EmbeddedReader())


@asynccontextmanager
async def the_second_alone(simulators: Simulators) -> AsyncIterator[DocumentReader]:
    simulators.fault("documents", "status", status=401, times=None)
    async with both(simulators) as reader:
        yield reader


@pytest.fixture(params=[fake, embedded, intelligence, both, the_second_alone])
async def reader(request: pytest.FixtureRequest, simulators: Simulators) -> AsyncIterator[DocumentReader]:
    async with request.param(simulators) as reader:
        yield reader


@pytest.mark.parametrize(("content", "kind"), [(PDF, DocumentKind.PDF), (DOCX, DocumentKind.DOCX)])
async def test_lines_are_read_by_page(reader: DocumentReader, content: bytes, kind: DocumentKind) -> None:
    document = await reader.read(content)

    assert document.kind is kind
    assert [line.text for line in document.pages[0].lines] == ["Asha Nair", "Engineer in Melbourne"]
    assert document.text == "Asha Nair\nEngineer in Melbourne"
    assert (document.page_count, document.is_cut, document.is_scanned) == (1, False, False)


@pytest.mark.parametrize("content", [PROGRAM, OTHER_ZIP], ids=["program", "zip"])
async def test_what_is_no_document_is_unsupported(reader: DocumentReader, content: bytes) -> None:
    with pytest.raises(BadFileError) as caught:
        await reader.read(content)

    assert caught.value.code == "unsupported_file"


@pytest.mark.parametrize("content", [b"", b" \n", BROKEN], ids=["empty", "blank", "broken"])
async def test_what_holds_nothing_is_unreadable(reader: DocumentReader, content: bytes) -> None:
    with pytest.raises(BadFileError) as caught:
        await reader.read(content)

    assert caught.value.code == "file_unreadable"


async def test_there_is_a_largest_file(reader: DocumentReader) -> None:
    with pytest.raises(TooLargeError):
        await reader.read(bytes(MAX_BYTES + 1))


@pytest.mark.parametrize(
    ("open_reader", "name", "degraded"),
    [
        (embedded, DocumentReaderName.EMBEDDED, False),
        (intelligence, DocumentReaderName.DOCUMENT_INTELLIGENCE, False),
        (both, DocumentReaderName.DOCUMENT_INTELLIGENCE, False),
        (the_second_alone, DocumentReaderName.EMBEDDED, True),
    ],
)
async def test_a_document_says_who_read_it(
    simulators: Simulators, open_reader: Open, name: DocumentReaderName, degraded: bool
) -> None:
    async with open_reader(simulators) as reader:
        document = await reader.read(PDF)

    assert (document.reader, document.degraded) == (name, degraded)


async def test_both_agree_on_places(simulators: Simulators) -> None:
    async with intelligence(simulators) as first, embedded(simulators) as second:
        places = [(await reader.read(PDF)).pages[0].lines[0].box for reader in (first, second)]

    assert places[0] is not None
    assert places[1] is not None
    assert places[0].left == pytest.approx(places[1].left, abs=0.5)
    assert places[0].bottom == pytest.approx(places[1].bottom, abs=0.5)


async def test_only_a_reader_of_pictures_reads_a_scan(simulators: Simulators) -> None:
    simulators.script("documents", pages=[["Asha Nair"]])
    async with both(simulators) as reader:
        read = await reader.read(SCAN)
    async with the_second_alone(simulators) as reader:
        unread = await reader.read(SCAN)

    assert (read.text, read.is_scanned) == ("Asha Nair", False)
    assert (unread.text, unread.is_scanned, unread.degraded) == ("", True, True)


async def test_plain_text_never_leaves_this_machine(simulators: Simulators) -> None:
    async with both(simulators) as reader:
        document = await reader.read(b"Asha Nair")

    assert (document.text, document.degraded) == ("Asha Nair", False)
    assert simulators.journal("documents") == []


async def test_two_readers_say_better_than_one_why_a_file_is_not_read(simulators: Simulators) -> None:
    async with both(simulators) as reader:
        with pytest.raises(BadFileError, match="protected by a password"):
            await reader.read(rc4_pdf("secret"))
