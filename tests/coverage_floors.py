"""How much of each layer a whole run has run: a plugin that prints it, and fails the run below a floor.

`make test` loads it with `-p tests.coverage_floors`. A floor is of lines and branches together, which is what
coverage.py calls coverage with branches; a floor of branches alone keeps many lines from hiding decisions
that never have gone the other way.
"""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import pytest
from coverage import Coverage
from coverage.exceptions import NoDataError

ROW: Final = "{:<20} {:>10} {:>10} {:>10} {:>8}"


@dataclass(frozen=True, slots=True)
class Floor:
    """So many per cent of the lines and branches of all files below the folder, and of its branches alone."""

    folder: str
    percent: int
    branches: int = 0


FLOORS: Final = (
    Floor("shared/domain", 95, branches=85),
    Floor("shared/use_cases", 95, branches=85),
    Floor("shared/adapters", 85),
    Floor("shared/http", 85, branches=85),
    Floor("blueprints", 85),  # triggers decide nothing: all of them have two dozen branches
    Floor("", 85, branches=85),
)
type Files = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Part:
    """What was run of what is there."""

    run: int = 0
    there: int = 0

    def __add__(self, other: Self) -> "Part":
        return Part(self.run + other.run, self.there + other.there)

    def reaches(self, percent: int) -> bool:
        return self.run * 100 >= percent * self.there

    def __str__(self) -> str:
        # cut off, not rounded: what is below its floor shall not look as if it reached it
        return f"{self.run * 1000 // self.there / 10} %" if self.there else "-"


@dataclass(frozen=True, slots=True)
class Layer:
    floor: Floor
    files: int
    lines: Part
    branches: Part

    @property
    def holds(self) -> bool:
        """Nothing found is no coverage: then the folder has moved, and its floor has to move with it."""
        enough = self.together.reaches(self.floor.percent)
        return self.files > 0 and enough and self.branches.reaches(self.floor.branches)

    @property
    def together(self) -> Part:
        return self.lines + self.branches

    def __str__(self) -> str:
        figures = (str(self.lines), str(self.branches), str(self.together), f"{self.floor.percent} %")
        return ROW.format(self.floor.folder or "all", *figures) + ("" if self.holds else "   BELOW ITS FLOOR")


def layers(files: Files, floors: tuple[Floor, ...] = FLOORS) -> list[Layer]:
    """Add up the files of each layer; a file is what coverage.py tells of it under `summary`."""
    return [_layer(floor, files) for floor in floors]


def _layer(floor: Floor, files: Files) -> Layer:
    below = f"{floor.folder}/" if floor.folder else ""
    of = [counted for path, counted in files.items() if path.startswith(below)]
    lines = (Part(each["covered_lines"], each["num_statements"]) for each in of)
    branches = (Part(each["covered_branches"], each["num_branches"]) for each in of)
    return Layer(floor, len(of), sum(lines, Part()), sum(branches, Part()))


def measured() -> Files:
    """Read what the run has left, all its processes together."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage = Coverage()
        coverage.load()
        try:
            coverage.json_report(outfile=str(report))
        except NoDataError:  # nothing was run, as when a test cannot be collected
            return {}
        told: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return {path: file["summary"] for path, file in told["files"].items()}


# ---- the plugin ----

FOUND: Final = pytest.StashKey[list[Layer]]()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Look once all processes have ended; pytest prints its summary after this."""
    if hasattr(session.config, "workerinput") or not session.config.getoption("cov_source", None):
        return
    session.config.stash[FOUND] = found = layers(measured())
    if session.exitstatus == pytest.ExitCode.OK and not all(layer.holds for layer in found):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if found := config.stash.get(FOUND, None):
        terminalreporter.write_sep("=", "coverage by layer")
        terminalreporter.write_line(ROW.format("", "lines", "branches", "together", "floor"))
        for layer in found:
            terminalreporter.write_line(str(layer), red=not layer.holds)
