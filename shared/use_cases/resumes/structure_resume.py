"""Turns the text of a résumé into fields, each of which stands on a span of it."""

from collections.abc import Iterator
from dataclasses import replace

from shared import telemetry
from shared.contracts.model_resume import Resume
from shared.domain.documents import Document
from shared.domain.interview.injection import attempts_in
from shared.domain.resume.contact import email_in, links_in, name_in, phone_in
from shared.domain.resume.fields import ReadBy, ResumeWarning, StructuredResume
from shared.domain.resume.locating import Places
from shared.domain.resume.visible import VisibleText, visible_text
from shared.errors import TalentiError
from shared.ports.language_model import LanguageModel
from shared.prompts.blocks import block
from shared.prompts.library import Prompts
from shared.telemetry import Event
from shared.use_cases.resumes.tie_fields import TieFields

log = telemetry.Log(__name__)


class StructureResume:
    """Idempotent; stores nothing. Where the model is away, rules find the contact data."""

    def __init__(self, model: LanguageModel, prompts: Prompts) -> None:
        self._model = model
        self._prompts = prompts

    async def __call__(self, document: Document) -> StructuredResume:
        """Never raises for want of a model: see `StructuredResume.read_by`."""
        text = visible_text(document)
        if not any(letter.isalnum() for letter in text.text):
            return StructuredResume(text=text, read_by=ReadBy.NOBODY, warnings=tuple(_warnings(text)))
        resume = await self._read(text)
        return replace(resume, warnings=tuple(_warnings(text)))

    async def _read(self, text: VisibleText) -> StructuredResume:
        instructions = self._prompts.instructions("resume")
        prompt = instructions.prompt([block("resume", text.text)], {})
        try:
            answer = await self._model.answer(prompt, Resume)
        except TalentiError as error:
            log.warning(Event.RESUME_NOT_STRUCTURED, error=error)
            return _by_rules(text)
        tied = TieFields(text)(answer.value)
        return replace(tied, model_version=answer.model, prompt_version=instructions.version)


def _by_rules(text: VisibleText) -> StructuredResume:
    """What a form gives away; the rest is left empty, and nobody is made up."""
    return StructuredResume(
        text=text,
        read_by=ReadBy.RULES,
        name=name_in(text.text),
        email=email_in(text.text),
        phone=phone_in(text.text),
        links=links_in(text.text),
    )


def _warnings(text: VisibleText) -> Iterator[ResumeWarning]:
    """Orders to whoever reads: in what is seen with their place, in what is hidden by their rule alone."""
    places = Places(text.text)
    for attempt in attempts_in(text.text):
        yield ResumeWarning(attempt.rule, places.nearest(attempt.sentence, None))
    hidden = {attempt.rule: None for words in text.hidden for attempt in attempts_in(words)}
    for rule in hidden:
        yield ResumeWarning(f"hidden_{rule}")
