"""Attacks in answers change neither a decision nor a score, and each is put before people."""

import pytest

from shared.contracts.rubric import default_rubric
from tests.security.score_attacks import FIXTURES, Outcome, attacks, outcomes, report
from tests.stand_in_model import StandInModel

ONE = {"problem_solving": default_rubric()["problem_solving"] | {"weight": 1}}


@pytest.mark.no_cover  # counting its lines takes longer than all the rest, and others run them
async def test_no_attack_of_the_corpus_changes_anything_and_none_goes_unseen() -> None:
    """Half of them in each fixture; the runner itself puts every one into both."""
    found: list[Outcome] = []
    for number, name in enumerate(FIXTURES):
        found += await outcomes(StandInModel(), ONE, attacks()[number :: len(FIXTURES)], [name])

    assert len(found) == len(attacks()) >= 60
    assert [each for each in found if not each.holds] == []
    assert len({each.before for each in found}) == len(FIXTURES)


def test_the_runner_fails_when_something_changed(capsys: pytest.CaptureFixture[str]) -> None:
    held = Outcome("a", "strong", ("completed",), ("completed",), 0.0, 1)

    assert report([held]) == 0
    assert report([held, Outcome("b", "strong", ("completed",), ("failed",), 15.0, 1)]) == 1
    assert report([Outcome("c", "strong", ("completed",), ("completed",), 0.0, 0)]) == 1
    assert "decisions that changed        1" in capsys.readouterr().out
