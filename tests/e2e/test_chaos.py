"""The short form of `make chaos`: interviews in a storm, and a ledger that balances."""

import pytest

from tests.chaos.form import short
from tests.chaos.trial import held

pytestmark = [pytest.mark.azure, pytest.mark.database, pytest.mark.slow, pytest.mark.timeout(300)]

SEED = 7
LAST_WORDS = 40  # lines of the host


def test_interviews_in_a_storm_come_to_their_end_and_nothing_is_lost_or_doubled() -> None:
    outcome = held(short(SEED))

    said = "\n".join(outcome.host_said.splitlines()[-LAST_WORDS:])
    assert outcome.ledger.balances, f"{outcome.text}\n\n{said}"
    assert len(outcome.ledger.facts.kept) == 12
