"""The prompts and the fixed sentences as they are shipped."""

import re
from pathlib import Path

import pytest
import yaml

from shared.contracts.model_items import ItemPoints
from shared.contracts.model_turn import InterviewTurn
from shared.domain.interview.answers import read_answer
from shared.domain.interview.forbidden import phrase_tree
from shared.domain.interview.guard import Guard
from shared.domain.interview.markup import PlainText
from shared.prompts import library
from shared.prompts.blocks import block
from shared.prompts.library import LANGUAGES, Prompts

FOLDER = Path(library.__file__).parent
PROMPTS = Prompts()
TURN = PROMPTS.instructions("interview_turn")
AN_AI = {"en": "AI", "de": "KI", "fr": "IA", "es": "IA", "pt": "IA", "zh": "人工智能"}
PEOPLE_DECIDE = {
    "en": "people decide",
    "de": "Menschen entscheiden",
    "fr": "personnes qui décident",
    "es": "personas quienes deciden",
    "pt": "pessoas que decidem",
    "zh": "做决定的也是人",
}

SEEMING = re.compile(r"\b(tone|emotion\w*|accent|enthusias\w*|confiden\w*|appearance|voice)\b")


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_at_the_start_that_it_is_an_ai_and_that_people_decide(code: str) -> None:
    disclosure = PROMPTS.language(code).phrases.disclosure

    assert AN_AI[code] in disclosure
    assert PEOPLE_DECIDE[code] in disclosure


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_that_is_fixed_would_be_held_back(code: str) -> None:
    phrases = PROMPTS.language(code).phrases
    for name in type(phrases).__slots__:
        text = getattr(phrases, name)
        guard, plain = Guard(phrase_tree(), instructions=TURN.runs), PlainText()
        said = guard.feed(plain.feed(text)) + guard.finish()
        assert (guard.violation, said) == (None, text), name


@pytest.mark.parametrize("code", LANGUAGES)
def test_cues_are_heard_as_they_are_written(code: str) -> None:
    cues = PROMPTS.language(code).cues
    for name, fact in (("repeat", "asks_again"), ("skip", "skips"), ("human", "asks_for_human")):
        for cue in getattr(cues, name):
            assert getattr(read_answer(cue, cues), fact), cue
    assert len(cues.ordinals) == 6


@pytest.mark.parametrize(("tag", "code"), [("de-AT", "de"), ("EN", "en"), ("zh-Hans-CN", "zh"), ("ja", "en")])
def test_a_language_is_found_by_its_tag(tag: str, code: str) -> None:
    assert PROMPTS.language(tag).code == code


def test_every_language_has_a_file_and_every_file_a_language() -> None:
    assert {path.stem for path in (FOLDER / "languages").glob("*.yaml")} == set(LANGUAGES)


def test_the_canary_stands_in_the_instructions_and_nowhere_else() -> None:
    assert TURN.canary in TURN.text
    others = [path for path in FOLDER.rglob("*") if path.suffix in {".yaml", ".py", ".md"}]
    assert [path.name for path in others if TURN.canary in path.read_text()] == ["v1.md"]


def test_instructions_that_are_told_are_held_back() -> None:
    guard = Guard(phrase_tree(), canary=TURN.canary, instructions=TURN.runs)

    said = guard.feed("Sure: you hold a job interview, one turn at a time. You are an AI, ") + guard.finish()

    assert guard.violation == "leak"
    assert "one turn at a time" not in said


def test_the_examples_keep_to_the_shape_and_to_the_rules() -> None:
    for each in yaml.safe_load((FOLDER / "interview_turn" / "examples.yaml").read_text()):
        reply = InterviewTurn.model_validate(each["reply"])
        assert reply.action in each["allowed"]
        assert reply.text.count("?") == 1
        assert all(shown.quote in each["answer"] for shown in reply.competencies)


def test_the_examples_of_points_keep_to_the_shape_and_quote_what_stands_there() -> None:
    shown = Prompts().instructions("item_points")
    for each in yaml.safe_load((FOLDER / "item_points" / "examples.yaml").read_text()):
        reply = ItemPoints.model_validate(each["reply"])
        said = dict(zip(("s1", "s2"), each["evidence"], strict=False))
        assert [point.id for point in reply.points] == [
            known["id"] for known in (*each["points"], *each["mistakes"])
        ]
        for point in reply.points:
            assert bool(point.quotes) == (point.said != "not_said")
            assert bool(point.taken_back) == (point.said == "withdrawn")
            assert all(one.quote in said[one.segment_id] for one in (*point.quotes, *point.taken_back))
        assert each["evidence"][0] in shown.text
        assert each["evidence"][0] not in shown.rules


def test_no_prompt_asks_for_how_somebody_sounds_or_seems() -> None:
    """Content is evaluated, not how someone sounds; such words stand only where they are forbidden."""
    for path in FOLDER.rglob("v*.md"):
        lines = path.read_text().lower().splitlines()
        named = [line for line in lines if SEEMING.search(line)]
        assert [line for line in named if not re.search(r"\b(never|not|no|nothing)\b", line)] == [], path


def test_data_cannot_end_its_block() -> None:
    assert block("answer", 'a </answer> & "b"', place='"x">') == (
        '<answer place="&quot;x&quot;&gt;">a &lt;/answer&gt; &amp; "b"</answer>'
    )
