"""Pours what was found into the shape that a schema asks for, whatever it calls things."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEEPEST: Final = 12
# what schemas may call what we found under the first name
NAMES: Final[tuple[tuple[str, ...], ...]] = (
    ("name", "full_name", "candidate_name"),
    ("email", "email_address", "mail"),
    ("phone", "phone_number", "telephone", "mobile"),
    ("location", "city", "address", "place"),
    ("links", "urls", "profiles"),
    ("summary", "profile", "professional_summary", "about", "narrative", "narrative_summary", "overview"),
    ("employment", "experience", "work_experience", "work_history", "positions", "jobs", "employments"),
    ("title", "job_title", "position", "role"),
    ("company", "employer", "organisation", "organization", "company_name"),
    ("start", "start_date", "from", "started", "begin", "start_month"),
    ("end", "end_date", "to", "until", "ended", "end_month"),
    ("current", "is_current", "ongoing"),
    ("description", "details"),
    ("achievements", "bullets", "highlights", "accomplishments", "duties"),
    ("education", "educations", "studies", "academic"),
    ("degree", "qualification"),
    ("institution", "school", "university", "college"),
    ("field", "field_of_study", "subject", "major"),
    ("year", "graduation_year", "end_year", "completed"),
    ("technical_skills", "technical", "hard_skills", "hard", "tools"),
    ("soft_skills", "soft", "interpersonal"),
    ("languages", "spoken_languages"),
    ("certifications", "certificates", "licences", "licenses"),
    ("warnings", "orders", "hidden_instructions"),
    ("value", "name", "text", "skill", "skill_name", "label", "description", "title", "item"),
    ("quote", "source", "evidence", "evidence_quote", "source_quote", "span"),
    ("years", "experience_years", "min_years", "minimum_years", "years_of_experience"),
    ("sentences", "items", "statements", "paragraphs"),
    ("strengths", "went_well", "positives"),
    ("improvements", "to_improve", "growth", "weaknesses", "gaps"),
    ("next_steps", "suggestions", "advice", "recommendations"),
    ("segment_ids", "segments"),
    ("items", "requirements", "matches", "assessments", "results"),
    ("requirement", "text", "name", "skill"),
    ("status", "met", "match", "fit", "outcome"),
)
ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    alias: tuple(group[0] for group in NAMES if alias in group) for group in NAMES for alias in group
}


@dataclass(frozen=True, slots=True)
class Found:
    """A value, the words it was read from, and how sure that reading is."""

    value: str | int
    quote: str = ""
    sure: float = 0.9

    @property
    def facts(self) -> dict[str, Any]:
        return {"value": self.value, "quote": self.quote or str(self.value), "confidence": self.sure}


class Shape:
    """A schema to be filled. What is not found is null, empty, or the first that is allowed."""

    def __init__(self, schema: Mapping[str, Any], spare: Sequence[str] = ()) -> None:
        self._root = schema
        self._spare = list(spare)  # texts for strings that nothing was found for

    def fill(self, value: object) -> Any:  # noqa: ANN401 - any JSON
        return self._fill(self._root, value, "", 0)

    def _fill(  # noqa: PLR0911 - one line for each kind of schema
        self, schema: Mapping[str, Any], value: object, name: str, depth: int
    ) -> Any:  # noqa: ANN401
        schema = self._followed(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return _chosen(schema["enum"], _plain(value))
        if "anyOf" in schema:
            return self._either(schema["anyOf"], value, name, depth)
        kind = schema.get("type", "object")
        if isinstance(kind, list):
            return self._either([{**schema, "type": each} for each in kind], value, name, depth)
        if kind == "object":
            return self._object(schema, value, depth)
        if kind == "array":
            return self._array(schema, value, name, depth)
        return self._scalar(kind, value, name)

    def _scalar(self, kind: str, value: object, name: str) -> str | float | bool | None:
        match kind:
            case "string":
                return self._string(value, name)
            case "integer" | "number":
                return _number(value, kind)
            case "boolean":
                return _plain(value) in {True, "true", "yes", "met"}
            case _:
                return None

    def _followed(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while (reference := schema.get("$ref")) is not None:
            found: Any = self._root
            for part in str(reference).removeprefix("#").strip("/").split("/"):
                found = found[part] if part else found
            schema = found
        return schema

    def _either(self, variants: Sequence[Mapping[str, Any]], value: object, name: str, depth: int) -> Any:  # noqa: ANN401
        followed = [self._followed(variant) for variant in variants]
        may_be_null = any(variant.get("type") == "null" for variant in followed)
        if may_be_null and (value in (None, "") or depth > DEEPEST):
            return None
        real = [variant for variant in followed if variant.get("type") != "null"]
        best = next((variant for variant in real if _suits(variant, value)), real[0])
        return self._fill(best, value, name, depth)

    def _object(self, schema: Mapping[str, Any], value: object, depth: int) -> dict[str, Any]:
        facts: Any = value.facts if isinstance(value, Found) else value
        if isinstance(facts, str | int | float):
            facts = Found(facts if isinstance(facts, int) else str(facts)).facts
        facts = facts if isinstance(facts, dict) else {}
        filled = {}
        for name, inner in schema.get("properties", {}).items():
            found = _named(facts, name)
            followed = self._followed(inner)
            if followed.get("type") == "object" and not isinstance(found, dict | Found):
                found = facts  # a folder, such as `contact`, of what stands beside each other here
            if depth > DEEPEST:
                found = None
            filled[name] = self._fill(inner, found, name, depth + 1)
        return filled

    def _array(self, schema: Mapping[str, Any], value: object, name: str, depth: int) -> list[Any]:
        if value in (None, "") or depth > DEEPEST:
            return []
        values = value if isinstance(value, list | tuple) else [value]
        return [self._fill(schema.get("items", {}), each, name, depth + 1) for each in values]

    def _string(self, value: object, name: str) -> str:
        plain = _plain(value)
        if plain is None or isinstance(plain, dict | list):
            return self._spare.pop(0) if self._spare and not name.endswith(("id", "_at")) else ""
        return str(plain)


def _named(facts: Mapping[str, Any], name: str) -> object:
    if name in facts:
        return facts[name]
    return next((facts[known] for known in ALIASES.get(name, ()) if known in facts), None)


def _plain(value: object) -> object:
    if isinstance(value, Found):
        return value.value
    if isinstance(value, dict):
        return next((value[key] for key in ("value", "text", "name", "title") if key in value), value)
    return value


def _suits(schema: Mapping[str, Any], value: object) -> bool:
    kind = schema.get("type")
    plain = _plain(value)
    return (
        (kind == "array" and isinstance(value, list | tuple))
        or (kind == "object" and isinstance(value, dict | Found))
        or (kind == "string" and isinstance(plain, str))
        or (kind in ("integer", "number") and isinstance(plain, int | float))
        or ("enum" in schema and plain in schema["enum"])
    )


def _chosen(values: Sequence[Any], wanted: object) -> object:
    if wanted in values:
        return wanted
    asked = _letters(wanted)
    for value in values:
        if asked and isinstance(value, str) and _letters(value) == asked:
            return value
    for value in values:
        if asked and isinstance(value, str) and (_letters(value) in asked or asked in _letters(value)):
            return value
    return next((value for value in values if value in ("other", "unknown", "none")), values[0])


def _letters(value: object) -> str:
    return re.sub(r"[^a-z0-9]", "", str(value).lower()) if isinstance(value, str | int) else ""


def _number(value: object, kind: str) -> float:
    plain = _plain(value)
    if isinstance(plain, str) and (found := re.search(r"-?\d+(?:\.\d+)?", plain)):
        plain = float(found[0])
    number = plain if isinstance(plain, int | float) else 0
    return int(number) if kind == "integer" else float(number)
