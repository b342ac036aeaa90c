"""Ties what a model read to the text: each field to a span of it, with a confidence by fixed rules.

What stands nowhere in the text is dropped and counted, whoever says it. How sure a field is, is
worked out from the text alone: whether its words stand there as they are, once or often, where
such a thing stands in a résumé, and in the form that it has. A model's own word counts nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Final

from shared.contracts.model_resume import Quoted, QuotedMonth, ReadEducation, ReadEmployment, Resume
from shared.domain.interview.wording import coverage, words
from shared.domain.resume.contact import is_email, is_name, is_phone
from shared.domain.resume.dates import is_ongoing, points_in
from shared.domain.resume.fields import Education, Employment, Field, Month, ReadBy, Span, StructuredResume
from shared.domain.resume.locating import Places, distance, plain
from shared.domain.resume.visible import VisibleText

OFTEN: Final = 0.9  # its words stand in several places
WORDED_ANEW: Final = 0.7  # its words stand there, not in this form
FAR: Final = 0.8  # it stands away from what it belongs to
MISSHAPEN: Final = 0.4  # it has not the form of such a thing
SAME_WORDS: Final = 0.8
REACH: Final = 400  # characters between a position and what belongs to it
TOP: Final = 600  # characters in which a person is named
MOST_ENTRIES: Final = 40
MOST_ITEMS: Final = 100

type Check = Callable[[str], bool]


class TieFields:
    """One text, and what was found in it so far."""

    def __init__(self, text: VisibleText) -> None:
        self._text = text
        self._places = Places(text.text)
        self._dropped = 0

    def __call__(self, read: Resume) -> StructuredResume:
        top = Span(0, min(TOP, len(self._text.text)))
        employment = [self._employment(each) for each in read.employment[:MOST_ENTRIES]]
        education = [self._education(each) for each in read.education[:MOST_ENTRIES]]
        fields = StructuredResume(
            text=self._text,
            read_by=ReadBy.MODEL,
            name=self._one(read.name, top, is_name),
            email=self._one(read.email, None, is_email),
            phone=self._one(read.phone, None, is_phone),
            location=self._one(read.location, top),
            links=self._many(read.links),
            summary=self._one(read.summary),
            employment=tuple(each for each in employment if each),
            education=tuple(each for each in education if each),
            technical_skills=self._many(read.technical_skills),
            soft_skills=self._many(read.soft_skills),
            languages=self._many(read.languages),
            certifications=self._many(read.certifications),
        )
        return _with_totals(fields, self._dropped)

    def _one(
        self, read: Quoted | None, near: Span | None = None, fits: Check | None = None
    ) -> Field[str] | None:
        if read is None or not read.value.strip():
            return None
        found = self._field(read, near)
        if found is None:
            self._dropped += 1
            return None
        confidence = found.confidence * (1.0 if fits is None or fits(found.value) else MISSHAPEN)
        return Field(found.value, found.span, round(confidence, 2))

    def _many(self, read: Iterable[Quoted], near: Span | None = None) -> tuple[Field[str], ...]:
        kept: dict[str, Field[str]] = {}
        for each in list(read)[:MOST_ITEMS]:
            if field := self._one(each, near):
                kept.setdefault(plain(field.value), field)
        return tuple(kept.values())

    def _field(self, read: Quoted, near: Span | None) -> Field[str] | None:
        """The value inside its quote, or its quote where the value is only worded anew."""
        quote = self._places.nearest(read.quote, near) or self._places.nearest(read.value, near)
        if quote is None:
            return None
        confidence = OFTEN if len(self._places.all_of(read.quote)) > 1 else 1.0
        if near is not None and distance(quote, near) > REACH:
            confidence *= FAR
        inside = self._places.all_of(read.value, within=quote)
        if inside:
            return Field(inside[0].of(self._text.text), inside[0], confidence)
        if coverage(words(read.value), words(quote.of(self._text.text))) < SAME_WORDS:
            return None
        return Field(read.value.strip(), quote, confidence * WORDED_ANEW)

    def _month(self, read: QuotedMonth | None, near: Span | None) -> Field[Month] | None:
        """As the text tells it: a month that it tells is kept, one that it does not is not made up."""
        if read is None or not read.value.strip():
            return None
        quote = self._places.nearest(read.quote, near)
        if quote is not None:
            told = [*points_in(quote.of(self._text.text), quote.start)]
            alike = [each for each in told if str(each.month) == read.value]
            same_year = [each for each in told if read.value.startswith(str(each.month.year))]
            for each in [*alike, *same_year]:
                confidence = 1.0 if alike else WORDED_ANEW
                confidence *= 1.0 if near is None or distance(quote, near) <= REACH else FAR
                return Field(each.month, each.span, round(confidence, 2))
        self._dropped += 1
        return None

    def _employment(self, read: ReadEmployment) -> Employment | None:
        head = self._head(read.quote, (read.title, read.company), read.start)
        if head is None:
            self._dropped += 1
            return None
        title, company = self._one(read.title, head), self._one(read.company, head)
        start, end = self._month(read.start, head), self._month(read.end, head)
        told = (title, company, start, end)
        span = _around(head, told)
        lasts = read.is_current and end is None and is_ongoing(self._places.line_of(span).of(self._text.text))
        return Employment(
            span=span,
            title=title,
            company=company,
            start=start,
            end=end,
            is_current=lasts,
            achievements=self._many(read.achievements, span),
            confidence=_sure(told[:3]),
        )

    def _education(self, read: ReadEducation) -> Education | None:
        head = self._head(read.quote, (read.degree, read.institution), read.end)
        if head is None:
            self._dropped += 1
            return None
        degree, institution = self._one(read.degree, head), self._one(read.institution, head)
        start, end = self._month(read.start, head), self._month(read.end, head)
        return Education(
            span=_around(head, (degree, institution, start, end)),
            degree=degree,
            institution=institution,
            field_of_study=self._one(read.field_of_study, head),
            start=start,
            end=end,
            confidence=_sure((degree, institution)),
        )

    def _head(self, quote: str, named: Sequence[Quoted | None], told: QuotedMonth | None) -> Span | None:
        """The line that begins an entry; lines may read alike, its time tells which one it is."""
        hints = [each.quote for each in (*named, told) if each]
        heads = self._places.all_of(quote)
        if not heads:
            found = (self._places.nearest(hint, None) for hint in hints)
            return next((each for each in found if each), None)
        if len(heads) == 1:
            return heads[0]
        return min(heads, key=lambda head: sum(self._away(hint, head) for hint in hints))

    def _away(self, hint: str, head: Span) -> int:
        found = self._places.nearest(hint, head)
        return REACH if found is None else min(REACH, distance(found, head))


def _around(head: Span, fields: Iterable[Field[str] | Field[Month] | None]) -> Span:
    near = [each.span for each in fields if each and distance(each.span, head) <= REACH]
    return Span(
        min(head.start, *(each.start for each in near), head.start),
        max(head.end, *(each.end for each in near), head.end),
    )


def _sure(fields: Iterable[Field[str] | Field[Month] | None]) -> float:
    """An entry is as sure as what it is known by; what is missing counts as nothing."""
    return round(fmean(each.confidence if each else 0.0 for each in fields), 2)


def _with_totals(resume: StructuredResume, dropped: int) -> StructuredResume:
    named = (resume.name, resume.email, resume.phone, *resume.technical_skills, *resume.soft_skills)
    parts = [each.confidence for each in named if each]
    parts += [each.confidence for each in resume.employment]
    parts += [each.confidence for each in resume.education]
    kept = len(parts)
    whole = fmean(parts) * kept / (kept + dropped) if parts else 0.0
    return replace(resume, dropped=dropped, confidence=round(whole, 2))
