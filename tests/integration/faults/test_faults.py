"""Whatever goes wrong on the wire: our error, in time, and nothing done twice that must not be."""

import time

import pytest

from shared.errors import RateLimitedError, TalentiError, UnavailableError
from tests.integration.faults.table import AMPLE, NOBODY, ROWS, Operation, Place, Row, all_operations
from tests.simulators import Simulators

# connections that were broken on purpose are found by the garbage collector, in whichever test it runs
pytestmark = [
    pytest.mark.azure,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

GRACE = 5  # seconds beyond the deadline, on a busy machine
CASES = [(operation, row) for operation in all_operations() for row in ROWS if row.fits(operation)]


def place(simulators: Simulators, row: Row) -> Place:
    return Place.at(NOBODY if row.nobody_listens else simulators.url, simulators.keys, row.seconds)


def asked(simulators: Simulators, operation: Operation) -> int:
    entries = simulators.journal(operation.service, operation.path)
    return sum(entry["method"] == operation.method for entry in entries)


@pytest.mark.parametrize("operation", all_operations(), ids=str)
async def test_without_any_fault_it_works_at_once(simulators: Simulators, operation: Operation) -> None:
    await operation.run(Place.at(simulators.url, simulators.keys, AMPLE))

    assert asked(simulators, operation) == 1


@pytest.mark.parametrize(("operation", "row"), CASES, ids=str)
async def test_a_fault(simulators: Simulators, operation: Operation, row: Row) -> None:
    if row.seconds < AMPLE:  # libraries are loaded by their first use, which takes its time
        await operation.run(Place.at(simulators.url, simulators.keys, AMPLE))
        simulators.reset()
    if row.fault:
        where = {"path": operation.path, "method": operation.method}
        simulators.fault(operation.service, **{"times": None, **where, **row.fault})
    times, succeeds = row.outcome_of(operation)
    began = time.monotonic()

    if succeeds:
        await operation.run(place(simulators, row))
    else:
        with pytest.raises(TalentiError) as caught:
            await operation.run(place(simulators, row))
        assert isinstance(caught.value, row.error), repr(caught.value)
        assert caught.value.__cause__ is None
        if row.retry_after is not None:
            assert isinstance(caught.value, RateLimitedError | UnavailableError)
            assert caught.value.retry_after == row.retry_after

    assert time.monotonic() - began < row.seconds + GRACE
    if row.name == "timeout":  # on a busy machine it may be over before the question arrives
        assert asked(simulators, operation) <= times
    elif not row.nobody_listens:
        assert asked(simulators, operation) == times
