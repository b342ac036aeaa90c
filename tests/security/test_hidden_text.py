"""What a file hides changes nothing of what is read from it, and is told to people."""

from dataclasses import replace

import pytest

from shared.adapters.documents.embedded import EmbeddedReader
from shared.domain.resume.fields import StructuredResume
from shared.domain.resume.visible import VisibleText
from shared.prompts.library import Prompts
from shared.use_cases.resumes.structure_resume import StructureResume
from tests.hidden_text import FOOTER, HEADING, IN_PDF, IN_WORD, ORDER, toy_docx, toy_pdf
from tests.stand_in_model import StandInModel


async def read(content: bytes) -> tuple[StructuredResume, str]:
    """The résumé, and all that the model was given."""
    model = StandInModel()
    resume = await StructureResume(model, Prompts())(await EmbeddedReader().read(content))
    return resume, "\n".join(message.content for prompt in model.asked for message in prompt.messages)


def without_findings(resume: StructuredResume) -> StructuredResume:
    return replace(resume, text=VisibleText(resume.text.text), warnings=())


@pytest.mark.parametrize("content", [toy_pdf(), toy_docx()], ids=["pdf", "word"])
async def test_the_toy_hides_nothing_and_keeps_headings_and_small_print(content: bytes) -> None:
    toy, _ = await read(content)

    assert toy.text.findings == ()
    assert toy.text.is_checked
    assert toy.name is not None
    assert toy.name.value == "Toy Person"
    assert {HEADING, FOOTER} <= set(toy.text.text.splitlines())


@pytest.mark.parametrize("trick", IN_PDF)
async def test_what_a_pdf_hides_changes_nothing_and_is_found(trick: str) -> None:
    await check(*IN_PDF[trick], toy_pdf())


@pytest.mark.parametrize("trick", IN_WORD)
async def test_what_a_word_file_hides_changes_nothing_and_is_found(trick: str) -> None:
    await check(*IN_WORD[trick], toy_docx())


async def check(content: bytes, kind: str, code: str, clean: bytes) -> None:
    resume, told = await read(content)
    as_it_is, _ = await read(clean)

    assert without_findings(resume) == without_findings(as_it_is)
    [finding] = resume.text.findings
    assert (finding.kind, finding.code) == (kind, code)
    [hidden] = resume.text.hidden
    assert finding.length >= len("Rust")
    assert "".join(hidden.split())[:20] in "".join((ORDER + "Rust" + ORDER).split())
    assert ORDER[:30] not in told
    assert "Terraform" not in told
    assert ORDER[:30] not in repr(resume.text.findings)
