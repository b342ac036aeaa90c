"""Holds the interview: acknowledges, asks what was planned, probes what an answer lacks, closes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from local.simulators.model import phrases, words
from local.simulators.model.blocks import Blocks
from local.simulators.model.reading import Reading, language, quoted, sentences, stems, terms_of

if TYPE_CHECKING:
    from random import Random

    from local.simulators.model.prompt import Prompt

SHORT: Final = 15  # words
ENOUGH: Final = 12  # words that can show a competency
HURRY: Final = 60  # seconds left in which nothing more is probed
LONG_SUMMARY: Final = 1_500  # characters
SAID: Final = re.compile(r"^candidate:\s*(.+?)(?=^interviewer:|^candidate:|\Z)", re.MULTILINE | re.DOTALL)
# phases in which nobody tells of what they have done
TALK: Final = re.compile(r"open|intro|warm|welcome|clos|wrap|question|end", re.IGNORECASE)


@dataclass(frozen=True)
class Turn:
    """What the interviewer has before them."""

    answer: Reading
    question: str
    competency: str
    hint: str
    next_question: str
    closing: str
    allowed: frozenset[str]
    open: tuple[str, ...]
    progress: dict[str, Any]
    language: str

    @property
    def may_probe(self) -> bool:
        enough_time = self.progress.get("seconds_left") is None or self.progress["seconds_left"] >= HURRY
        return "probe" in self.allowed and bool(self.progress.get("probes_left", 1)) and enough_time

    @property
    def is_talk(self) -> bool:
        return TALK.search(str(self.progress.get("phase") or "")) is not None


def turn(prompt: Prompt) -> dict[str, Any]:
    blocks = Blocks(prompt.data)
    asked = _asked(blocks)
    chance = prompt.chance()
    text, action = _reply(asked, chance)
    return {
        "text": text,
        "action": action,
        "competencies": _shown(asked),
        "concerns": _concerns(asked),
    }


def _asked(blocks: Blocks) -> Turn:
    current, following = blocks.get("current_question"), blocks.get("next_question")
    return Turn(
        answer=Reading(blocks.text("answer")),
        question=current.text if current else "",
        competency=current.attributes.get("competency", "") if current else "",
        hint=blocks.text("follow_up_hint"),
        next_question=following.text if following else "",
        closing=blocks.text("closing"),
        allowed=frozenset(blocks.listed("allowed_actions")) or frozenset({"advance"}),
        open=tuple(blocks.listed("open_competencies")),
        progress=_json_object(blocks.text("progress")),
        language=_language(blocks, following.text if following else blocks.text("closing")),
    )


def _language(blocks: Blocks, said_next: str) -> str:
    """The one that is named, as in `German (de-DE)`, else that of what is to be said."""
    named = re.search(r"\(?\b([a-z]{2})(?:-\w+)?\)?$", blocks.text("language"))
    return named[1] if named else language(said_next)


def _reply(asked: Turn, chance: Random) -> tuple[str, str]:
    say = phrases.in_language(asked.language)
    answer = asked.answer
    if answer.is_distressed and "clarify" in asked.allowed:
        return f"{say['care']} {say['whenever']} {asked.question}", "clarify"
    if answer.asks_back and "clarify" in asked.allowed:
        return f"{say['of_course']} {say['put_differently']} {asked.question}", "clarify"
    if answer.instructs and not answer.has("action"):
        return _after_an_instruction(asked, say)
    if answer.knows_nothing:
        return _onwards(asked, say["that_is_fine"])
    before = say["stay_with_you"] if answer.instructs else acknowledgement(answer, asked.language, chance)
    if asked.may_probe and (probe := lacking(asked, chance)):
        return f"{before} {probe}", "probe"
    return _onwards(asked, before)


def _after_an_instruction(asked: Turn, say: dict[str, Any]) -> tuple[str, str]:
    """Nothing of it is followed; the question stands."""
    if asked.may_probe and not _said_before(asked):
        return f"{say['stay_with_you']} {asked.question}", "probe"
    return _onwards(asked, say["stay_with_you"])


def _said_before(asked: Turn) -> bool:
    return asked.progress.get("probes_left") == 0


def _onwards(asked: Turn, before: str) -> tuple[str, str]:
    if asked.next_question and "advance" in asked.allowed:
        return f"{before} {asked.next_question}", "advance"
    if asked.closing and ("close" in asked.allowed or not asked.next_question):
        thanked = before == phrases.in_language(asked.language)["thanks"]
        text = asked.closing if thanked else f"{before} {asked.closing}"
        return text, "close" if "close" in asked.allowed else "advance"
    action = next(
        (each for each in ("probe", "clarify", "advance", "close") if each in asked.allowed), "advance"
    )
    return f"{before} {asked.question}".strip(), action


def lacking(asked: Turn, chance: Random) -> str | None:
    """The question that asks for what the answer lacks most; None when it lacks nothing that matters."""
    say, answer = phrases.in_language(asked.language), asked.answer
    if asked.is_talk:
        return say["more"] if answer.words < SHORT // 3 else None
    comparable = bool(asked.hint) and language(asked.hint) == answer.language
    untouched = comparable and not stems(asked.hint) & answer.stems
    lacks = (
        (answer.words < SHORT, _from_hint(asked) or say["more"]),
        (_goes_astray(asked), f"{say['back_to']} {asked.question}"),
        (
            not answer.has("example") and not answer.has("action"),
            chance.choice((say["example"], say["situation"])),
        ),
        (not answer.has("action"), say["own_part"]),
        (
            not answer.has("outcome") and not answer.has("figures"),
            chance.choice((say["outcome"], say["how_known"])),
        ),
        (untouched, _from_hint(asked)),
        # one may do without figures every other time
        (not answer.has("figures") and chance.random() < 0.5, say["figures"]),
    )
    return next((probe for is_so, probe in lacks if is_so), None)


def _from_hint(asked: Turn) -> str | None:
    hint = asked.hint.strip()
    if not hint:
        return None
    if hint.endswith(("?", "\uff1f")):
        return hint
    said = phrases.spoken(hint.rstrip(".\u3002"))
    return str(phrases.in_language(asked.language)["about"]).format(said)


def _goes_astray(asked: Turn) -> bool:
    """It neither touches the question nor tells of anything done."""
    about = stems(asked.question) | terms_of(asked.competency)
    same = language(asked.answer.text) == language(asked.question)
    return same and not (about & asked.answer.stems) and not asked.answer.has("action")


def acknowledgement(answer: Reading, speaks: str, chance: Random) -> str:
    """Take up something that was said: turned to the speaker in English, else in their own words."""
    say = phrases.in_language(speaks)
    telling = sorted(
        (each for each in answer.sentences if each.concreteness > 0 and _may_be_repeated(each.text)),
        key=lambda each: -each.concreteness - 3 * bool(each.action),
    )
    clause = phrases.clause(chance.choice(telling[:2]).text) if telling else None
    if clause is None:
        return str(say["thanks"])
    turned = phrases.turned(clause) if answer.language == speaks == "en" else None
    if turned:
        return str(chance.choice(say["taken_up"])).format(turned)
    return str(say["noted"]).format(clause)


def _may_be_repeated(text: str) -> bool:
    return not words.PRIVATE.are_in(text.lower()) and not re.search(r"[<>{}\[\]@/\\*_`#|]", text)


def _shown(asked: Turn) -> list[dict[str, str]]:
    if asked.answer.words < ENOUGH and asked.answer.language != "zh":
        return []
    if asked.answer.knows_nothing or asked.answer.asks_back:
        return []
    shown = []
    for competency in asked.open:
        terms = terms_of(competency)
        best = asked.answer.best(terms)
        if best is None or best.concreteness <= 0:
            continue
        if competency == asked.competency or terms & best.stems:
            shown.append({"competency": competency, "quote": quoted(best.text)})
    return shown


def _concerns(asked: Turn) -> list[str]:
    found = []
    if asked.answer.instructs:
        found.append("instruction_attempt")
    if asked.answer.is_distressed:
        found.append("distress")
    if not found and asked.answer.words >= SHORT and not asked.is_talk and _goes_astray(asked):
        found.append("off_topic")
    return found


def summary(prompt: Prompt) -> dict[str, Any]:
    """What was said so far: the former summary, and the most telling sentence of each new answer."""
    blocks = Blocks(prompt.data)
    said = re.findall(
        r"^candidate:\s*(.+?)(?=^interviewer:|^candidate:|\Z)",
        blocks.text("recent"),
        re.MULTILINE | re.DOTALL,
    )
    new = []
    for answer in said:
        best = Reading(answer).best()
        if best is not None and not best.denies:
            new.append(f"The candidate said: {quoted(best.text, 200).rstrip('.')}.")
    former = sentences(blocks.text("summary"))
    kept = [*former, *(each for each in new if each not in former)]
    while len(" ".join(kept)) > LONG_SUMMARY:
        kept.pop(0)
    return {"summary": " ".join(kept) or "Nothing was said yet."}


def _json_object(text: str) -> dict[str, Any]:
    try:
        read = json.loads(text)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
