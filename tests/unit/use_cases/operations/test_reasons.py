"""Whoever is shown a reason finds in the runbook what to do about it."""

import re
from typing import Final

from shared.domain.uploads import Reason
from shared.use_cases.operations.families import FAMILIES
from shared.workflows import erase_person, process_recording
from tests.host_process import REPOSITORY

RUNBOOK: Final = (REPOSITORY / "docs" / "runbooks" / "operations.md").read_text(encoding="utf-8")
WORKFLOWS: Final = REPOSITORY / "shared" / "workflows"
SAID: Final = re.compile(r'_park\("(\w+)"\)|_do\(\w+, [\w.]+, "(\w+)"\)|reason="(\w+)"')


def said_by_workflows() -> set[str]:
    found = [SAID.findall(path.read_text(encoding="utf-8")) for path in WORKFLOWS.glob("*.py")]
    return {word for each in found for groups in each for word in groups if word}


def test_every_reason_that_a_workflow_gives_is_explained() -> None:
    reasons = said_by_workflows()

    assert {"scoring_failed", "transcript_broken", "thanks_not_owed"} <= reasons
    reasons |= {Reason.NEEDS_READER, Reason.PROCESSING_FAILED}
    reasons |= {process_recording.NOT_FOUND, process_recording.NOT_KEPT}
    reasons |= {*erase_person.FAILURES.values(), erase_person.STILL_BUSY}
    assert {each for each in reasons if f"`{each}`" not in RUNBOOK} == set()


def test_every_reason_that_the_comparison_gives_is_explained() -> None:
    farewells = {f"{each.name}_does_not_end" for each in FAMILIES if each.farewells}

    assert {each for each in farewells if f"`{each}`" not in RUNBOOK} == set()
    assert "others that end so" in RUNBOOK  # <family>_gave_up
