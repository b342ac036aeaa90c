"""Points of time as résumés tell them, with their months, and how long they reach."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from shared.domain.resume.fields import Employment, Field, Month, Span

MONTHS_OF_YEAR: Final = 12
FIRST_YEAR: Final = 1940
LAST_YEAR: Final = 2100

# English, German, French, Spanish, Portuguese, Italian, Dutch; three letters and more stand for a name
NAMES: Final = (
    "january januar janvier enero janeiro gennaio januari jänner",
    "february februar février fevrier febrero fevereiro febbraio februari",
    "march märz maerz mrz mars marzo março maart",
    "april avril abril aprile",
    "may mai mayo maio maggio mei",
    "june juni juin junio junho giugno",
    "july juli juillet julio julho luglio",
    "august août aout agosto augustus",
    "september septembre septiembre setembro settembre",
    "october oktober octobre octubre outubro ottobre",
    "november novembre noviembre novembro",
    "december dezember décembre decembre diciembre dezembro dicembre",
)
BY_NAME: Final = {
    name[:length]: number
    for number, names in reversed(list(enumerate(NAMES, 1)))
    for name in names.split()
    for length in range(3, len(name) + 1)
}
_YEAR: Final = r"(?:19|20)\d\d"
POINT: Final = re.compile(
    rf"(?:\b(?P<name>[^\W\d_]{{3,10}})\.?(?:\s+(?:de|del|di)|,)?\s+(?P<year_named>{_YEAR})(?!\d))"
    rf"|(?:(?<!\d)(?P<year_cjk>{_YEAR})\s?(?:\u5e74|\ub144)\s?(?P<month_cjk>\d{{1,2}})\s?(?:\u6708|\uc6d4))"
    rf"|(?:(?<![\d/.-])(?P<month_first>0?[1-9]|1[0-2])\s?[/.]\s?(?P<year_last>{_YEAR})(?!\d))"
    rf"|(?:(?<!\d)(?P<year_first>{_YEAR})\s?[-/.\u2010]\s?(?P<month_last>0[1-9]|1[0-2])(?!\d))"
    rf"|(?:(?<!\d)(?P<year_alone>{_YEAR})(?!\d))",
    re.IGNORECASE,
)
NOW: Final = re.compile(
    r"\b(?:present|now|current|currently|today|to date|ongoing|since|heute|aktuell|seit|laufend|jetzt"
    r"|aujourd'hui|aujourd\u2019hui|présent|actuel|actuellement|depuis|en cours|actualidad|presente"
    r"|actualmente|desde|hoy|hoje|atual|attuale|oggi|heden|nu)\b"
    "|\u81f3\u4eca|\u73fe\u5728|\u73b0\u5728|\u73fe\u5f79|\ud604\uc7ac|\u0627\u0644\u0622\u0646|\u05d4\u05d9\u05d5\u05dd"
    "|\u062d\u062a\u0649 \u0627\u0644\u0622\u0646|\u05db\u05d9\u05d5\u05dd",
    re.IGNORECASE,
)
OPEN: Final = re.compile(r"[-\u2010-\u2015]\s*$")


@dataclass(frozen=True, slots=True)
class Point:
    """A point of time, and where it is told."""

    month: Month
    span: Span


def points_in(text: str, offset: int = 0) -> Iterator[Point]:
    for match in POINT.finditer(text):
        month = _month(match)
        if FIRST_YEAR <= month.year <= LAST_YEAR:
            is_word = match["name"] is not None and month.month is None  # "since 2019" names no month
            start = match.start("year_named") if is_word else match.start()
            yield Point(month, Span(start + offset, match.end() + offset))


def is_ongoing(text: str) -> bool:
    """Whether a position is told to last: by a word for it, or by a period that is left open."""
    return NOW.search(text) is not None or any(OPEN.search(line) for line in text.splitlines())


def months_of(employment: Iterable[Employment], today: Month) -> int:
    """Months in which somebody was employed at all: what overlaps counts once."""
    return len(set().union(*(covered(each, today) for each in employment)))


def covered(job: Employment, today: Month) -> frozenset[int]:
    """The months of one position, counted from the year nought; both ends belong to it.

    A year without a month is taken as its middle, so that neither end of it is given away.
    """
    if job.start is None:
        return frozenset()
    last = today if job.is_current else _told(job.end) or job.start.value
    start, end = _number(job.start.value), min(_number(last), _number(today))
    return frozenset(range(start, end + 1))


def _told(field: Field[Month] | None) -> Month | None:
    return field.value if field else None


def _number(month: Month) -> int:
    middle = 7
    return month.year * MONTHS_OF_YEAR + (month.month or middle) - 1


def _month(match: re.Match[str]) -> Month:
    found = match.groupdict()
    named = BY_NAME.get((found.pop("name") or "").casefold())
    year = next(int(text) for key, text in found.items() if text and key.startswith("year"))
    numbered = next((int(text) for key, text in found.items() if text and key.startswith("month")), None)
    month = named or numbered
    return Month(year, month if month and month <= MONTHS_OF_YEAR else None)
