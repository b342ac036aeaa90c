"""Question packs: what is shipped is whole, what is wrong is named, and no answer leaves."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.contracts.question_pack import (
    ChoiceItem,
    KeyPoint,
    Mistake,
    OpenItem,
    QuestionPack,
    ScenarioItem,
    candidate_view,
)
from shared.packs.library import PackLibrary, read
from shared.ports.question_packs import PackError

PYTHON = "python-testing-debugging-performance"
SHIPPED = [shipped.pack for shipped in PackLibrary().all()]
ITEMS = [(pack, item) for pack in SHIPPED for item in pack.items]

SMALL: dict[str, Any] = {
    "schema": "question-pack/1",
    "id": "small",
    "version": "1.0.0",
    "title": "Small",
    "language": "en",
    "domain": "general",
    "levels": ["beginner"],
    "competencies": {"care": "Takes care"},
    "scale": {"min": 1, "max": 5, "absent": "not_assessed", "default_anchors": {2: "less", 4: "more"}},
    "weights": {"must": 3, "should": 2, "bonus": 1},
    "sets": {"one": {"minutes": 5, "items": ["A"]}},
    "excludes": [["A", "C"]],
    "sections": [
        {
            "id": "main",
            "items": [
                {
                    "id": "A",
                    "kind": "open",
                    "slug": "first",
                    "levels": ["beginner"],
                    "competencies": [{"id": "care", "weight": 1}],
                    "time": {"target_s": 60, "limit_s": 120},
                    "ask": "What did you take care of?",
                    "key_points": [
                        {
                            "id": "a-what",
                            "weight": "must",
                            "text": "Names it.",
                            "cues": ["this", "that", "it"],
                        }
                    ],
                    "mistakes": [{"id": "a-none", "severity": "major", "text": "Nothing.", "cues": []}],
                    "follow_ups": [
                        {"id": "more", "ask": "And then?", "ask_when": {"missed": ["a-what"]}, "seconds": 30}
                    ],
                    "anchors": {1: "No.", 3: "Somewhat.", 5: "Yes."},
                    "samples": {1: ["Nothing."], 3: ["I took an umbrella."], 5: ["I built a roof."]},
                },
                {
                    "id": "B",
                    "kind": "mcq",
                    "slug": "second",
                    "levels": ["beginner"],
                    "competencies": [{"id": "care", "weight": 1}],
                    "time": {"target_s": 30, "limit_s": 60},
                    "ask": "Which one?",
                    "options": [
                        {"id": "x", "text": "The left", "why": "It is right."},
                        {"id": "y", "text": "The right", "why": "It is left."},
                    ],
                    "correct": ["x"],
                },
                {
                    "id": "C",
                    "kind": "scenario",
                    "slug": "third",
                    "levels": ["beginner"],
                    "competencies": [{"id": "care", "weight": 1}],
                    "time": {"target_s": 60, "limit_s": 120},
                    "ask": "A case.",
                    "brief": "It rains.",
                    "stages": [
                        {
                            "id": "S",
                            "opens_with": "What now?",
                            "limit_s": 60,
                            "key_points": [
                                {
                                    "id": "c-roof",
                                    "weight": "must",
                                    "text": "A roof.",
                                    "cues": ["roof", "tent", "tree"],
                                }
                            ],
                            "cards": [{"id": "wet", "when_asked": ["how wet"], "text": "Very wet."}],
                            "probes": [{"id": "c-why", "ask": "Why?", "ask_when": {"mistake": ["rf-run"]}}],
                        }
                    ],
                    "red_flags": [{"id": "rf-run", "text": "Runs away.", "cues": ["run"], "cap": 2}],
                    "anchors": {1: "No.", 3: "Somewhat.", 5: "Yes."},
                    "samples": {1: ["Nothing."], 3: ["I took an umbrella."], 5: ["I built a roof."]},
                },
            ],
        }
    ],
}

type Change = Callable[[dict[str, Any]], object]


def items(pack: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pack["sections"][0]["items"]
    return found


def written(folder: Path, pack: dict[str, Any]) -> Path:
    path = folder / "pack.yaml"
    path.write_text(yaml.safe_dump(pack))
    return path


def test_the_pack_that_the_faults_below_are_made_of_is_whole(tmp_path: Path) -> None:
    assert read(written(tmp_path, SMALL)).pack.id == "small"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda p: items(p)[1].update(id="A"), "item 'A' stands twice"),
        (lambda p: items(p)[1].update(slug="first"), "slug 'first' stands twice"),
        (lambda p: items(p)[0]["competencies"].append({"id": "hope", "weight": 0.5}), "must sum to 1"),
        (lambda p: items(p)[0].update(competencies=[{"id": "hope", "weight": 1}]), "'hope', which is not"),
        (lambda p: items(p)[0].update(levels=["advanced"]), "'advanced', which is not"),
        (lambda p: items(p)[0]["key_points"][0].update(cues=["this", "that"]), "at least 3"),
        (lambda p: items(p)[0]["key_points"][0].update(cues=["a", "b", "b"]), "differ from each other"),
        (lambda p: items(p)[0]["key_points"][0].update(cues=["a", "b", "C"]), "lower case"),
        (lambda p: items(p)[0]["key_points"][0].update(cues=list("abcdefg")), "at most 6"),
        (lambda p: items(p)[0]["key_points"][0].update(weight="should"), "A has no must point"),
        (lambda p: items(p)[0]["mistakes"][0].update(id="a-what"), "point 'a-what' stands twice"),
        (lambda p: items(p)[0]["anchors"].pop(3), "anchors must hold 1, 3 and 5"),
        (
            lambda p: items(p)[0]["anchors"].update({5: "No, very well."}),
            "levels 1 and 5 cannot be told apart",
        ),
        (lambda p: items(p)[0].pop("samples"), "samples: Field required"),
        (lambda p: items(p)[0]["samples"].pop(3), "every anchor needs sample answers"),
        (lambda p: items(p)[2]["samples"].update({2: ["A tree."]}), "and nothing else has any"),
        (
            lambda p: items(p)[0]["samples"].update({3: ["Nothing!"]}),
            "sample answer of level 3 lands on level 1",
        ),
        (lambda p: items(p)[0].update(ask="Read `this`."), "neither code marks nor addresses"),
        (lambda p: items(p)[0].update(ask="See https://example.org."), "neither code marks nor addresses"),
        (
            lambda p: items(p)[0]["follow_ups"][0].update(ask_when={"missed": ["b-what"]}),
            "more names 'b-what', which is not there",
        ),
        (lambda p: items(p)[0]["follow_ups"][0].update(ask_when={}), "says nothing"),
        (lambda p: items(p)[0]["follow_ups"][0].update(ask_when={"unless_item": "Z"}), "'Z', which is not"),
        (lambda p: items(p)[0].update(time={"target_s": 90, "limit_s": 60}), "target lies above the limit"),
        (lambda p: items(p)[0].update(hint="psst"), "Extra inputs are not permitted"),
        (lambda p: items(p)[1].update(correct=["z"]), "right option is not among the options"),
        (lambda p: items(p)[1].update(correct=["x", "y"]), "not every option can be right"),
        (lambda p: items(p)[1].update(correct=[]), "at least 1"),
        (lambda p: items(p)[1]["options"][0].pop("why"), "why: Field required"),
        (lambda p: items(p)[1]["options"][1].update(text="the left"), "text of an option 'the left'"),
        (lambda p: items(p)[2]["stages"][0]["key_points"][0].update(weight="bonus"), "S has no must point"),
        (lambda p: items(p)[2]["stages"][0].update(limit_s=600), "longer than the case may"),
        (
            lambda p: items(p)[2]["stages"][0]["probes"][0].update(ask_when={"mistake": ["rf-stay"]}),
            "'rf-stay', which is not there",
        ),
        (lambda p: p["sets"]["one"].update(items=["A", "C"]), "items that exclude each other"),
        (lambda p: p["sets"]["one"].update(items=["A", "Z"]), "one names 'Z'"),
        (lambda p: items(p)[0].update(time={"target_s": 301, "limit_s": 400}), "does not fit into its 5"),
        (lambda p: p["excludes"].append(["A", "Z"]), "excludes names 'Z'"),
        (lambda p: p.update(schema="question-pack/2"), "schema: Input should be 'question-pack/1'"),
        (lambda p: p.update(version="one"), "version: String should match"),
        (lambda p: p["scale"].update(absent="1"), "absent: Input should be 'not_assessed'"),
    ],
)
def test_a_fault_of_a_pack_is_named(change: Change, told: str, tmp_path: Path) -> None:
    pack = copy.deepcopy(SMALL)
    change(pack)

    with pytest.raises(PackError) as caught:
        read(written(tmp_path, pack))

    assert told in caught.value.message
    assert caught.value.message.startswith("pack.yaml: ")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id: a\nid: b\n", "the key 'id' stands twice"),
        ("sections:\n  - {id: a, id: b}\n", "line 2: the key 'id' stands twice"),
        ("id: [", "did not find expected node content"),
        ("!!python/object/apply:os.system [ls]", "could not determine a constructor"),
        ("", "Input should be a valid dictionary"),
        ("- a list", "Input should be a valid dictionary"),
    ],
)
def test_what_is_no_pack_is_refused(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text(text)

    with pytest.raises(PackError) as caught:
        read(path)

    assert told in caught.value.message


def test_two_files_with_the_same_id_are_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(yaml.safe_dump(SMALL))

    with pytest.raises(PackError, match="the id small stands in two files"):
        PackLibrary(tmp_path).all()


def test_the_python_pack_is_complete() -> None:
    pack = next(pack for pack in SHIPPED if pack.id == PYTHON)

    assert [item.id for item in pack.items if isinstance(item, OpenItem)] == [f"O{n}" for n in range(1, 10)]
    assert [item.id for item in pack.items if isinstance(item, ChoiceItem)] == [f"Q{n}" for n in range(1, 7)]
    (case,) = [item for item in pack.items if isinstance(item, ScenarioItem)]
    assert [stage.id for stage in case.stages] == list("ABCDE")
    assert {card.id for stage in case.stages for card in stage.cards} == {"trace", "log", "plan"}


def test_every_competency_of_a_pack_is_asked_about() -> None:
    for pack in SHIPPED:
        asked = {share.id for item in pack.items for share in item.competencies}
        assert asked == set(pack.competencies), pack.id


def test_a_pack_has_questions_for_each_of_its_levels() -> None:
    for pack in SHIPPED:
        assert {level for item in pack.items for level in item.levels} == set(pack.levels), pack.id


def test_a_right_option_does_not_stand_where_all_others_do() -> None:
    for pack in SHIPPED:
        choices = [item for item in pack.items if isinstance(item, ChoiceItem)]
        assert all(item.shuffle for item in choices), pack.id


def judged(item: OpenItem | ChoiceItem | ScenarioItem) -> set[str]:
    """Every text of an item that only judges may see."""
    match item:
        case OpenItem():
            points: list[KeyPoint | Mistake] = [*item.key_points, *item.mistakes]
            texts = [each.text for each in points] + [cue for each in points for cue in each.cues]
            follow_ups = [text for each in item.follow_ups for text in (each.ask, *each.look_for)]
            return {*texts, *follow_ups, *_anchored(item), *(each.text for each in item.notes)}
        case ChoiceItem():
            return {each.why for each in item.options}
        case ScenarioItem():
            wanted = [point.text for stage in item.stages for point in stage.key_points]
            hidden = [text for stage in item.stages for text in (stage.opens_with, *stage.reveal)]
            cards = [card.text for stage in item.stages for card in stage.cards]
            probes = [probe.ask for stage in item.stages for probe in stage.probes]
            flags = [flag.text for flag in item.red_flags]
            return {*wanted, *hidden, *cards, *probes, *flags, *_anchored(item)}


def _anchored(item: OpenItem | ScenarioItem) -> set[str]:
    return {*item.anchors.values(), *(text for texts in item.samples.values() for text in texts)}


@pytest.mark.parametrize(("pack", "item"), ITEMS, ids=[f"{pack.id[:6]}-{item.id}" for pack, item in ITEMS])
def test_what_a_candidate_sees_holds_no_answer(
    pack: QuestionPack, item: OpenItem | ChoiceItem | ScenarioItem
) -> None:
    view = candidate_view(item)
    shown = view.model_dump_json()

    assert [text for text in judged(item) if len(text) > 12 and text in shown] == []
    assert set(view.model_dump()) == {"kind", "ask", "limit_s", "options", "brief"}
    assert all(set(option) == {"id", "text"} for option in view.model_dump()["options"])
    assert "correct" not in shown


def test_the_view_of_a_choice_says_the_same_whichever_option_is_right() -> None:
    pack = read_small()
    item = pack.item("B")
    assert isinstance(item, ChoiceItem)

    assert candidate_view(item) == candidate_view(item.model_copy(update={"correct": ("y",)}))


def read_small() -> QuestionPack:
    return QuestionPack.model_validate(SMALL)
