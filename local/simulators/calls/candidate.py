"""The virtual candidate: takes the call, listens, and answers, by script or by nature."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from local.simulators.calls.bodies import TONES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.simulators.calls.bodies import Choice, Recognize
    from local.simulators.calls.model import Call
    from local.simulators.world import World

WORDS_A_SECOND: Final = 2.5
THINKING_SECONDS: Final = 0.8
RINGING_SECONDS: Final = 1.0

ANSWERS: Final = (
    (
        "In my last role our nightly report took six hours. I profiled it, found that one query read the "
        "whole table for each customer, and rewrote it as a single grouped query with an index. It has "
        "taken eleven minutes since, and support stopped getting complaints."
    ),
    (
        "We had two teams changing the same service and breaking each other. I invited both to a short "
        "weekly meeting, we agreed on contracts between the parts, and I wrote tests that hold them. "
        "Breakages fell from about five a month to one in the following quarter."
    ),
    (
        "I once shipped a migration that locked a busy table. I rolled it back within four minutes, told "
        "everybody what happened, and then split it into small steps that take no lock. Since then we "
        "rehearse every migration on a copy of production."
    ),
    (
        "I like to begin with the people who will use it. On the booking project I sat with three clerks "
        "for a day, and saw that they retyped the same address four times. We removed that first, and it "
        "saved each of them about an hour a day."
    ),
    (
        "I have worked with Python for seven years, mostly on services that handle payments and "
        "documents. I write small functions, test at the borders, and measure before I make anything "
        "faster."
    ),
    (
        "Thank you. I would like to know how the team decides what to work on next, and what a good first "
        "three months would look like."
    ),
)

RINGS: Final = {
    "answers": (200, 0),
    "nobody": (480, 10037),
    "busy": (486, 560486),
    "declined": (603, 560603),
}


def seconds_of(text: str) -> float:
    return max(0.4, len(text.split()) / WORDS_A_SECOND)


@dataclass(frozen=True, slots=True)
class Ring:
    """How a call is taken."""

    outcome: str = "answers"
    after: float = RINGING_SECONDS


@dataclass(frozen=True, slots=True)
class Reaction:
    """What is done when somebody listens: at most one of these is set; none of them is silence."""

    says: str | None = None
    tones: tuple[str, ...] = ()
    mumbles: bool = False
    hangs_up: bool = False
    fails: int | None = None  # a sub-code of the service
    after: float = THINKING_SECONDS
    interrupts: bool = False
    confidence: float = 0.93


LISTENING: Final = frozenset(
    {"says", "tones", "mumbles", "hangs_up", "fails", "silence", "after", "interrupts", "confidence"}
)
RINGING: Final = frozenset({"outcome", "after"})
PLAYING: Final = frozenset({"fails"})


class Candidate:
    """Scripts come first: `calls` for what is said, `rings` for how a call is taken, `plays` for faults."""

    def __init__(self, world: World) -> None:
        self._world = world
        world.scripts.accept("calls", check_reaction)
        world.scripts.accept("rings", check_ring)
        world.scripts.accept("plays", lambda script: _only(script, PLAYING))

    def take(self, whom: str) -> Ring:
        script = self._world.scripts.take("rings", {"whom": whom}) or {}
        return Ring(script.get("outcome", "answers"), float(script.get("after", RINGING_SECONDS)))

    def react(self, call: Call, asked: Recognize, prompt: str) -> Reaction:
        facts = {
            "call": call.id,
            "whom": asked.recognize_options.target_participant.id,
            "context": asked.operation_context or "",
            "prompt": prompt,
        }
        script = self._world.scripts.take("calls", facts)
        return _reaction(script) if script is not None else _by_nature(asked, prompt)

    def fault_of_play(self, call: Call, text: str, context: str | None) -> int | None:
        facts = {"call": call.id, "text": text, "context": context or ""}
        script = self._world.scripts.take("plays", facts)
        return int(script["fails"]) if script is not None else None


def check_reaction(script: Mapping[str, Any]) -> None:
    _only(script, LISTENING)
    if len(script.keys() & {"says", "tones", "mumbles", "hangs_up", "fails", "silence"}) != 1:
        raise ValueError("say one of: says, tones, mumbles, hangs_up, fails, silence")
    if strange := set(script.get("tones", ())) - set(TONES):
        raise ValueError(f"unknown tones: {', '.join(sorted(strange))}")


def check_ring(script: Mapping[str, Any]) -> None:
    _only(script, RINGING)
    if script.get("outcome", "answers") not in RINGS:
        raise ValueError(f"outcome must be one of {', '.join(RINGS)}")


def choice_of(reaction: Reaction, choices: list[Choice]) -> tuple[Choice, str | None] | None:
    """The choice that words or a key mean, with the phrase that was recognised."""
    for choice in choices:
        if reaction.tones and choice.tone == reaction.tones[0]:
            return choice, None
        said = (reaction.says or "").casefold()
        for phrase in choice.phrases:
            if said and phrase.casefold() in said:
                return choice, phrase
    return None


def _only(script: Mapping[str, Any], known: frozenset[str]) -> None:
    if strange := script.keys() - known:
        raise ValueError(f"unknown: {', '.join(sorted(strange))}; known: {', '.join(sorted(known))}")


def _reaction(script: Mapping[str, Any]) -> Reaction:
    return Reaction(
        says=script.get("says"),
        tones=tuple(script.get("tones", ())),
        mumbles=bool(script.get("mumbles")),
        hangs_up=bool(script.get("hangs_up")),
        fails=script.get("fails"),
        after=float(script.get("after", THINKING_SECONDS)),
        interrupts=bool(script.get("interrupts")),
        confidence=float(script.get("confidence", 0.93)),
    )


def _by_nature(asked: Recognize, prompt: str) -> Reaction:
    options = asked.recognize_options
    if asked.recognize_input_type == "choices":
        return Reaction(says=(options.choices or [])[0].phrases[0])
    if asked.recognize_input_type == "dtmf":
        most = options.dtmf_options.max_tones_to_collect if options.dtmf_options else None
        return Reaction(tones=("one",) * (most or 1))
    return Reaction(says=ANSWERS[zlib.crc32(prompt.encode()) % len(ANSWERS)])
