"""The FileScreening port, held against the fake and against the one that stands where none is configured."""

import pytest

from shared.adapters.documents.screening import NoScreening
from shared.ports.file_screening import FileScreening
from tests.document_samples import plain_docx, plain_pdf
from tests.fakes.file_screening import FakeFileScreening


@pytest.mark.parametrize("screening", [NoScreening(), FakeFileScreening()])
@pytest.mark.parametrize("content", [plain_pdf("Kim Lee"), plain_docx("Kim Lee"), b"Kim Lee", b""])
async def test_nothing_is_held_against_an_ordinary_file(screening: FileScreening, content: bytes) -> None:
    assert await screening.is_safe(content)
