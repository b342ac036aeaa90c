"""Reads what a job description asks for, each item with the words that ask for it. Stores nothing."""

import re
from collections.abc import Iterable
from typing import Any, Final

from pydantic import ValidationError

from shared.contracts.job_roles import MOST_NAMES, Requirements
from shared.contracts.model_requirements import ReadRequirements, Wanted, WantedYears
from shared.contracts.requirements import Demand, DemandedYears, ExtractedRequirements
from shared.domain.interview.suggestion import is_askable
from shared.domain.resume.demands import level_of
from shared.domain.resume.fields import Span
from shared.domain.resume.locating import Places, plain
from shared.ports.language_model import LanguageModel
from shared.prompts.blocks import block
from shared.prompts.library import Prompts

MOST_QUESTIONS: Final = 7
MOST_YEARS: Final = 60
LISTS: Final = (
    "technical_skills",
    "soft_skills",
    "qualifications",
    "certifications",
    "responsibilities",
)


class ExtractRequirements:
    def __init__(self, model: LanguageModel, prompts: Prompts) -> None:
        self._model = model
        self._prompts = prompts

    async def __call__(self, job_description: str) -> ExtractedRequirements:
        """Raises what the model raises: nothing stands in for it here."""
        instructions = self._prompts.instructions("requirements")
        prompt = instructions.prompt([block("job_description", job_description)], {})
        answer = await self._model.answer(prompt, ReadRequirements)
        return _Extraction(job_description)(answer.value, instructions.canary)


class _Extraction:
    """One description, and how much was left out so far."""

    def __init__(self, text: str) -> None:
        self._places = Places(text)
        self._left_out = 0

    def __call__(self, read: ReadRequirements, canary: str) -> ExtractedRequirements:
        lists = {name: self._demands(getattr(read, name)) for name in LISTS}
        years = self._years(read.experience_years)
        fit = {name: self._fit(name, demands) for name, demands in lists.items()}
        return ExtractedRequirements(
            **lists,
            experience_years=years.years if years else None,
            experience=years,
            suggested_questions=_askable(read.suggested_questions, canary),
            requirements=Requirements(**fit, experience_years=years.years if years else None),
            left_out=self._left_out,
        )

    def _demands(self, read: Iterable[Wanted]) -> list[Demand]:
        found: dict[str, Demand] = {}
        for each in read:
            span = self._span(each.value, each.quote)
            if span is None:
                self._left_out += 1
            else:
                found.setdefault(plain(each.value), Demand(text=each.value.strip(), **self._proof(span)))
        return list(found.values())[:MOST_NAMES]

    def _years(self, read: WantedYears | None) -> DemandedYears | None:
        """A number that its own words do not say is none."""
        if read is None:
            return None
        span = self._places.nearest(read.quote, None)
        told = set(re.findall(r"\d+(?:\.\d+)?", span.of(self._places.text))) if span else set()
        if span is None or not 0 <= read.value <= MOST_YEARS or f"{read.value:g}" not in told:
            self._left_out += 1
            return None
        return DemandedYears(years=read.value, **self._proof(span))

    def _span(self, value: str, quote: str) -> Span | None:
        """Where the value stands in its quote, or else the quote that asks for it in other words."""
        whole = self._places.nearest(quote, None) or self._places.nearest(value, None)
        if whole is None or not plain(value):
            return None
        inside = self._places.all_of(value, within=whole)
        return inside[0] if inside else whole

    def _proof(self, span: Span) -> dict[str, Any]:
        text = self._places.text
        level = level_of(text, span).value
        return {"level": level, "quote": span.of(text), "start": span.start, "end": span.end}

    def _fit(self, name: str, demands: Iterable[Demand]) -> list[str]:
        """What a role takes. It refuses what judges manner, looks or a protected trait."""
        kept = []
        for each in demands:
            try:
                Requirements.model_validate({name: [each.text]})
            except ValidationError:
                self._left_out += 1
            else:
                kept.append(each.text)
        return kept


def _askable(questions: Iterable[str], canary: str) -> list[str]:
    return [each.strip() for each in questions if is_askable(each, canary)][:MOST_QUESTIONS]
