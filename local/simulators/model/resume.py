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
PHONE: Final = re.compile(r"(?<![\w-])(?:\+|\()?\d[\d ()/.-]{6,17}\d(?!\w)")
PLACE: Final = re.compile(r"\b([A-Z][\w.-]{1,30}(?: [A-Z][\w.-]{1,30}){0,3}, (?:[A-Z]{2,3}|[A-Z]\w{1,30}))\b")
LINK: Final = re.compile(r"(?:https?://|www\.|linkedin\.com/|github\.com/)\S+", re.IGNORECASE)
# in English, German, French and Spanish; the first of each is its short name here
MONTH_NAMES: Final = (
    ("jan", "janv", "januar", "ene"),
    ("feb", "fév", "fev"),
    ("mar", "mär", "mrz", "mars"),
    ("apr", "avr", "abr"),
    ("may", "mai"),
    ("jun", "juin"),
    ("jul", "juil"),
    ("aug", "août", "aout", "ago"),
    ("sep",),
    ("oct", "okt"),
    ("nov",),
    ("dec", "dez", "déc", "dic"),
)
BY_BEGINNING: Final = {name[:3]: number for number, names in enumerate(MONTH_NAMES, 1) for name in names}
BY_BEGINNING_OF_FOUR: Final = {"juin": 6, "juil": 7}
MONTH: Final = rf"(?:{'|'.join(name for names in MONTH_NAMES for name in names)})[a-zäéû]*\.?"
POINT: Final = (
    rf"(?:{MONTH}\s+(?:de\s+)?\d{{4}}|\d{{1,2}}[/.]\d{{4}}|\d{{4}}-\d{{2}}|\d{{4}}年\d{{1,2}}月"
    r"|(?:19|20)\d\d)"
)
NOW: Final = (
    r"(?:present|now|current|today|ongoing|heute|aktuell|présent|aujourd'hui|actualidad|presente"
    r"|至今|現在|现在|الآن)"
)
PERIOD: Final = re.compile(rf"({POINT})\s*(?:-|\u2013|\u2014|to|until|bis)\s*({POINT}|{NOW})", re.IGNORECASE)
SINCE: Final = re.compile(rf"\b(?:since|seit)\s+({POINT})", re.IGNORECASE)
YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
BULLET: Final = re.compile(r"^\s*[-*\u2022\u2013\u25aa\u25cf\u00b7]\s+")
APART: Final = re.compile(r"\s+(?:at|@|bei)\s+|\s*[|\u2022\u00b7]\s*|\s+[-\u2013\u2014]\s+|,\s+|\t+|\s{3,}")
DEGREE: Final = re.compile(
    r"(?:学士|硕士|博士|بكالوريوس|ماجستير)|\b(?:grado en|licenciatura|licence|máster|"
    r"bachelor|master|ph\.?d|doctor\w*|mba|b\.?\s?sc|m\.?\s?sc|b\.?a\b|m\.?a\b|b\.?eng|m\.?eng|"
    r"diplom\w*|associate|certificate (?:iii|iv)|apprenticeship|abitur|high school|staatsexamen)",
    re.IGNORECASE,
)
SCHOOL: Final = re.compile(
    r"大学|大學|学院|جامعة|\b(?:universi\w+|école|instituto|college|school|institute|"
    r"hochschule|academy|tafe|polytechnic|tu|eth)\b",
    re.IGNORECASE,
)
OF_A_FIELD: Final = re.compile(r"\b(?:of|in)\s+((?:[A-Z][\w&-]*\s?(?:and\s|of\s|&\s)?)+)")
TITLE: Final = re.compile(
    r"\b(?:engineer|developer|manager|lead|analyst|designer|architect|consultant|director|officer|"
    r"assistant|nurse|teacher|chef|cook|driver|clerk|administrator|scientist|specialist|coordinator|intern|"
    r"head of|technician|representative|supervisor|accountant|recruiter|programmer|operator|waiter|barista|"
    r"responsable|assistante?|técnic[oa]|analista|ingenier[oa]|ingénieure?|chef\w*|"
    r"\w*entwickler\w*|\w*leiter\w*|\w*ingenieur\w*)\b",
    re.IGNORECASE,
)
SECTIONS: Final = {
    "summary": "summary|profile|about(?: me)?|objective|professional summary|profil|über mich|perfil|个人简介"
    "|自己紹介|نبذة",
    "employment": "(?:work |professional )?(?:experience|history)|employment|career|berufserfahrung"
    "|expérience(?: professionnelle)?|experiencia(?: laboral| profesional)?|工作经历|職歴|الخبرة",
    "education": "education|studies|academic background|qualifications|ausbildung|studium|bildung|formation"
    "|educación|formación|教育背景|学歴|التعليم",
    "skills": "(?:technical |key |core |professional )?(?:skills|competencies)|technologies|tools|kenntnisse"
    "|compétences|habilidades|技能|スキル|المهارات",
    "soft": "soft skills|personal skills|strengths|stärken",
    "languages": "languages|sprachen|langues|idiomas|语言|語学|اللغات",
    "certifications": "certifications?|certificates|licen[cs]es(?: and certifications)?|zertifikate",
    "other": "interests|hobbies|references|projects|publications|volunteering|awards|contact|kontakt",
}
HEADING: Final = {
    name: re.compile(rf"^\W*(?:{pattern})\W*$", re.IGNORECASE) for name, pattern in SECTIONS.items()
}
LISTED: Final = re.compile(r"[,;|\u2022\u00b7、]|\s/\s|\band\b|\bund\b|\bet\b")
LONGEST_ITEM: Final = 60
PARTS_OF_ONE_LETTER: Final = 2
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
    name = _name(head, text)
    parts = {each: [line for line in lines if line != name] for each, lines in parts.items()}
    told = skills.known_in(text)
    listed = [item for line in parts.get("skills", []) for item in _items(line)]
    technical = [each for each in listed if not skills.is_soft(str(each.value))]
    soft = [each for each in listed if skills.is_soft(str(each.value))]
    soft += [item for line in parts.get("soft", []) for item in _items(line)]
    employment = [_job(each) for each in _jobs(parts.get("employment", []))]
    about = parts.get("summary", [])
    return {
        **_contact(head, text, name),
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


def _name(head: list[str], text: str) -> str | None:
    """A line that the address of the person repeats, wherever it is, or the first that could be one."""
    email = EMAIL.search(text)
    address = email[0].partition("@")[0].lower() if email else ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    named = [line for line in lines if _is_name(line) and any(each in address for each in _spelt(line))]
    if named:
        return named[0]
    if head and not head[0].isascii() and not re.search(r"[\d,|@]", head[0]):
        return head[0]
    return next((line for line in head if _is_name(line)), None)


def _spelt(line: str) -> list[str]:
    """The longer parts of a name as addresses spell them."""
    return [part.lower() for part in re.findall(r"[^\W\d_]+", line) if len(part) > PARTS_OF_ONE_LETTER]


def _contact(head: list[str], text: str, name: str | None) -> dict[str, Any]:
    top = "\n".join(head)
    email, phone = EMAIL.search(text), PHONE.search(PERIOD.sub(lambda each: " " * len(each[0]), top))
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
    plain = not EMAIL.search(line) and not re.search(r"[\d,|]", line) and not TITLE.search(line)
    plain = plain and _heading(line) is None
    titled = [part for part in parts if part[0].isupper()]
    few = 1 < len(parts) <= 5 and len(titled) >= len(parts) - 1
    return plain and (few or (len(parts) == 1 and len(line) <= 4 and not line.isascii()))


def _jobs(lines: list[str]) -> list[Job]:
    """A period begins a position, beside its name, below it, or above it, as the first of them does."""
    jobs: list[Job] = []
    before: list[str] = []
    name_below = bool(lines) and _stands_alone(lines[0])
    for line in lines:
        period = PERIOD.search(line) or SINCE.search(line)
        if period and not BULLET.match(line):
            alone = _stands_alone(line)
            above = [] if name_below or not alone else before[-1:]
            if jobs and above and jobs[-1].duties[-1:] == above:
                jobs[-1].duties.pop()
            jobs.append(Job(period, [*above, line]))
            before = []
        elif jobs and (BULLET.match(line) or len(jobs[-1].lines) > 1 or not _stands_alone(jobs[-1].lines[0])):
            jobs[-1].duties.append(line)
            before.append(line)
        elif jobs:
            jobs[-1].lines.append(line)
        else:
            before.append(line)
    return jobs


def _stands_alone(line: str) -> bool:
    """Whether there is a period and nothing else."""
    period = PERIOD.search(line) or SINCE.search(line)
    return period is not None and not re.search(r"\w", line.replace(period[0], ""))


def _job(job: Job) -> dict[str, Any]:
    start = job.period[1]
    end = job.period[2] if job.period.re is PERIOD else None
    current = end is None or re.fullmatch(NOW, end, re.IGNORECASE) is not None
    words_of_heading = [part for line in job.lines for part in _parts(line, job.period[0])]
    title = next((part for part in words_of_heading if TITLE.search(part)), None)
    if title is None and len(words_of_heading) > 1:
        title = words_of_heading[0]
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
        "quote": next((line for line in job.lines if title and title in line), job.lines[-1]),
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
        name = named[0].lower()
        number = BY_BEGINNING_OF_FOUR.get(name[:4]) or BY_BEGINNING[name[:3]]
        return f"{year[0]}-{number:02d}"
    if numbered := re.search(r"年(\d{1,2})月", text):
        return f"{year[0]}-{int(numbered[1]):02d}"
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
            "end": Found(years[-1], years[-1]) if years else None,
            "quote": line,
            "confidence": 0.9 if school else 0.6,
        }


def _items(line: str) -> list[Found]:
    text = BULLET.sub("", line)
    label = INLINE.match(text)
    text = label[2] if label else text
    parts = (part.strip(" .") for part in LISTED.split(text))
    named = (part for part in parts if any(map(str.isalpha, part)))
    return [Found(part, part) for part in named if len(part) <= LONGEST_ITEM]


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
