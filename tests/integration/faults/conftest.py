from collections.abc import Iterator

import pytest

from tests.azurite import Azurite
from tests.simulators import Simulators


@pytest.fixture(scope="session")
def running_simulators() -> Iterator[Simulators]:
    with Azurite() as azurite, Simulators(storage=azurite.connection_string) as simulators:
        yield simulators


@pytest.fixture
def simulators(running_simulators: Simulators) -> Simulators:
    running_simulators.reset()
    return running_simulators
