"""The letter that says that a deletion is done. It names nobody, and holds no link."""

from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any, Final
from uuid import UUID

from shared.domain.erasure import DeletionType
from shared.domain.mail import Letter

DEFAULT_LANGUAGE: Final = "en"


@dataclass(frozen=True, slots=True)
class DeletionLetterFacts:
    letter_id: UUID
    email: str
    language: str
    type: DeletionType

    def __repr__(self) -> str:
        return f"DeletionLetterFacts({self.letter_id})"  # the address outlives nobody's deletion in a log


def deletion_letter(facts: DeletionLetterFacts) -> Letter:
    """In the language of the person's last interview; its own id is the key under which it is sent once."""
    language, texts = _texts(facts.language)
    told = texts[facts.type.value]
    subject, paragraphs = told["subject"], [texts["hello"], *told["paragraphs"]]
    return Letter(
        key=facts.letter_id,
        to=facts.email,
        subject=subject,
        text="\n\n".join([*paragraphs, texts["footer"]]) + "\n",
        html=_template().substitute(
            language=language,
            subject=escape(subject),
            paragraphs="\n".join(f'<p style="margin:0 0 16px;">{escape(each)}</p>' for each in paragraphs),
            footer=escape(texts["footer"]),
        ),
    )


def _texts(tag: str) -> tuple[str, dict[str, Any]]:
    code = tag.partition("-")[0].lower()
    known = _all()
    code = code if code in known else DEFAULT_LANGUAGE
    return code, known[code]


@cache
def _all() -> dict[str, Any]:
    import yaml  # noqa: PLC0415 - 20 ms that a cold start need not pay

    found: dict[str, Any] = yaml.safe_load(
        files("shared.letters").joinpath("deletion.yaml").read_text(encoding="utf-8")
    )
    return found


@cache
def _template() -> Template:
    return Template(files("shared.letters").joinpath("around_interview.html").read_text(encoding="utf-8"))
