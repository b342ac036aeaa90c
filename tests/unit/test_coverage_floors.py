"""A floor that always held would prove nothing: here layers lie above it, on it, and below it."""

import pytest

from tests.coverage_floors import FLOORS, Files, Floor, layers


def file(lines: tuple[int, int], branches: tuple[int, int]) -> dict[str, int]:
    """As coverage.py sums a file up: what was run, and what is there."""
    (covered_lines, num_statements), (covered_branches, num_branches) = lines, branches
    return {
        "covered_lines": covered_lines,
        "num_statements": num_statements,
        "covered_branches": covered_branches,
        "num_branches": num_branches,
        "percent_covered": 100,  # of lines and branches in one, which hides the one behind the other
    }


def holds(files: Files, percent: int) -> bool:
    (layer,) = layers(files, (Floor("shared/domain", percent),))
    return layer.holds


def test_a_layer_is_all_its_files_together() -> None:
    files = {
        "shared/domain/large.py": file((99, 99), (40, 40)),
        "shared/domain/talk/small.py": file((0, 1), (0, 0)),
        "shared/domainless.py": file((0, 500), (0, 500)),
    }

    (layer,) = layers(files, (Floor("shared/domain", 99),))

    assert (layer.files, layer.lines.run, layer.lines.there) == (2, 99, 100)
    assert layer.holds
    assert str(layer).split() == ["shared/domain", "99.0", "%", "100.0", "%", "99.2", "%", "99", "%"]


@pytest.mark.parametrize(
    ("lines", "branches"),
    [((94, 100), (10, 10)), ((95, 100), (18, 20)), ((9_499, 10_000), (0, 0)), ((9_000, 9_000), (84, 100))],
    ids=["too few lines", "too few branches", "one line too few", "too few branches among many lines"],
)
def test_below_the_floor_is_told_and_does_not_look_as_if_it_were_not(
    lines: tuple[int, int], branches: tuple[int, int]
) -> None:
    floor = Floor("shared/domain", 95, branches=85)

    (layer,) = layers({"shared/domain/a.py": file(lines, branches)}, (floor,))

    assert not layer.holds
    assert str(layer).endswith("BELOW ITS FLOOR")
    assert str(layer.together) != "95.0 %"


def test_what_is_on_the_floor_holds() -> None:
    assert holds({"shared/domain/a.py": file((95, 100), (19, 20))}, 95)


def test_a_layer_without_decisions_needs_none() -> None:
    assert holds({"shared/domain/a.py": file((10, 10), (0, 0))}, 95)


def test_a_layer_that_is_nowhere_is_below_its_floor() -> None:
    assert not holds({"shared/kernel/a.py": file((10, 10), (10, 10))}, 0)


def test_the_last_row_is_of_everything() -> None:
    files = {"local/a.py": file((0, 50), (0, 2)), "shared/domain/a.py": file((50, 50), (2, 2))}

    everything = layers(files)[-1]

    assert (everything.lines.run, everything.lines.there) == (50, 100)
    assert not everything.holds


def test_no_floor_is_lower_than_was_promised() -> None:
    promised = {"shared/domain": 95, "shared/use_cases": 95, "blueprints": 85, "": 85}
    promised |= {"shared/adapters": 85, "shared/http": 85}

    assert {floor.folder: floor.percent for floor in FLOORS} == promised
