"""Everything a run was made of, in one file that a stranger can work through again.

The form is canonical: sorted keys, no blanks, UTF-8, no binary fractions; decimals are texts, and
shares are written as `2/3`. So the same run is the same bytes, now and years later.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from shared.domain.scoring.chain import verify_chain
from shared.domain.scoring.combination import RULES_VERSION
from shared.domain.scoring.evidence import Evidence
from shared.domain.scoring.masking import Replacement
from shared.domain.scoring.points import ITEM_RULES, Item, ItemPass, judge
from shared.domain.scoring.records import Facts, Head, Pass, RubricDimension, Segment, Versions
from shared.domain.scoring.run import score
from shared.domain.scoring.scale import MAPPING_VERSION

FORMAT: Final = "score-bundle/2"
WITHOUT_ITEMS: Final = "score-bundle/1"  # as runs were told before points were looked for
LONGEST_SHOWN: Final = 80


class BundleError(ValueError):
    """A file that is no bundle, or one that this code cannot work through."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A place in the bundle where working through it again gives something else."""

    place: str
    recorded: str
    replayed: str


@dataclass(frozen=True, slots=True)
class Run:
    """What a run was made of. The way to its result is code."""

    interview_id: UUID
    run_id: UUID
    run_number: int
    segments: tuple[Segment, ...]
    head: Head | None
    masks: Mapping[UUID, Sequence[Replacement]]
    rubric: tuple[RubricDimension, ...]
    passes: tuple[Pass, ...]
    wanted_passes: int
    versions: Versions
    items: tuple[Item, ...] = ()
    item_passes: tuple[ItemPass, ...] = ()
    format: str = FORMAT


def bundle_of(run: Run) -> bytes:
    """The run with its result, worked out here, and the hash of everything it was made of."""
    inputs: dict[str, Any] = {
        "segments": [each.as_facts() for each in run.segments],
        "head": None if run.head is None else {"sequence": run.head.sequence, "hash": run.head.hash},
        "masks": {
            str(segment): [[each.start, each.end, str(each.placeholder)] for each in replacements]
            for segment, replacements in run.masks.items()
            if replacements
        },
        "rubric": [{"name": each.name} | each.as_facts() for each in run.rubric],
        "passes": [each.as_facts() for each in run.passes],
        "wanted_passes": run.wanted_passes,
    }
    if run.format != WITHOUT_ITEMS:
        inputs |= {
            "items": [each.as_facts() for each in run.items],
            "item_passes": [each.as_facts() for each in run.item_passes],
        }
    made = {
        "interview_id": run.interview_id,
        "run_id": run.run_id,
        "run_number": run.run_number,
        "versions": run.versions,
    }
    hashed = inputs if run.format == WITHOUT_ITEMS else {"run": made} | inputs
    return canonical(
        {
            "format": run.format,
            **made,
            "inputs": inputs,
            "hashes": {name: hash_of(each) for name, each in hashed.items()},
            **_result(run),
        }
    )


def replay(bundle: bytes) -> bytes:
    """The same bundle from its inputs alone: same bytes, or it does not hold."""
    run = _run(_facts(bundle))
    try:
        return bundle_of(run)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise BundleError(f"the bundle cannot be worked through: {error}") from None


def differences(bundle: bytes) -> tuple[Difference, ...]:
    """Where a bundle is not what its inputs lead to, by name; nothing if it holds."""
    again = replay(bundle)
    if again == bundle:
        return ()
    found = tuple(_differing("", json.loads(bundle), json.loads(again)))
    return found or (Difference("the file", "the same facts in another form", "the canonical form"),)


