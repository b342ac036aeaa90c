"""A run can be worked through again by a stranger: the same bytes, or what differs by name."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import replay_score
from shared.domain.scoring.bundle import BundleError, Run, bundle_of, canonical, differences, replay
from shared.domain.scoring.combination import RULES_VERSION
from shared.domain.scoring.evidence import Evidence
from shared.domain.scoring.masking import Kind, Private
from shared.domain.scoring.points import ItemPass
from shared.domain.scoring.records import Versions
from shared.domain.scoring.scale import MAPPING_VERSION
from tests.unit.domain.scoring.sealed import ANSWERS, cites, dimension, head_of, passed, sealed
from tests.unit.domain.scoring.test_points import BACK, ITEM, SAID, read

TEXTS = (f"I'm Ada. {ANSWERS[0]} \u201cReally\u201d.", *ANSWERS[1:])
SEGMENTS = tuple(sealed(TEXTS))
EVIDENCE = Evidence.of(SEGMENTS, [Private("Ada", Kind.NAME)])
RUN = Run(
    interview_id=UUID(int=1),
    run_id=UUID(int=2),
    run_number=1,
    segments=SEGMENTS,
    head=head_of(SEGMENTS),
    masks=EVIDENCE.masks,
    rubric=(dimension("skill", "0.6"), dimension("care", "0.4")),
    passes=(
        passed(4, cites(2, "I'm [name]. I measured every query first")),
        passed(3, cites(4, "I added one index"), cites(4, "I added two indexes"), number=2),
        passed(4, cites(6, "so I wrote them down"), number=3),
        passed(None, name="care"),
        passed(5, cites(6, "I made it up myself"), name="care", number=2),
    ),
    wanted_passes=3,
    items=(ITEM,),
    item_passes=tuple(
        ItemPass(
            4,
            number,
            (
                read("measure", SAID, cites(2, "I measured every query first")),
                read("index", SAID, cites(4, "I added one index")),
                read("page", SAID, cites(4, "I added ten pages")),
                read("leap", BACK, cites(4, "rewrote the report"), back=(cites(6, "so I wrote them down"),)),
            ),
        )
        for number in (1, 2, 3)
    ),
    versions=Versions(
        RULES_VERSION, MAPPING_VERSION, prompt="rating@1", model="stand-in", rubric=2, code="1.0"
    ),
)
BUNDLE = bundle_of(RUN)
EARLIER = Path(__file__).with_name("earlier-1.bundle").read_bytes()
RUN_ALONE = """
import sys, runpy
sys.path.insert(0, {!r})
runpy.run_module("shared.replay_score", run_name="__main__", alter_sys=True)
"""


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    facts = json.loads(BUNDLE)
    change(facts)
    return canonical(facts)


def test_a_bundle_gives_itself_again_byte_for_byte() -> None:
    assert replay(BUNDLE) == BUNDLE
    assert differences(BUNDLE) == ()


def test_a_bundle_tells_the_result_the_proofs_and_the_hashes() -> None:
    facts = json.loads(BUNDLE)

    assert facts["result"]["overall"] == "85.0"
    assert facts["result"]["reasons"][0] == {"doubt": "too_little_evidence", "dimension": "care"}
    assert [each["dropped"] for each in facts["verification"]] == [[], ["not_found"], [], [], ["not_found"]]
    assert facts["chain"] == {"whole": True, "faults": [], "masked": []}
    assert set(facts["hashes"]) == {"run", *facts["inputs"]}
    (item,) = facts["result_of_items"]
    assert (item["level"], item["earned"], item["unscored"]) == (3, "3/5", None)
    assert (item["cited"], item["verified"]) == (15, 12)
    assert [each["met"] for each in item["stages"]] == [["measure"], ["index"]]
    assert [each["said"] for each in item["points"]][-2:] == ["withdrawn", "not_said"]
    assert "Ada" not in json.dumps(facts["inputs"]["masks"])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda f: f["result"].update(overall="99.0"), "result.overall"),
        (lambda f: f["result"]["dimensions"][0].update(score="100.0"), "result.dimensions[0].score"),
        (lambda f: f["result"].update(reasons=[]), "result.reasons"),
        (lambda f: f["result"].pop("band"), "result.band"),
        (lambda f: f.update(note="hired"), "note"),
        (lambda f: f["inputs"]["passes"][0].update(level=5), "hashes.passes"),
        (lambda f: f["inputs"]["rubric"][0].update(weight="0.5"), "hashes.rubric"),
        (lambda f: f["inputs"]["segments"][1].update(content="I led ten teams."), "chain.faults"),
        (lambda f: f["inputs"]["segments"].pop(), "chain.faults"),
        (lambda f: f["hashes"].update(masks="0" * 64), "hashes.masks"),
        (lambda f: f["verification"][1].update(verified=2), "verification[1].verified"),
        (lambda f: f.update(run_number=True), "run_number"),
        (lambda f: f.update(run_number=2), "hashes.run"),
        (lambda f: f["versions"].update(model="another"), "hashes.run"),
        (lambda f: f["result_of_items"][0].update(level=5), "result_of_items[0].level"),
        (lambda f: f["inputs"]["item_passes"][0]["points"].pop(), "hashes.item_passes"),
        (lambda f: f["inputs"]["items"][0]["flags"].pop(), "hashes.items"),
    ],
)
def test_whatever_was_changed_is_named(change: Callable[[dict[str, Any]], object], named: str) -> None:
    assert named in [each.place for each in differences(changed(change))]


def test_a_bundle_that_was_made_before_points_were_looked_for_still_holds(tmp_path: Path) -> None:
    path = tmp_path / "earlier.json"
    path.write_bytes(EARLIER)

    assert json.loads(EARLIER)["format"] == "score-bundle/1"
    assert replay(EARLIER) == EARLIER
    assert replay_score.main([str(path)]) == 0
    changed = EARLIER.replace(b'"overall":"85.0"', b'"overall":"95.0"')
    assert [each.place for each in differences(changed)] == ["result.overall"]


def test_the_same_facts_in_another_form_are_another_file() -> None:
    pretty = json.dumps(json.loads(BUNDLE), indent=1).encode()

    assert [each.place for each in differences(pretty)] == ["the file"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "not JSON"),
        (b"\xff", "not JSON"),
        (b"[]", "neither a score-bundle/2 nor a score-bundle/1"),
        (b"{}", "neither a score-bundle/2 nor a score-bundle/1"),
        (changed(lambda f: f["inputs"]["items"][0].update(rules="items-9")), "this code works by items-1"),
        (changed(lambda f: f["inputs"]["items"][0].update(weights={})), "cannot be read"),
        (changed(lambda f: f["inputs"]["item_passes"][0]["points"][0].update(said="x")), "cannot be read"),
        (changed(lambda f: f.pop("inputs")), "cannot be read"),
        (changed(lambda f: f["inputs"].update(segments=[{}])), "cannot be read"),
        (changed(lambda f: f["inputs"]["rubric"][0].update(weight="much")), "cannot be read"),
        (changed(lambda f: f["versions"].update(rules="rules-9")), "this code works by rules-1"),
        (b'{"a":' + b"[" * 100_000, "not JSON"),
        (changed(lambda f: f.update(format=[])), "neither a score-bundle/2 nor a score-bundle/1"),
        (changed(lambda f: f["inputs"]["segments"][1].update(content="")), "cannot be worked through"),
        (changed(lambda f: f["inputs"]["segments"][1].update(content_salt=7)), "cannot be worked through"),
        (BUNDLE.replace(b'"stand-in"', b'"\\ud800"'), "cannot be worked through"),
        (BUNDLE.replace(b'"stand-in"', b"1.5"), "cannot be worked through"),
    ],
)
def test_what_is_no_bundle_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(BundleError, match=told):
        differences(content)


def places_in(facts: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    parts = facts.items() if isinstance(facts, dict) else enumerate(facts) if isinstance(facts, list) else ()
    below = [each for key, part in parts for each in places_in(part, (*place, key))]
    return [place, *below] if place else below


@pytest.mark.no_cover  # others run its lines
@given(
    st.sampled_from(places_in(json.loads(BUNDLE))),
    st.sampled_from([None, True, -1, 10**30, "", "x", "1/0", "NaN", [], {}, [[1, 2, 3]]]),
)
def test_whatever_stands_anywhere_is_named_or_refused(place: tuple[Any, ...], value: object) -> None:
    facts = json.loads(BUNDLE)
    parent = facts
    for key in place[:-1]:
        parent = parent[key]
    was, parent[place[-1]] = parent[place[-1]], value

    try:
        found = differences(canonical(facts))
    except BundleError:
        return
    assert found or (was == value and type(was) is type(value))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_the_canonical_form_is_its_own(value: Any) -> None:
    form = canonical(value)

    assert canonical(json.loads(form)) == form


def test_the_canonical_form_sorts_and_knows_no_binary_fractions() -> None:
    value = {"b": Fraction(2, 3), "a": Decimal("1.50"), "c": (UUID(int=0), Kind.NAME, "\u00e9\u2028")}

    assert canonical(value).decode() == (
        '{"a":"1.50","b":"2/3","c":["00000000-0000-0000-0000-000000000000","[name]","\u00e9\u2028"]}'
    )
    for wrong in (0.1, float("nan"), {1.5}, object()):
        with pytest.raises(TypeError, match="no canonical form"):
            canonical([wrong])


# -- the command ---------------------------------------------------------------------------------


def test_the_command_says_that_a_bundle_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(BUNDLE)

    assert replay_score.main([str(path)]) == 0
    assert "holds: completed, overall 85.0, sha256 " in capsys.readouterr().out


def test_the_command_names_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, worse = (tmp_path / name for name in ("good.json", "bad.json", "worse.json"))
    good.write_bytes(BUNDLE)
    bad.write_bytes(changed(lambda f: f["result"].update(overall="99.0")))
    worse.write_bytes(b"no")

    assert replay_score.main([str(good), str(bad)]) == 1
    assert 'result.overall: recorded "99.0", replayed "85.0"' in capsys.readouterr().out
    assert replay_score.main([str(bad), str(worse)]) == 2
    assert replay_score.main([str(tmp_path / "none.json")]) == 2
    assert replay_score.main([]) == 2
    assert "usage" in capsys.readouterr().err


def test_a_transcript_that_is_not_whole_does_not_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = bundle_of(replace(RUN, segments=SEGMENTS[:3] + SEGMENTS[4:]))
    path = tmp_path / "run.json"
    path.write_bytes(forged)

    assert differences(forged) == ()
    assert replay_score.main([str(path)]) == 1
    assert "segment 4 of the transcript was dropped" in capsys.readouterr().out


def test_the_command_needs_nothing_but_python(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(BUNDLE)

    done = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            RUN_ALONE.format(str(Path.cwd())),
            str(path),
        ],
        capture_output=True,
        check=False,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, "")
