from collections.abc import Iterator

import pytest

from tests.simulators import Simulators


@pytest.fixture(scope="session")
def running_simulators() -> Iterator[Simulators]:
    with Simulators() as simulators:
        yield simulators


@pytest.fixture
def simulators(running_simulators: Simulators) -> Simulators:
    running_simulators.reset()
    return running_simulators
