"""Structures a résumé by rules: sections, periods, contact data and lists. Whatever it finds, it quotes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from local.simulators.model import skills, words
from local.simulators.model.blocks import Blocks
from local.simulators.model.shape import Found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.simulators.model.prompt import Prompt

EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
PHONE: Final = re.compile(r"(?<![\w-])\+?\d[\d ()/.-]{6,17}\d(?!\w)")
PLACE: Final = re.compile(r"\b([A-Z][\w.-]{1,30}(?: [A-Z][\w.-]{1,30}){0,3}, (?:[A-Z]{2,3}|[A-Z]\w{1,30}))\b")
LINK: Final = re.compile(r"(?:https?://|www\.|linkedin\.com/|github\.com/)\S+", re.IGNORECASE)
MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez)[a-zä]*\.?"
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
GERMAN_MONTHS: Final = {"mär": "mar", "mai": "may", "okt": "oct", "dez": "dec"}
POINT: Final = rf"(?:{MONTH}\s+\d{{4}}|\d{{1,2}}[/.]\d{{4}}|\d{{4}}-\d{{2}}|(?:19|20)\d\d)"
NOW: Final = r"(?:present|now|current|today|ongoing|heute|aktuell)"
PERIOD: Final = re.compile(rf"({POINT})\s*(?:-|\u2013|\u2014|to|until|bis)\s*({POINT}|{NOW})", re.IGNORECASE)
SINCE: Final = re.compile(rf"\b(?:since|seit)\s+({POINT})", re.IGNORECASE)
YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
BULLET: Final = re.compile(r"^\s*[-*\u2022\u2013\u25aa\u25cf\u00b7]\s+")
APART: Final = re.compile(r"\s+(?:at|@|bei)\s+|\s*[|\u2022\u00b7]\s*|\s+[-\u2013\u2014]\s+|,\s+|\t+|\s{3,}")
DEGREE: Final = re.compile(
    r"\b(?:bachelor|master|ph\.?d|doctor\w*|mba|b\.?\s?sc|m\.?\s?sc|b\.?a\b|m\.?a\b|b\.?eng|m\.?eng|"
    r"diplom\w*|associate|certificate (?:iii|iv)|apprenticeship|abitur|high school|staatsexamen)",
    re.IGNORECASE,
)
SCHOOL: Final = re.compile(
    r"\b(?:universit\w+|college|school|institute|hochschule|academy|tafe|polytechnic|tu|eth)\b", re.IGNORECASE
)
OF_A_FIELD: Final = re.compile(r"\b(?:of|in)\s+((?:[A-Z][\w&-]*\s?(?:and\s|of\s|&\s)?)+)")
TITLE: Final = re.compile(
    r"\b(?:engineer|developer|manager|lead|analyst|designer|architect|consultant|director|officer|"
    r"assistant|nurse|teacher|chef|cook|driver|clerk|administrator|scientist|specialist|coordinator|intern|"
    r"head of|technician|representative|supervisor|accountant|recruiter|programmer|operator|waiter|barista|"
    r"\w*entwickler\w*|\w*leiter\w*|\w*ingenieur\w*)\b",
    re.IGNORECASE,
)
SECTIONS: Final = {
    "summary": "summary|profile|about(?: me)?|objective|professional summary|profil|über mich",
    "employment": r"(?:work |professional )?(?:experience|history)|employment|career|berufserfahrung",
    "education": "education|studies|academic background|qualifications|ausbildung|studium|bildung",
    "skills": "(?:technical |key |core |professional )?(?:skills|competencies)|technologies|tools|kenntnisse",
    "soft": "soft skills|personal skills|strengths|stärken",
    "languages": "languages|sprachen",
    "certifications": "certifications?|certificates|licen[cs]es(?: and certifications)?|zertifikate",
    "other": "interests|hobbies|references|projects|publications|volunteering|awards|contact|kontakt",
}
HEADING: Final = {
    name: re.compile(rf"^\W*(?:{pattern})\W*$", re.IGNORECASE) for name, pattern in SECTIONS.items()
}
INLINE: Final = re.compile(r"^\s*([A-Za-zÄÖÜäöü ]{3,30}):\s+(\S.*)$")


@dataclass
class Job:
    """One position, with the lines that tell of it."""

    period: re.Match[str]
    lines: list[str] = field(default_factory=list)  # of its heading
    duties: list[str] = field(default_factory=list)


def structure(prompt: Prompt) -> dict[str, Any]:
    text = Blocks(prompt.data).text("resume")
    parts = _sections(text)
    head = parts.get("head", [])
    told = skills.known_in(text)
    listed = [item for line in parts.get("skills", []) for item in _items(line)]
    technical = [each for each in listed if not skills.is_soft(str(each.value))]
    soft = [each for each in listed if skills.is_soft(str(each.value))]
    soft += [item for line in parts.get("soft", []) for item in _items(line)]
    employment = [_job(each) for each in _jobs(parts.get("employment", []))]
    about = parts.get("summary", [])
    return {
        **_contact(head, text),
        "summary": Found(" ".join(about), about[0]) if about else None,
        "employment": employment,
        "education": list(_studies(parts.get("education", []))),
        "technical_skills": _once(technical or told),
        "soft_skills": _once(soft),
        "languages": _once([item for line in parts.get("languages", []) for item in _items(line)]),
        "certifications": _once([_whole(line) for line in parts.get("certifications", [])]),
        "skills": _once([*(technical or told), *soft]),
        "years": _years(employment),
        "warnings": _warnings(text),
        "confidence": 0.9 if head and employment else 0.4,
    }


def _sections(text: str) -> dict[str, list[str]]:
    """The lines below each heading; a heading may have its list beside it."""
    parts: dict[str, list[str]] = {}
    current = "head"
    for line in filter(str.strip, text.splitlines()):
        beside = INLINE.match(line)
        named = _heading(beside[1]) if beside else _heading(line)
        if named and beside:
            parts.setdefault(named, []).append(beside[2])
        elif named:
            current = named
        else:
            parts.setdefault(current, []).append(line.strip())
    return parts


def _heading(line: str) -> str | None:
    return next((name for name, pattern in HEADING.items() if pattern.match(line)), None)


def _contact(head: list[str], text: str) -> dict[str, Any]:
    top = "\n".join(head)
    email, phone = EMAIL.search(text), PHONE.search(PERIOD.sub(lambda each: " " * len(each[0]), top))
    name = next((line for line in head if _is_name(line)), None)
    place = PLACE.search(top.replace(name or "\0", ""))
    return {
        "name": Found(name.strip(), name.strip()) if name else None,
        "email": Found(email[0], email[0], 1.0) if email else None,
        "phone": Found(phone[0].strip(), phone[0].strip()) if phone else None,
        "location": Found(place[1], place[1], 0.7) if place else None,
        "links": [Found(link, link, 1.0) for link in LINK.findall(text)],
    }


def _is_name(line: str) -> bool:
    parts = line.strip().split()
    plain = not EMAIL.search(line) and not re.search(r"\d", line) and not TITLE.search(line)
    titled = [part for part in parts if part[0].isupper()]
    few = 1 < len(parts) <= 5 and len(titled) >= len(parts) - 1
    return plain and (few or (len(parts) == 1 and len(line) <= 4 and not line.isascii()))


def _jobs(lines: list[str]) -> list[Job]:
    """A period begins a position; a line just above it that is no duty belongs to it."""
    jobs: list[Job] = []
    before: list[str] = []
    for line in lines:
        period = PERIOD.search(line) or SINCE.search(line)
        if period and not BULLET.match(line):
            jobs.append(Job(period, [*before[-1:], line]))
            before = []
        elif (BULLET.match(line) and jobs) or (
            jobs and TITLE.search(jobs[-1].lines[0]) and not TITLE.search(line)
        ):
            jobs[-1].duties.append(line)
        elif jobs and not _named(jobs[-1]):
            jobs[-1].lines.append(line)
        else:
            before.append(line)
    return jobs


def _named(job: Job) -> bool:
    return any(TITLE.search(line) for line in job.lines)


def _job(job: Job) -> dict[str, Any]:
    start = job.period[1]
    end = job.period[2] if job.period.re is PERIOD else None
    current = end is None or re.fullmatch(NOW, end, re.IGNORECASE) is not None
    words_of_heading = [part for line in job.lines for part in _parts(line, job.period[0])]
    title = next((part for part in words_of_heading if TITLE.search(part)), None)
    company = next((part for part in words_of_heading if part != title), None)
    duties = [BULLET.sub("", duty).strip() for duty in job.duties]
    achieved = [duty for duty in duties if _tells_a_result(duty.lower())]
    return {
        "title": Found(title, title) if title else None,
        "company": Found(company, company, 0.8) if company else None,
        "start": Found(month(start), start),
        "end": None if current or end is None else Found(month(end), end),
        "current": current,
        "duration": Found(job.period[0], job.period[0]),
        "description": Found(" ".join(duties), job.duties[0]) if duties else None,
        "achievements": [Found(duty, duty) for duty in (achieved or duties)],
        "quote": next((line for line in job.lines if TITLE.search(line)), job.lines[-1]),
        "confidence": 0.9 if title and company else 0.5,
    }


def _tells_a_result(duty: str) -> bool:
    return words.OUTCOME.are_in(duty) or words.FIGURE.are_in(duty)


def _parts(line: str, period: str) -> Iterator[str]:
    rest = line.replace(period, "\t").replace("()", "\t")
    for part in APART.split(rest):
        if plain := part.strip(" ()[],;:-\u2013\u2014|"):
            yield plain


def month(text: str) -> str:
    """Turn a point of time into 2021-03, or 2021 where no month is told."""
    year = YEAR.search(text)
    if year is None:
        return text
    if named := re.search(MONTH, text, re.IGNORECASE):
        short = GERMAN_MONTHS.get(named[0].lower()[:3], named[0].lower()[:3])
        return f"{year[0]}-{MONTHS.index(short) + 1:02d}"
    if numbered := re.match(r"(\d{1,2})[/.]\d{4}", text):
        return f"{year[0]}-{int(numbered[1]):02d}"
    return text if re.fullmatch(r"\d{4}-\d{2}", text) else year[0]


def _studies(lines: list[str]) -> Iterator[dict[str, Any]]:
    """A degree begins an entry; the school may stand on the line below or above."""
    for number, line in enumerate(lines):
        degree = DEGREE.search(line)
        if not degree:
            continue
        near = [line, *lines[number + 1 : number + 2], *lines[max(0, number - 1) : number]]
        school = next((part for each in near for part in _parts(each, "\0") if SCHOOL.search(part)), None)
        years = next((found for each in near if (found := YEAR.findall(each))), [])
        named = next((part for part in _parts(line, "\0") if DEGREE.search(part)), line)
        named = re.sub(r"\s*\(?(?:19|20)\d\d.*$", "", named).strip(" (,")
        about = OF_A_FIELD.findall(named)
        yield {
            "degree": Found(named, named),
            "institution": Found(school, school) if school else None,
            "field": Found(about[-1].strip(), about[-1].strip()) if about else None,
            "year": Found(int(years[-1]), years[-1]) if years else None,
            "quote": line,
            "confidence": 0.9 if school else 0.6,
        }


def _items(line: str) -> list[Found]:
    text = BULLET.sub("", line)
    label = INLINE.match(text)
    text = label[2] if label else text
    parts = (part.strip(" .") for part in re.split(r"[,;|\u2022\u00b7]|\s/\s|\band\b|\bund\b", text))
    return [Found(part, part) for part in parts if part and len(part) <= 60]


def _whole(line: str) -> Found:
    text = BULLET.sub("", line).strip()
    return Found(text, text)


def _once(found: list[Found]) -> list[Found]:
    kept: dict[str, Found] = {}
    for each in found:
        kept.setdefault(str(each.value).lower(), each)
    return list(kept.values())


def _years(employment: list[dict[str, Any]]) -> int:
    """Whole years between the first beginning and the last end that are told."""
    years = [int(found) for job in employment for found in YEAR.findall(f"{job['duration'].value}")]
    return max(years) - min(years) if years else 0


def _warnings(text: str) -> list[Found]:
    """Orders hidden in a résumé are reported and not followed."""
    orders = [line.strip() for line in text.splitlines() if words.INSTRUCTION.are_in(line.lower())]
    return [Found(f"The text tries to give orders: {line[:200]}", line) for line in orders]
