"""Prompts as the product writes them, and what the stand-in answers."""

import html
import json
from collections.abc import Mapping, Sequence
from typing import Any

from local.simulators.model.prompt import Message, Prompt
from local.simulators.model.stand_in import answer

TEXT = {"type": "string"}


def an_object(**properties: object) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def a_list(items: object) -> dict[str, Any]:
    return {"type": "array", "items": items}


TURN = an_object(
    text=TEXT,
    action={"type": "string", "enum": ["probe", "advance", "clarify", "close"]},
    competencies=a_list(an_object(competency=TEXT, quote=TEXT)),
    concerns=a_list({"type": "string", "enum": ["instruction_attempt", "off_topic", "distress"]}),
)
RATING = an_object(
    level={"type": "string", "enum": ["1", "2", "3", "4", "5", "insufficient_evidence"]},
    citations=a_list(an_object(segment_id=TEXT, quote=TEXT)),
    rationale=TEXT,
)


def ask(task: str, data: str, schema: Mapping[str, Any], *, seed: int = 0, temperature: float = 1.0) -> Any:
    messages = (Message("system", "You work for Talenti."), Message("user", data))
    return json.loads(answer(Prompt(messages, task, schema, seed, temperature)))


def block(tag: str, text: str, /, **attributes: str) -> str:
    """Escape the data, as the product does."""
    told = "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items())
    return f"<{tag}{told}>{html.escape(text, quote=False)}</{tag}>"


def evidence(segments: Sequence[str]) -> str:
    inner = "".join(block("segment", text, id=f"segment-{number}") for number, text in enumerate(segments))
    return f"<evidence>{inner}</evidence>"


def rate(segments: Sequence[str], name: str, criteria: str, *, seed: int = 0) -> Any:
    levels = "".join(block("level", f"Anchor of level {n}.", n=str(n)) for n in range(1, 6))
    dimension = block("dimension", criteria, name=name, label=name.replace("_", " ").title())
    return ask("rating", f"{dimension}<levels>{levels}</levels>{evidence(segments)}", RATING, seed=seed)


def a_turn(said: str, **changed: Any) -> Any:
    asked = {
        "current": "Tell me about a time you made something slow faster.",
        "competency": "performance",
        "hint": "",
        "following": "How do you decide what to test before a release?",
        "closing": "Thank you for your time. You will hear from us within a week.",
        "allowed": "probe, advance, clarify",
        "open": "performance, testing, communication",
        "seconds_left": 600,
        "probes_left": 1,
        "phase": "core",
        "seed": 0,
        "language": "",
        **changed,
    }
    progress = {"questions_asked": 2, "questions_total": 6, "phase": asked["phase"]}
    progress |= {"seconds_left": asked["seconds_left"], "probes_left": asked["probes_left"]}
    parts = [
        block("language", asked["language"]) if asked["language"] else "",
        block("role", json.dumps({"title": "Engineer"})),
        block("progress", json.dumps(progress)),
        block("current_question", asked["current"], order="2", competency=asked["competency"]),
        block("follow_up_hint", asked["hint"]) if asked["hint"] else "",
        block("next_question", asked["following"], order="3", competency="testing")
        if asked["following"]
        else block("closing", asked["closing"]),
        block("allowed_actions", asked["allowed"]),
        block("open_competencies", asked["open"]),
        block("recent", f"interviewer: {asked['current']}\ncandidate: {said}"),
        block("answer", said),
    ]
    return ask("interview_turn", "\n".join(parts), TURN, seed=asked["seed"])


def fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value keeps to a schema, as far as the stand-in's schemas go."""
    return _fits(schema, value, schema)


def _fits(schema: Any, value: Any, root: Any) -> bool:
    if "$ref" in schema:
        return _fits(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], value, root)
    if "anyOf" in schema:
        return any(_fits(each, value, root) for each in schema["anyOf"])
    if "const" in schema or "enum" in schema:
        return value in schema.get("enum", [schema.get("const")])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return any(_is(kind, schema, value, root) for kind in kinds)


def _is(kind: str, schema: Any, value: Any, root: Any) -> bool:
    if kind == "object":
        inner = schema["properties"]
        return (
            isinstance(value, dict)
            and list(value) == list(inner)
            and all(_fits(inner[key], value[key], root) for key in inner)
        )
    if kind == "array":
        return isinstance(value, list) and all(_fits(schema["items"], each, root) for each in value)
    plain = {"string": str, "integer": int, "number": float, "boolean": bool, "null": type(None)}
    return isinstance(value, plain[kind])
