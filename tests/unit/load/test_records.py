"""What callers wrote down is read again as it was."""

from pathlib import Path

import pytest

from tests.load import records
from tests.load.records import Call, Part, Route


@pytest.mark.parametrize(
    "call",
    [
        Call(12.5, Route.CHAT, Part.MIX, 3.25, 200, turn=("i", "t")),
        Call(0.0, Route.SPEECH, Part.HASTY, 1.0, 429),
        Call(1.0, Route.STREAM, Part.TALK, 9.0, 0, fault="ReadError", first_ms=4.0),
    ],
    ids=lambda each: each.part,
)
def test_a_call_survives_its_way_through_the_file(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"

    with path.open("w", encoding="utf-8") as to:
        records.write([call, call], to)

    assert records.read(path) == [call, call]


def test_only_a_429_that_was_wanted_is_a_refusal() -> None:
    assert Call(0.0, Route.SPEECH, Part.HASTY, 1.0, 429).is_refused
    assert not Call(0.0, Route.SPEECH, Part.MIX, 1.0, 429, fault="429 rate_limited").is_refused
    assert not Call(0.0, Route.SPEECH, Part.HASTY, 1.0, 200).is_refused
