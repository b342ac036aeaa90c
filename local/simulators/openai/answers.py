"""Makes the answer to a request: laid ready by a test, spoilt by a fault, or thought by the stand-in."""

from __future__ import annotations

import json
import re
import secrets
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from local.simulators.checks import RefusedError
from local.simulators.model import stand_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from local.simulators.faults import Fault
    from local.simulators.openai.asked import Asked
    from local.simulators.world import World

PIECE: Final = re.compile(r"\s?[^\s]{1,6}|\s+")
FAULTS: Final = (
    "first_token_delay",
    "cut",
    "no_finish",
    "lying_json",
    "length",
    "content_filter",
    "refusal",
)
SCRIPT: Final = frozenset({"text", "json", "refusal", "finish_reason", "first_token_delay", "token_delay"})
FINISHES: Final = frozenset({"stop", "length", "content_filter"})
LIE: Final = '{"unexpected": ["not", "what", "was", "asked", "for"]}'
REFUSAL: Final = "I'm sorry, I can't assist with that request."
SAFE: Final = {
    kind: {"filtered": False, "severity": "safe"} for kind in ("hate", "self_harm", "sexual", "violence")
}
PROMPT_SAFE: Final = {**SAFE, "jailbreak": {"filtered": False, "detected": False}}


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent, in pieces the size of tokens, and what goes wrong with it on the way."""

    pieces: list[str]
    finish: str = "stop"
    refused: bool = False
    first_token_delay: float = 0.0
    token_delay: float = 0.0
    cut_after: int | None = None  # pieces
    silent_end: bool = False
    tokens: int = 0
    identifier: str = field(default_factory=lambda: secrets.token_hex(16))
    created: int = field(default_factory=lambda: int(time.time()))

    @property
    def text(self) -> str:
        return "".join(self.pieces)


def check_script(script: Mapping[str, Any]) -> None:
    if strange := script.keys() - SCRIPT:
        raise ValueError(f"unknown: {', '.join(sorted(strange))}; known: {', '.join(sorted(SCRIPT))}")
    if len(script.keys() & {"text", "json", "refusal"}) != 1:
        raise ValueError("an answer has one of text, json and refusal")
    if script.get("finish_reason", "stop") not in FINISHES:
        raise ValueError(f"finish_reason is one of {', '.join(sorted(FINISHES))}")


def make(world: World, request: Request, asked: Asked) -> Answer:
    """Raises RefusedError where the prompt itself is filtered."""
    filtered = world.faults.take("openai", "content_filter", request)
    if filtered and filtered.detail.get("on", "prompt") == "prompt":
        raise _filtered_prompt()
    answer = _bounded(_scripted(world, asked) or _thought(asked), asked.most_tokens)
    if not answer.token_delay:
        answer = replace(answer, token_delay=world.options.token_delay)
    if filtered:
        answer = _stopped(answer, "content_filter", filtered)
    return _spoilt(world, request, answer)


def _scripted(world: World, asked: Asked) -> Answer | None:
    script = world.scripts.take("openai", asked.facts)
    if script is None:
        return None
    said = script.get("refusal", script.get("text"))
    return Answer(
        PIECE.findall(json.dumps(script["json"], ensure_ascii=False) if said is None else said),
        script.get("finish_reason", "stop"),
        "refusal" in script,
        float(script.get("first_token_delay", 0.0)),
        float(script.get("token_delay", 0.0)),
    )


def _thought(asked: Asked) -> Answer:
    text = stand_in.answer(asked.prompt)
    if asked.json_object:
        text = json.dumps({"answer": text}, ensure_ascii=False)
    return Answer(PIECE.findall(text))


def _bounded(answer: Answer, most: int) -> Answer:
    if len(answer.pieces) <= most:
        return replace(answer, tokens=len(answer.pieces))
    return replace(answer, pieces=answer.pieces[:most], finish="length", tokens=most)


def _spoilt(world: World, request: Request, answer: Answer) -> Answer:
    def due(kind: str) -> Fault | None:
        return world.faults.take("openai", kind, request)

    if fault := due("refusal"):
        pieces = PIECE.findall(str(fault.detail.get("text", REFUSAL)))
        answer = replace(answer, pieces=pieces, refused=True, tokens=len(pieces))
    if fault := due("lying_json"):
        pieces = PIECE.findall(str(fault.detail.get("content", LIE)))
        answer = replace(answer, pieces=pieces, tokens=len(pieces))
    if fault := due("length"):
        answer = _stopped(answer, "length", fault)
    if fault := due("first_token_delay"):
        answer = replace(answer, first_token_delay=float(fault.detail.get("seconds", 5.0)))
    if fault := due("cut"):
        answer = replace(answer, cut_after=int(fault.detail.get("after", 3)))
    if fault := due("no_finish"):
        after = fault.detail.get("after")
        pieces = answer.pieces if after is None else answer.pieces[: int(after)]
        answer = replace(answer, silent_end=True, pieces=pieces)
    return answer


def _stopped(answer: Answer, finish: str, fault: Fault) -> Answer:
    """Break off, by default in the middle."""
    after = int(fault.detail.get("after", max(1, len(answer.pieces) // 2)))
    return replace(answer, pieces=answer.pieces[:after], finish=finish, tokens=after)


def _filtered_prompt() -> RefusedError:
    message = (
        "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. "
        "Please modify your prompt and retry."
    )
    body = {
        "message": message,
        "type": None,
        "param": "prompt",
        "code": "content_filter",
        "status": 400,
        "innererror": {
            "code": "ResponsibleAIPolicyViolation",
            "content_filter_result": {**SAFE, "jailbreak": {"filtered": True, "detected": True}},
        },
    }
    return RefusedError(400, "content_filter", message, body={"error": body})
