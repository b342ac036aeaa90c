"""Letters around an interview: a reminder, what to do when a time has passed, thanks.

None of them holds a link of an invitation: its token is stored nowhere, and a new one would kill the
link in the letter that the candidate has.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any, Final
from uuid import UUID

from shared.domain.invitation_vigil import LetterKind
from shared.domain.mail import Letter
from shared.letters.invitation import plain, spoken_time, zone_of

DEFAULT_LANGUAGE: Final = "en"


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a letter tells."""

    letter_id: UUID
    kind: LetterKind
    candidate_email: str
    first_name: str | None
    language: str
    role_title: str
    organisation_name: str
    time_zone: str | None
    scheduled_at: datetime | None
    expires_at: datetime | None
    minutes: int


def candidate_letter(facts: LetterFacts, frontend: str) -> Letter:
    """The letter in the candidate's language; its own id is the key under which it is sent once."""
    language, texts = _texts(facts.language)
    words = {
        "company": plain(facts.organisation_name),
        "role": plain(facts.role_title),
        "name": plain(facts.first_name or ""),
        "time": _time(facts, language),
        "minutes": str(facts.minutes),
        "address": frontend.rstrip("/"),
    }
    hello = texts["hello_name" if words["name"] else "hello"]
    told = texts[facts.kind.value]
    return Letter(
        key=facts.letter_id,
        to=facts.candidate_email,
        subject=_filled(told["subject"], words),
        text="\n\n".join(_filled(each, words) for each in [hello, *told["paragraphs"], texts["footer"]])
        + "\n",
        html=_page(language, hello, told, texts["footer"], {k: escape(v) for k, v in words.items()}),
    )


def _time(facts: LetterFacts, language: str) -> str:
    moment = facts.scheduled_at if facts.kind is LetterKind.UPCOMING else facts.expires_at
    if moment is None:
        return ""
    if language == DEFAULT_LANGUAGE:
        return spoken_time(moment, facts.time_zone)
    local = moment.astimezone(zone_of(facts.time_zone))
    return f"{local:%Y-%m-%d %H:%M} (UTC{local:%:z})"


def _page(language: str, hello: str, told: dict[str, Any], footer: str, words: dict[str, str]) -> str:
    paragraphs = "\n".join(
        f'<p style="margin:0 0 16px;">{_filled(each, words)}</p>' for each in [hello, *told["paragraphs"]]
    )
    return _template().substitute(
        language=language,
        subject=_filled(told["subject"], words),
        paragraphs=paragraphs,
        footer=_filled(footer, words),
    )


def _filled(text: str, words: dict[str, str]) -> str:
    return Template(text).substitute(words)


def _texts(tag: str) -> tuple[str, dict[str, Any]]:
    code = tag.partition("-")[0].lower()
    known = _all()
    code = code if code in known else DEFAULT_LANGUAGE
    return code, known[code]


@cache
def _all() -> dict[str, Any]:
    import yaml  # noqa: PLC0415 - 20 ms that a cold start need not pay

    text = files("shared.letters").joinpath("around_interview.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


@cache
def _template() -> Template:
    return Template(files("shared.letters").joinpath("around_interview.html").read_text(encoding="utf-8"))
