"""What a profile may take over from a résumé: values that fit it, the surest first.

A profile wants more than a résumé may say: a position without a beginning, an employer or a title has no
row there. A month stands for its first day, a year for the first of January; the résumé itself keeps
what was written.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final
from urllib.parse import urlsplit

from shared.domain.resume.fields import Education, Employment, Field, Month, StructuredResume

MOST_SKILLS: Final = 20
MOST_EMPLOYMENT: Final = 3
MOST_EDUCATION: Final = 2
SUREST: Final = 0.5  # below that, a person types it

ADDRESS: Final = re.compile(
    r"(?P<suburb>[^,\d]{2,80}),?\s+(?P<state>NSW|VIC|QLD|SA|WA|TAS|NT|ACT)(?:,?\s+(?P<postcode>\d{4}))?"
)
MAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,63}")


@dataclass(frozen=True, slots=True)
class Position:
    company_name: str
    job_title: str
    start_date: date
    end_date: date | None
    is_current: bool
    description: str | None


@dataclass(frozen=True, slots=True)
class Degree:
    institution: str
    degree: str
    field_of_study: str | None
    start_date: date | None
    end_date: date | None


@dataclass(frozen=True, slots=True)
class SkillFound:
    skill_name: str
    skill_type: str


@dataclass(frozen=True, slots=True)
class Prefill:
    """Offered to a profile, which takes what it has not."""

    fields: Mapping[str, str] = field(default_factory=dict)
    skills: tuple[SkillFound, ...] = ()
    employment: tuple[Position, ...] = ()
    education: tuple[Degree, ...] = ()

    def as_facts(self) -> dict[str, Any]:
        return {
            "fields": dict(self.fields),
            "skills": [asdict(each) for each in self.skills],
            "employment": [_dated(asdict(each)) for each in self.employment],
            "education": [_dated(asdict(each)) for each in self.education],
        }


def prefill_of(resume: StructuredResume) -> Prefill:
    positions = [each for each in map(_position, resume.employment) if each]
    degrees = [each for each in map(_degree, resume.education) if each]
    return Prefill(
        fields={name: value for name, value in _fields(resume) if value},
        skills=tuple(_skills(resume)[:MOST_SKILLS]),
        employment=tuple(sorted(positions, key=_latest, reverse=True)[:MOST_EMPLOYMENT]),
        education=tuple(degrees[:MOST_EDUCATION]),
    )


def _fields(resume: StructuredResume) -> Iterable[tuple[str, str | None]]:
    first, last = _name(_sure(resume.name))
    yield "first_name", first
    yield "last_name", last
    email = _sure(resume.email)
    yield "email", email.lower() if email and len(email) <= 254 and MAIL.fullmatch(email) else None
    phone = _sure(resume.phone)
    yield "phone", phone if phone and len(phone) <= 50 else None
    yield from _place(_sure(resume.location)).items()
    yield from _links(resume).items()


def _sure(found: Field[str] | None) -> str | None:
    if found is None or found.confidence < SUREST:
        return None
    return " ".join(found.value.split()) or None


def _name(whole: str | None) -> tuple[str | None, str | None]:
    """The last word is the family's; one word alone is a first name."""
    if whole is None or len(whole) > 200:
        return None, None
    first, _, last = whole.rpartition(" ")
    return (first, last) if first else (last, None)


def _place(location: str | None) -> dict[str, str | None]:
    found = ADDRESS.fullmatch(location or "")
    if found is None:
        return {}
    return {name: value.strip() if value else None for name, value in found.groupdict().items()}


def _links(resume: StructuredResume) -> dict[str, str]:
    links: dict[str, str] = {}
    for each in resume.links:
        address = _address(_sure(each))
        if address:
            host = urlsplit(address).hostname or ""
            is_linkedin = host == "linkedin.com" or host.endswith(".linkedin.com")
            links.setdefault("linkedin_url" if is_linkedin else "portfolio_url", address)
    return links


def _address(link: str | None) -> str | None:
    """As the profile would take it; people leave out what every browser adds."""
    if link is None or re.search(r"[\s<>\"]", link):
        return None
    whole = link if re.match(r"https?://", link) else f"https://{link}"
    try:
        host = urlsplit(whole).hostname
    except ValueError:
        return None
    return whole if host and "." in host and len(whole) <= 2000 else None


def _skills(resume: StructuredResume) -> list[SkillFound]:
    found: dict[str, SkillFound] = {}
    kinds = ((resume.technical_skills, "hard"), (resume.soft_skills, "soft"))
    for skills, kind in kinds:
        for each in skills:
            name = _sure(each)
            if name and len(name) <= 200:
                found.setdefault(name.lower(), SkillFound(name, kind))
    return list(found.values())


def _position(job: Employment) -> Position | None:
    company, title, start = _sure(job.company), _sure(job.title), _day(job.start)
    if not (company and title and start) or max(len(company), len(title)) > 300:
        return None
    end = None if job.is_current else _day(job.end)
    achievements = [each for each in map(_sure, job.achievements) if each]
    return Position(
        company,
        title,
        start,
        end if end and end >= start else None,
        job.is_current,
        "\n".join(achievements)[:10_000] or None,
    )


def _degree(course: Education) -> Degree | None:
    institution, degree = _sure(course.institution), _sure(course.degree)
    if not (institution and degree) or max(len(institution), len(degree)) > 300:
        return None
    start, end = _day(course.start), _day(course.end)
    in_order = start is None or end is None or end >= start
    field_of_study = _sure(course.field_of_study)
    return Degree(
        institution,
        degree,
        field_of_study[:300] if field_of_study else None,
        start,
        end if in_order else None,
    )


def _day(month: Field[Month] | None) -> date | None:
    if month is None:
        return None
    try:
        return date(month.value.year, month.value.month or 1, 1)
    except ValueError:
        return None


def _latest(position: Position) -> tuple[bool, date, date]:
    return position.is_current, position.end_date or position.start_date, position.start_date


def _dated(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items()}
