"""Document Intelligence: what goes wrong while its result is awaited, and who reads then."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.clock.system import SystemClock
from shared.adapters.documents.embedded import EmbeddedReader
from shared.adapters.documents.fallback import DocumentReaderWithFallback
from shared.adapters.documents.intelligence import DocumentIntelligenceReader
from shared.adapters.policies.guard import Guards
from shared.adapters.policies.table import POLICIES
from shared.domain.documents import DocumentReaderName
from shared.domain.secret import Secret
from shared.errors import BadFileError, UnavailableError, UpstreamError
from tests.document_samples import plain_docx, plain_pdf
from tests.simulators import Simulators

pytestmark = pytest.mark.azure

PDF = plain_pdf("Asha Nair")
RESULTS = "/analyzeResults/"


def guards(seconds: float = 20.0) -> Guards:
    quick = {
        name: replace(
            policy, seconds=seconds, base_seconds=0.01, cap_seconds=0.02, jitter_seconds=0.0, failures=3
        )
        for name, policy in POLICIES.items()
    }
    return Guards(SystemClock(), quick)


def reader_at(simulators: Simulators, seconds: float = 20.0) -> DocumentIntelligenceReader:
    guarded = guards(seconds).of("documents", azure_fault)
    key = Secret(simulators.keys.documents)
    return DocumentIntelligenceReader(simulators.url, key, Credentials(), guarded, poll_seconds=0.02)


@pytest.fixture
async def reader(simulators: Simulators) -> AsyncIterator[DocumentIntelligenceReader]:
    reader = reader_at(simulators)
    yield reader
    await reader.close()


def submits(simulators: Simulators) -> int:
    return len(simulators.journal("documents", ":analyze$"))


@pytest.mark.parametrize(
    ("fault", "submitted"),
    [
        ({"kind": "status", "status": 503}, 2),
        ({"kind": "malformed"}, 2),
        ({"kind": "reset"}, 1),  # a connection that lay idle is opened anew below us
    ],
)
async def test_a_fault_while_waiting_is_survived(
    simulators: Simulators, reader: DocumentIntelligenceReader, fault: dict[str, object], submitted: int
) -> None:
    simulators.fault("documents", path=RESULTS, **fault)  # type: ignore[arg-type]  # one of each

    assert (await reader.read(PDF)).text == "Asha Nair"
    assert submits(simulators) == submitted


@pytest.mark.parametrize("kind", ["html", "malformed"])
async def test_a_result_that_makes_no_sense_is_an_error_of_the_service(
    simulators: Simulators, reader: DocumentIntelligenceReader, kind: str
) -> None:
    simulators.fault("documents", kind, path=RESULTS, times=None)

    with pytest.raises(UpstreamError):
        await reader.read(PDF)


async def test_an_operation_that_never_ends_is_given_up_in_time(simulators: Simulators) -> None:
    simulators.fault("documents", "stuck")
    reader = reader_at(simulators, seconds=0.3)
    began = time.monotonic()

    with pytest.raises(UnavailableError):
        await reader.read(PDF)

    assert time.monotonic() - began < 5
    await reader.close()


async def test_a_failed_operation_blames_the_file(
    simulators: Simulators, reader: DocumentIntelligenceReader
) -> None:
    simulators.fault("documents", "failed")

    with pytest.raises(BadFileError) as caught:
        await reader.read(PDF)

    assert (caught.value.code, submits(simulators)) == ("file_unreadable", 1)


async def test_pages_beyond_thirty_are_told_and_not_kept(
    simulators: Simulators, reader: DocumentIntelligenceReader
) -> None:
    document = await reader.read(plain_pdf("Page {page}", pages=40))

    assert (len(document.pages), document.is_cut) == (30, True)
    assert document.pages[-1].text == "Page 30"
    (submit,) = simulators.journal("documents", ":analyze$")
    assert submit["query"]["pages"] == "1-31"


async def test_word_files_have_lines_without_places(reader: DocumentIntelligenceReader) -> None:
    (page,) = (await reader.read(plain_docx("Asha", "Nair"))).pages

    assert [(line.text, line.box) for line in page.lines] == [("Asha", None), ("Nair", None)]
    assert page.width is None


async def test_the_embedded_reader_stands_in_while_the_breaker_is_open(simulators: Simulators) -> None:
    simulators.fault("documents", "status", status=500, times=None)
    both = DocumentReaderWithFallback(first := reader_at(simulators), EmbeddedReader())

    stood_in = [await both.read(PDF) for _ in range(3)]
    asked = submits(simulators)

    assert {(document.reader, document.degraded) for document in stood_in} == {
        (DocumentReaderName.EMBEDDED, True)
    }
    assert asked == 3  # then it is left alone
    await first.close()


async def test_a_reader_that_is_cancelled_asks_no_more(simulators: Simulators) -> None:
    simulators.fault("documents", "stuck")
    reader = reader_at(simulators)
    reading = asyncio.create_task(reader.read(PDF))
    while not simulators.journal("documents", RESULTS):  # noqa: ASYNC110 - another process knows
        await asyncio.sleep(0.02)

    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    asked = len(simulators.journal("documents", RESULTS))
    await asyncio.sleep(0.1)

    assert len(simulators.journal("documents", RESULTS)) == asked
    await reader.close()
