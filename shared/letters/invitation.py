"""The letter that invites to an interview.

Names come from people outside: they are made one line of plain words, and escaped in HTML.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.domain.mail import Letter

VERSION: Final = "invitation/1"
LONGEST_NAME: Final = 200

CLAIM: Final = "First you set up your account with the address this letter was sent to."
CONFIRM: Final = "First you look through your profile and confirm that it is right."
CLAIM_AND_CONFIRM: Final = (
    "First you set up your account with the address this letter was sent to, "
    "and confirm that your profile is right."
)
READY: Final = "You can start as soon as you have opened the invitation, or choose a time that suits you."


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """What the letter tells."""

    invitation_id: UUID
    candidate_email: str
    first_name: str | None
    role_title: str
    organisation_name: str
    time_zone: str | None
    expires_at: datetime
    duration_minutes: int
    question_count: int
    claim_required: bool
    profile_completion_required: bool


def invitation_letter(facts: InvitationFacts, link: str, key: UUID) -> Letter:
    role, company = plain(facts.role_title), plain(facts.organisation_name)
    name = plain(facts.first_name or "")
    words = {
        "subject": f"Your interview with {company}: {role}",
        "greeting": f"Hello {name}," if name else "Hello,",
        "company": company,
        "role": role,
        "link": link,
        "expires": spoken_time(facts.expires_at, facts.time_zone),
        "minutes": str(facts.duration_minutes),
        "questions": str(facts.question_count),
        "steps": _steps(facts),
    }
    return Letter(
        key=key,
        to=facts.candidate_email,
        subject=words["subject"],
        text=_template("invitation.txt").substitute(words),
        html=_template("invitation.html").substitute({k: escape(v) for k, v in words.items()}),
    )


def spoken_time(moment: datetime, time_zone: str | None) -> str:
    """The moment as people write it where the organisation is; in UTC where that is not known."""
    local = moment.astimezone(zone_of(time_zone))
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    zone = "UTC" if not local.utcoffset() else f"{local:%Z}, UTC{local:%:z}"
    return f"{local:%A} {local.day} {local:%B %Y}, {hour}:{local:%M} {half} ({zone})"


def zone_of(name: str | None) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def plain(text: str) -> str:
    """One line without control characters: a name can neither begin a header nor a paragraph of ours."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:LONGEST_NAME]


def _steps(facts: InvitationFacts) -> str:
    match facts.claim_required, facts.profile_completion_required:
        case True, True:
            return CLAIM_AND_CONFIRM
        case True, False:
            return CLAIM
        case False, True:
            return CONFIRM
        case _:
            return READY


@cache
def _template(name: str) -> Template:
    return Template(files("shared.letters").joinpath(name).read_text(encoding="utf-8"))
