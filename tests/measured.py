"""A process that a test starts is measured where its figures are worth their price.

To count lines doubles what it costs to start Python, and hundreds of processes are started; most run what
the tests of the same part have run already, or are killed, which leaves no figures.
"""

from pathlib import Path

from coverage import Coverage

CONFIGURATION = Path(__file__).parents[1] / "pyproject.toml"


def measured() -> dict[str, str]:
    """Give the environment that lets coverage start in a child, if it runs here."""
    return {} if Coverage.current() is None else {"COVERAGE_PROCESS_START": str(CONFIGURATION)}
