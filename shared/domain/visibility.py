"""What people let organisations see of them. Only those they applied to see anything at all."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class ProfileVisibility(StrEnum):
    """Paused is hidden for a while: organisations see the same nothing."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    PAUSED = "paused"


class Part(StrEnum):
    """What can be switched on and off."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    LOCATION = "location"
    EDUCATION = "education"
    EMPLOYMENT = "employment"
    SKILLS = "skills"
    PORTFOLIO = "portfolio"
    LINKEDIN = "linkedin"


OFF_UNLESS_SWITCHED_ON: Final = frozenset({Part.EMAIL, Part.PHONE})

# Which part a field of the profile belongs to; a field that stands here nowhere is always shown.
PART_OF: Final[dict[str, Part]] = {
    "first_name": Part.NAME,
    "last_name": Part.NAME,
    "email": Part.EMAIL,
    "phone": Part.PHONE,
    "suburb": Part.LOCATION,
    "state": Part.LOCATION,
    "postcode": Part.LOCATION,
    "country": Part.LOCATION,
    "linkedin_url": Part.LINKEDIN,
    "portfolio_url": Part.PORTFOLIO,
    "gpa_wam": Part.EDUCATION,
    "education": Part.EDUCATION,
    "employment": Part.EMPLOYMENT,
    "skills": Part.SKILLS,
}


def switches(chosen: Mapping[str, bool]) -> dict[Part, bool]:
    """Every switch as it stands, chosen or not."""
    return {part: chosen.get(part, part not in OFF_UNLESS_SWITCHED_ON) for part in Part}


def shows_whole(chosen: Mapping[str, bool]) -> bool:
    """Whether a document that may say all of it can be shown, as nothing can be taken out of it.

    It is held back by what a person switched off; not by address and phone, which are off until
    switched on, and which people write on what they send to employers.
    """
    return all(shown for part, shown in switches(chosen).items() if part not in OFF_UNLESS_SWITCHED_ON)


def as_seen(fields: Mapping[str, object], chosen: Mapping[str, bool]) -> dict[str, object]:
    """The fields with nothing in those that are switched off: no rows of a list, no value of the rest."""
    shown = switches(chosen)

    def seen(name: str, value: object) -> object:
        part = PART_OF.get(name)
        if part is None or shown[part]:
            return value
        return [] if isinstance(value, list | tuple) else None

    return {name: seen(name, value) for name, value in fields.items()}
