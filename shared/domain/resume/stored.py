"""A résumé as it is kept in a snapshot, and back: what was read and where, the text beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from shared.domain.resume.fields import (
    Education,
    Employment,
    Field,
    Month,
    ReadBy,
    ResumeWarning,
    Span,
    StructuredResume,
)
from shared.domain.resume.visible import Finding, FindingKind, VisibleText

type Facts = Mapping[str, Any]

ONE = ("name", "email", "phone", "location", "summary")
MANY = ("links", "technical_skills", "soft_skills", "languages", "certifications")
OF_EMPLOYMENT = ("title", "company", "start", "end")
OF_EDUCATION = ("degree", "institution", "field_of_study", "start", "end")
PLAIN = ("dropped", "confidence", "model_version", "prompt_version", "parser_version")


def as_data(resume: StructuredResume) -> dict[str, Any]:
    """Everything but the text, which the snapshot keeps as `raw_text`."""
    return {
        **{name: _field(getattr(resume, name)) for name in ONE},
        **{name: [_field(each) for each in getattr(resume, name)] for name in MANY},
        **{name: getattr(resume, name) for name in PLAIN},
        "employment": [_employment(each) for each in resume.employment],
        "education": [_entry(each, OF_EDUCATION) for each in resume.education],
        "warnings": [{"code": each.code, "span": _span(each.span)} for each in resume.warnings],
        "read_by": resume.read_by.value,
        "findings": [asdict(each) for each in resume.text.findings],
        "hidden": list(resume.text.hidden),
        "is_cut": resume.text.is_cut,
        "is_checked": resume.text.is_checked,
    }


def from_data(data: Facts, raw_text: str) -> StructuredResume:
    """The opposite. Raises KeyError, TypeError or ValueError where another parser wrote it."""
    text = VisibleText(
        text=raw_text,
        findings=tuple(Finding(**{**each, "kind": FindingKind(each["kind"])}) for each in data["findings"]),
        hidden=tuple(data["hidden"]),
        is_cut=data["is_cut"],
        is_checked=data["is_checked"],
    )
    plain: dict[str, Any] = {name: data[name] for name in PLAIN}
    plain |= {name: _read(data[name]) for name in ONE}
    plain |= {name: tuple(map(_read, data[name])) for name in MANY}
    return StructuredResume(
        text=text,
        read_by=ReadBy(data["read_by"]),
        **plain,
        employment=tuple(map(_read_employment, data["employment"])),
        education=tuple(
            Education(**_read_entry(each, OF_EDUCATION), confidence=each["confidence"])
            for each in data["education"]
        ),
        warnings=tuple(ResumeWarning(each["code"], _read_span(each["span"])) for each in data["warnings"]),
    )


def _field(field: Field[Any] | None) -> dict[str, Any] | None:
    if field is None:
        return None
    value = str(field.value) if isinstance(field.value, Month) else field.value
    return {"value": value, "span": _span(field.span), "confidence": field.confidence}


def _span(span: Span | None) -> list[int] | None:
    return None if span is None else [span.start, span.end]


def _entry(entry: Employment | Education, names: Sequence[str]) -> dict[str, Any]:
    fields = {name: _field(getattr(entry, name)) for name in names}
    return {**fields, "span": _span(entry.span), "confidence": entry.confidence}


def _employment(job: Employment) -> dict[str, Any]:
    achievements = [_field(each) for each in job.achievements]
    return {**_entry(job, OF_EMPLOYMENT), "is_current": job.is_current, "achievements": achievements}


def _read(stored: Facts | None) -> Any:  # noqa: ANN401 - a field of a text
    if stored is None:
        return None
    return Field(stored["value"], Span(*stored["span"]), stored["confidence"])


def _read_month(stored: Facts | None) -> Field[Month] | None:
    if stored is None:
        return None
    return Field(Month.parse(stored["value"]), Span(*stored["span"]), stored["confidence"])


def _read_span(stored: Sequence[int] | None) -> Span | None:
    return None if stored is None else Span(*stored)


def _read_entry(stored: Facts, names: Sequence[str]) -> dict[str, Any]:
    months = ("start", "end")
    fields = {name: (_read_month if name in months else _read)(stored[name]) for name in names}
    return {**fields, "span": Span(*stored["span"])}


def _read_employment(stored: Facts) -> Employment:
    return Employment(
        **_read_entry(stored, OF_EMPLOYMENT),
        is_current=stored["is_current"],
        achievements=tuple(map(_read, stored["achievements"])),
        confidence=stored["confidence"],
    )
