"""Reads a job description by rules, and holds a person's text against what it asks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from local.simulators.model import skills
from local.simulators.model.blocks import Block, Blocks
from local.simulators.model.reading import quoted, sentences, stems
from local.simulators.model.resume import BULLET, DEGREE
from local.simulators.model.shape import Found

if TYPE_CHECKING:
    from local.simulators.model.prompt import Prompt

YEARS: Final = re.compile(
    r"\b(?:at least |minimum (?:of )?|over )?(\d{1,2})\s*\+?\s*(?:-\s*\d+\s*)?(?:years?|yrs|jahre)\b",
    re.IGNORECASE,
)
CERTIFICATE: Final = re.compile(
    r"\b(?:certifi\w+|licen[cs]e\w*|accredit\w+|registration|registered|rsa|cpa|pmp|cissp)\b", re.IGNORECASE
)
QUALIFICATION: Final = re.compile(
    r"\b(?:required|must have|you have|you bring|essential|proven|ability to|knowledge of|experience)\b",
    re.IGNORECASE,
)
DUTY: Final = re.compile(
    r"^(?:you will |you'll |responsible for |to )?(?:build|design|develop|lead|manage|own|write|run|maintain|"
    r"support|plan|prepare|deliver|ensure|coordinate|work|create|operate|improve|analyse|analyze|review|train|report|"
    r"handle|serve|cook|care|assess|monitor|implement|collaborate)\w*\b",
    re.IGNORECASE,
)
WANTED: Final = re.compile(
    r"^\W*(?:requirements?|qualifications?|you have|about you|what you bring|essential)\W*$", re.IGNORECASE
)
DUTIES: Final = re.compile(
    r"^\W*(?:responsibilities|duties|the role|what you will do|what you'll do|your tasks)\W*$", re.IGNORECASE
)
MET: Final = 0.6  # share of what a requirement names that a text shows
PARTLY: Final = 0.3


def structure(prompt: Prompt) -> dict[str, Any]:
    text = Blocks(prompt.data).text("job_description")
    lines = _lines(text)
    technical = _quoted(skills.known_in(text), lines)
    soft = _quoted(skills.soft_in(text), lines)
    years = [(int(found[1]), line) for _, line in lines if (found := YEARS.search(line))]
    duties = [line for kind, line in lines if kind == "duty" or (kind == "" and DUTY.match(line))]
    wanted = [line for kind, line in lines if kind == "wanted" or QUALIFICATION.search(line)]
    degree = next((line for _, line in lines if DEGREE.search(line)), None)
    return {
        "technical_skills": technical,
        "soft_skills": soft,
        "skills": [*technical, *soft],
        "years": Found(max(years)[0], max(years)[1]) if years else None,
        "employment": [Found(line, line) for _, line in years],
        "education": Found(degree, degree) if degree else None,
        "qualifications": [Found(line, line) for line in wanted if line not in duties],
        "certifications": [Found(line, line) for _, line in lines if CERTIFICATE.search(line)],
        "responsibilities": [Found(line, line) for line in duties],
        "suggested_questions": _questions([str(each.value) for each in technical], duties),
    }


def match(prompt: Prompt) -> dict[str, Any]:
    """For each requirement, whether the person's own words show it, and which."""
    blocks = Blocks(prompt.data)
    if proof := blocks.all("evidence"):
        return {"items": [_judged(each, proof) for each in blocks.all("requirement")]}
    asked = _asked(blocks)
    own = [
        line
        for name in blocks.names()
        if name not in {"requirements", "requirement"}
        for line in _own(blocks, name)
    ]
    items = [_held_against(requirement, own) for requirement in asked]
    shown = sum(item["status"] == "met" for item in items)
    partly = sum(item["status"] == "partly" for item in items)
    share = (shown + partly / 2) / len(items) if items else 0.0
    return {
        "items": items,
        "score": Found(round(100 * share)),
        "match_score": Found(round(100 * share)),
        "strengths": [item for item in items if item["status"] == "met"],
        "improvements": [item for item in items if item["status"] == "missing"],
        "summary": f"{shown} of {len(items)} requirements are shown.",
    }


def _judged(requirement: Block, proof: list[Block]) -> dict[str, Any]:
    """By the one item that shows most of it, as proof is an item and not a whole life."""
    items = [_held_against(requirement.text, [each.text]) for each in proof]
    best = max(range(len(items)), key=lambda place: float(items[place]["confidence"]))
    status = items[best]["status"]
    shown = {"met": "met", "partly": "partly"}.get(str(status), "not_shown")
    return {
        "requirement_id": requirement.attributes.get("id", ""),
        "shown": shown,
        "evidence_id": "" if shown == "not_shown" else proof[best].attributes.get("id", ""),
        "quote": items[best]["quote"],
    }


def _asked(blocks: Blocks) -> list[str]:
    single = [block.text for block in blocks.all("requirement")]
    inner = [block.text for parent in blocks.all("requirements") for block in parent.inner.all("requirement")]
    text = re.sub(r'[\[\]{}"]', "\n", blocks.text("requirements"))
    lines = [BULLET.sub("", line).strip(" ,:") for line in re.split(r"[\n,;]", text)]
    return single or inner or [line for line in lines if line and not line.endswith("_skills")]


def _own(blocks: Blocks, name: str) -> list[str]:
    return [each for block in blocks.all(name) for each in sentences(block.text)]


def _held_against(requirement: str, own: list[str]) -> dict[str, Any]:
    wanted = stems(requirement)

    def share(line: str) -> float:
        return len(wanted & stems(line)) / len(wanted) if wanted else 0.0

    best = max(own, key=share, default="")
    shown = share(" ".join(own))  # a requirement may be met in several places
    status = "met" if shown >= MET else "partly" if shown >= PARTLY else "missing"
    quote = quoted(best) if status != "missing" else ""
    return {
        "requirement": requirement,
        "status": status,
        "quote": quote,
        "quotes": [quote] if quote else [],
        "confidence": round(shown, 2),
    }


def _lines(text: str) -> list[tuple[str, str]]:
    """Each line or sentence, with what its heading makes of it."""
    kind, found = "", []
    for raw in filter(str.strip, text.splitlines()):
        if WANTED.match(raw):
            kind = "wanted"
        elif DUTIES.match(raw):
            kind = "duty"
        elif re.fullmatch(r"\W*[A-Z][\w' ]{2,30}:?\W*", raw) and not BULLET.match(raw):
            kind = ""
        else:
            found += [(kind, part) for part in sentences(BULLET.sub("", raw))]
    return found


def _quoted(found: list[Found], lines: list[tuple[str, str]]) -> list[Found]:
    """Quote the line that asks for it."""
    return [
        Found(each.value, next((line for _, line in lines if str(each.value) in line), str(each.value)))
        for each in found
    ]


def _questions(named: list[str], duties: list[str]) -> list[str]:
    about_skills = [
        f"Tell me about something you built or did with {name}. What was your part?" for name in named[:3]
    ]
    about_duties = [
        f"This role asks you to {_as_asked(duty)}. When did you last do that?" for duty in duties[:2]
    ]
    return about_skills + about_duties or ["Which part of your work are you proudest of, and why?"]


def _as_asked(duty: str) -> str:
    text = re.sub(r"^(?:you will|you'll|responsible for|to)\s+", "", duty, flags=re.IGNORECASE).rstrip(".")
    return text[0].lower() + text[1:]
