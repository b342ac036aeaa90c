"""What a résumé offers as proof, without what says who somebody is or where they were.

Names, employers, schools, addresses, dates of birth and pronouns are taken out, and what is left
is put into an order of its own: two people with the same work behind them give the same evidence,
byte for byte, however they lay it out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from shared.domain.interview.injection import attempts_in
from shared.domain.resume.contact import EMAIL, LINK, PHONE
from shared.domain.resume.fields import Field, Span, StructuredResume
from shared.domain.resume.locating import plain

PERSON: Final = "[person]"
EMPLOYER: Final = "[employer]"
SCHOOL: Final = "[school]"
REMOVED: Final = "[removed]"
LEAST_LETTERS: Final = 3  # of a part of a name that stands for it
MOST_ITEMS: Final = 150
LONGEST_ITEM: Final = 400

PRONOUNS: Final = re.compile(
    r"\b(?:he|she|him|her|his|hers|himself|herself|they|them|their|theirs|themself|themselves"
    r"|mr|mrs|ms|miss|mx|sir|er|sie|ihm|ihr|ihre|ihrem|ihren|herr|frau|il|elle|lui|monsieur|madame|él|ella"
    r"|se\u00f1or|se\u00f1ora)\b\.?",
    re.IGNORECASE,
)
BIRTH: Final = re.compile(
    r"\b(?:born|geboren|né|née|nacid[oa]|date of birth|d\.?o\.?b\.?|geburtsdatum|aged?)\b"
    r"[^.;\n]{0,40}\d[^.;\n]{0,12}"
    r"|\b\d{1,2}[- ]years?[- ]old\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that is offered as proof. `text` is what a model may read; `span` is where it stands."""

    text: str
    span: Span
    job: int | None = None  # the position that it belongs to
    is_named: bool = False  # a skill, a title, a certificate: a name and no sentence
    is_spoken: bool = False  # a language, which may say where somebody comes from


def evidence_of(resume: StructuredResume) -> tuple[Evidence, ...]:
    """Everything that may be proof, each text once, in an order that tells nothing of the layout."""
    masked = _Mask(resume)
    found: dict[tuple[str, bool], Evidence] = {}
    for each in sorted(_all(resume, masked), key=lambda each: (each.text.casefold(), each.text, each.span)):
        # a sentence that gives orders is told to people, and is evidence of nothing
        if any(letter.isalnum() for letter in each.text) and not attempts_in(each.text):
            found.setdefault((plain(each.text), each.is_named), each)
    return tuple(found.values())[:MOST_ITEMS]


def _all(resume: StructuredResume, masked: "_Mask") -> Iterator[Evidence]:
    for field in (*resume.technical_skills, *resume.soft_skills, *resume.certifications):
        yield _item(field, field.value, is_named=True)
    for field in resume.languages:
        yield replace(_item(field, field.value, is_named=True), is_spoken=True)
    for number, job in enumerate(resume.employment):
        if job.title:
            yield _item(job.title, masked(job.title.value), number, is_named=True)
        for done in job.achievements:
            yield _item(done, masked(done.value), number)
    for course in resume.education:
        for part in filter(None, (course.degree, course.field_of_study)):
            yield _item(part, masked(part.value), is_named=True)
    if resume.summary:
        yield _item(resume.summary, masked(resume.summary.value))


def _item(field: Field[str], text: str, job: int | None = None, *, is_named: bool = False) -> Evidence:
    return Evidence(" ".join(text.split())[:LONGEST_ITEM], field.span, job, is_named)


class _Mask:
    """Takes out of a text what says who, where and how old."""

    def __init__(self, resume: StructuredResume) -> None:
        named = " ".join(each.value for each in (*resume.technical_skills, *resume.soft_skills))
        name = resume.name.value if resume.name else ""
        skills = set(plain(named).split())
        parts = [each for each in name.split() if len(each) >= LEAST_LETTERS and plain(each) not in skills]
        place = resume.location.value if resume.location else ""
        employers = [job.company.value for job in resume.employment if job.company]
        schools = [each.institution.value for each in resume.education if each.institution]
        known = (
            (_any_of(employers), EMPLOYER),
            (_any_of(schools), SCHOOL),
            (_any_of([name]), PERSON),
            (_any_of(parts, re.NOFLAG), PERSON),
            (_any_of([place]), REMOVED),
        )
        self._patterns = [
            *((pattern, REMOVED) for pattern in (EMAIL, LINK, BIRTH, PHONE)),
            *((pattern, instead) for pattern, instead in known if pattern),
            (PRONOUNS, PERSON),
        ]

    def __call__(self, text: str) -> str:
        for pattern, instead in self._patterns:
            text = pattern.sub(instead, text)
        return text


def _any_of(words: Iterable[str], flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str] | None:
    known = sorted({each.strip() for each in words if each.strip()}, key=len, reverse=True)
    if not known:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)", flags)