def hash_of(value: object) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def canonical(value: object) -> bytes:
    """One form for the same facts. Binary fractions have no place in it."""
    text = json.dumps(
        _written(value), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def _result(run: Run) -> dict[str, Any]:
    evidence = Evidence.replayed(run.segments, run.masks)
    chain = verify_chain(run.segments, run.head)
    scored = score(evidence, run.rubric, run.passes, run.wanted_passes)
    judged = [judge(evidence, each, run.item_passes, run.wanted_passes) for each in run.items]
    items = {} if run.format == WITHOUT_ITEMS else {"result_of_items": judged}
    return items | {
        "chain": {"whole": chain.is_whole, "faults": chain.faults, "masked": chain.masked},
        "verification": [
            {
                "dimension": each.given.dimension,
                "number": each.given.number,
                "verified": each.verified,
                "dropped": [drop.reason for drop in each.dropped],
            }
            for each in scored.passes
        ],
        "result": scored.result,
    }


def _run(facts: Facts) -> Run:
    try:
        versions = Versions(**facts["versions"])
        inputs = facts["inputs"]
        head = inputs["head"]
        run = Run(
            interview_id=UUID(facts["interview_id"]),
            run_id=UUID(facts["run_id"]),
            run_number=int(facts["run_number"]),
            segments=tuple(Segment.from_facts(each) for each in inputs["segments"]),
            head=None if head is None else Head(int(head["sequence"]), str(head["hash"])),
            masks={
                UUID(segment): tuple(Replacement(*each) for each in replacements)
                for segment, replacements in inputs["masks"].items()
            },
            rubric=tuple(RubricDimension.from_facts(str(each["name"]), each) for each in inputs["rubric"]),
            passes=tuple(Pass.from_facts(each) for each in inputs["passes"]),
            wanted_passes=int(inputs["wanted_passes"]),
            versions=versions,
            items=tuple(Item.from_facts(each) for each in inputs.get("items", ())),
            item_passes=tuple(ItemPass.from_facts(each) for each in inputs.get("item_passes", ())),
            format=facts["format"],
        )
    except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise BundleError(f"the bundle cannot be read: {error}") from None
    if (versions.rules, versions.mapping) != (RULES_VERSION, MAPPING_VERSION):
        raise BundleError(
            f"this code works by {RULES_VERSION} and {MAPPING_VERSION}, "
            f"the bundle was made by {versions.rules} and {versions.mapping}"
        )
    if other := next((each.rules for each in run.items if each.rules != ITEM_RULES), None):
        raise BundleError(f"this code works by {ITEM_RULES}, the bundle was made by {other}")
    return run


def _facts(bundle: bytes) -> Facts:
    try:
        facts = json.loads(bundle)
    except (ValueError, RecursionError):
        raise BundleError("the file is not JSON") from None
    if not isinstance(facts, dict) or facts.get("format") not in (FORMAT, WITHOUT_ITEMS):
        raise BundleError(f"the file is neither a {FORMAT} nor a {WITHOUT_ITEMS}")
    return facts


def _written(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case Decimal() | Fraction() | UUID():
            return str(value)
        case Mapping():
            return {str(key): _written(each) for key, each in value.items()}
        case list() | tuple():
            return [_written(each) for each in value]
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {each.name: _written(getattr(value, each.name)) for each in fields(value)}
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")


def _differing(place: str, recorded: object, replayed: object) -> Iterator[Difference]:
    if isinstance(recorded, dict) and isinstance(replayed, dict):
        for key in sorted(recorded.keys() | replayed.keys()):
            below = f"{place}.{key}" if place else key
            yield from _differing(below, recorded.get(key, _MISSING), replayed.get(key, _MISSING))
    elif isinstance(recorded, list) and isinstance(replayed, list) and len(recorded) == len(replayed):
        for number, (one, other) in enumerate(zip(recorded, replayed, strict=True)):
            yield from _differing(f"{place}[{number}]", one, other)
    elif recorded != replayed or type(recorded) is not type(replayed):
        yield Difference(place, _shown(recorded), _shown(replayed))


class _Missing:
    pass


_MISSING: Final = _Missing()


def _shown(value: object) -> str:
    if value is _MISSING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}\u2026"
