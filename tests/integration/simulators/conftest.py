"""One process of simulators for all tests of this folder; each test finds it clean."""

from collections.abc import Iterator

import pytest

from tests.azurite import Azurite
from tests.simulators import Simulators


@pytest.fixture(scope="session")
def azurite() -> Iterator[Azurite]:
    with Azurite() as azurite:
        yield azurite


@pytest.fixture(scope="session")
def running_simulators() -> Iterator[Simulators]:
    with Simulators(is_measured=True) as simulators:
        yield simulators


@pytest.fixture
def simulators(running_simulators: Simulators) -> Simulators:
    running_simulators.reset()
    return running_simulators
