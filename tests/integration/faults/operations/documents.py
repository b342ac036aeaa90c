"""Documents: handing one in. Faults while the result is asked for are in tests/integration/documents."""

from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.documents.intelligence import DocumentIntelligenceReader
from shared.domain.secret import Secret
from tests.document_samples import plain_docx
from tests.integration.faults.table import Operation, Place

DOCUMENT = plain_docx("Asha Nair")


async def _read(place: Place) -> object:
    reader = DocumentIntelligenceReader(
        place.url,
        Secret(place.keys.documents),
        Credentials(),
        place.guard("documents", azure_fault),
        poll_seconds=0.02,
    )
    try:
        return await reader.read(DOCUMENT)
    finally:
        await reader.close()


OPERATIONS = [Operation("documents.read", "documents", ":analyze$", _read)]
