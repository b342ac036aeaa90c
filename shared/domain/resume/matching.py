"""Holds a résumé against requirements: what rules can settle, and what is left to be judged."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from shared.domain.resume.dates import MONTHS_OF_YEAR, covered, months_of
from shared.domain.resume.evidence import Evidence, evidence_of
from shared.domain.resume.fields import Month, Span, StructuredResume
from shared.domain.resume.locating import Places, plain
from shared.domain.resume.match import (
    WEIGHTS_VERSION,
    MatchResult,
    Requirement,
    RequirementKind,
    RequirementMatch,
    Shown,
    score_of,
)

MOST_SPANS: Final = 5
MOST_WORDS_OF_A_NAME: Final = 5
NAMED_KINDS: Final = (
    RequirementKind.TECHNICAL_SKILL,
    RequirementKind.SOFT_SKILL,
    RequirementKind.CERTIFICATION,
    RequirementKind.QUALIFICATION,
    RequirementKind.EDUCATION,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a model says of one requirement: how far it is shown, and by which words of which item."""

    shown: Shown
    evidence: int
    quote: str


class Matching:
    """One résumé against one role."""

    def __init__(self, resume: StructuredResume, requirements: Sequence[Requirement], as_of: Month) -> None:
        self.requirements = tuple(requirements)
        self.evidence: tuple[Evidence, ...] = tuple(
            each for each in evidence_of(resume) if not each.is_spoken or self._asks_for(each.text)
        )
        self._resume = resume
        self._as_of = as_of
        self._months = months_of(resume.employment, as_of)
        self._settled = {
            number: found
            for number, each in enumerate(self.requirements)
            if (found := self._by_rule(each)) is not None
        }

    @property
    def open(self) -> tuple[int, ...]:
        """The requirements that rules do not settle, by their numbers."""
        return tuple(number for number in range(len(self.requirements)) if number not in self._settled)

    def result(self, judgements: Mapping[int, Judgement], *, is_whole: bool = True) -> MatchResult:
        items = [
            self._settled.get(number) or self._judged(each, judgements.get(number))
            for number, each in enumerate(self.requirements)
        ]
        return MatchResult(
            items=tuple(items),
            score=score_of(items),
            months_of_experience=self._months,
            as_of=self._as_of,
            weights_version=WEIGHTS_VERSION,
            is_whole=is_whole,
        )

    def _asks_for(self, language: str) -> bool:
        """A language that the role does not ask for is nobody's business."""
        name = plain(language).split()[0]
        return any(name in plain(each.text) for each in self.requirements)

    def _by_rule(self, requirement: Requirement) -> RequirementMatch | None:
        if requirement.years is not None:
            return self._years(requirement, requirement.years)
        named = requirement.kind in NAMED_KINDS and len(requirement.text.split()) <= MOST_WORDS_OF_A_NAME
        found = [each for each in self.evidence if named and Places(each.text).all_of(requirement.text)]
        return self._shown(requirement, Shown.MET, found) if found else None

    def _years(self, requirement: Requirement, years: float) -> RequirementMatch:
        """Whole months against whole months; half of them is half of it."""
        wanted = years * MONTHS_OF_YEAR
        shown = Shown.MET if self._months >= wanted else Shown.NOT_SHOWN
        if shown is Shown.NOT_SHOWN and 2 * self._months >= wanted:
            shown = Shown.PARTLY
        told = [
            Span(
                min(each.start.span.start, (each.end or each.start).span.start),
                max(each.start.span.end, (each.end or each.start).span.end),
            )
            for each in self._resume.employment
            if each.start
        ]
        spans = () if shown is Shown.NOT_SHOWN else tuple(sorted(told))[:MOST_SPANS]
        return RequirementMatch(requirement, shown, spans, self._months)

    def _judged(self, requirement: Requirement, judgement: Judgement | None) -> RequirementMatch:
        """A judgement counts with words that stand in what it names; otherwise nothing is shown."""
        if judgement is None or judgement.shown is Shown.NOT_SHOWN:
            return RequirementMatch(requirement, Shown.NOT_SHOWN)
        if not 0 <= judgement.evidence < len(self.evidence):
            return RequirementMatch(requirement, Shown.NOT_SHOWN)
        cited = self.evidence[judgement.evidence]
        quoted = plain(judgement.quote)
        if not any(map(str.isalnum, quoted)) or quoted not in plain(cited.text):
            return RequirementMatch(requirement, Shown.NOT_SHOWN)
        return self._shown(requirement, judgement.shown, [cited])

    def _shown(self, requirement: Requirement, shown: Shown, cited: Iterable[Evidence]) -> RequirementMatch:
        found = list(cited)
        jobs = {each.job for each in found if each.job is not None}
        months = set().union(*(covered(self._resume.employment[job], self._as_of) for job in jobs))
        spans = tuple(sorted({each.span for each in found}))[:MOST_SPANS]
        return RequirementMatch(requirement, shown, spans, len(months) if jobs else None)


def written_by(result: MatchResult, model_version: str, prompt_version: str) -> MatchResult:
    return replace(result, model_version=model_version, prompt_version=prompt_version)
