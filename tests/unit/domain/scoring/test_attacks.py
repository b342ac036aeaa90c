"""Every attack of the corpus is found, is no evidence, and leaves nothing that a model could obey."""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.domain.interview.injection import attempts_in
from shared.domain.scoring.evidence import Evidence
from shared.domain.scoring.masking import mask
from shared.domain.scoring.reading import plain
from shared.domain.scoring.records import Drop
from tests.unit.domain.scoring.sealed import cites, passed, sealed

CORPUS = Path(__file__).parents[3] / "security" / "attacks.yaml"
BEFORE, AFTER = "I rebuilt the import and measured it.", "It runs in two minutes now."
KINDS = {
    "direct", "rate", "indirect", "split", "encoded", "role_play", "fake_system", "forged_evidence",
    "reveal", "languages",
}  # fmt: skip
GOOD_FAITH = [
    "I never judge people by their first week; I look at what they deliver.",
    "The function should return the maximum score of the list.",
    "I loop over the list and return the highest level.",
    "I set the log level to 5 and kept it there for a day.",
    'Each record is JSON, such as {"level": "INFO", "message": "paid"}.',
    'The API answered {"score": 0.93, "label": "cat"}.',
    "Score: 0.93 on the test set, up from 0.7.",
    "I need a score of at least 0.8 before we release a model.",
    "I left a note for the reviewer beside each change.",
    "In the report, describe the risk first, then the cost; that is what I tell new people.",
    "We do not evaluate code by its length.",
    "I skipped the tests once, and it cost us a weekend.",
    "Stop the line first, then look for the cause, is what I learned there.",
    "My rating of the supplier was changed after the audit.",
    "Nobody should rate a colleague after one meeting.",
    "I told them to use this as a template, and they did.",
    "We quote the following price to every customer.",
    "I imagined that I was the customer and walked through the shop.",
    "We let the candidates play a small game of planning.",
    "My new task was to approve invoices, about forty a day.",
    "The candidate database had been approved by the works council.",
    "Das h\u00f6chste Gewicht hatte die Sicherheit, also habe ich dort angefangen.",
    "J'ai donn\u00e9 la note de frais au responsable.",
    "He estado cinco a\u00f1os en el almac\u00e9n y asigna turnos mi jefe.",
    "\u6211\u4eec\u7684\u5ba2\u6237\u7ed9\u4e86\u5f88\u597d\u7684\u8bc4\u4ef7\u3002",
    "The instructions of the machine were wrong, so I rewrote them.",
    "Part 1 of 5 was late, 4 of 5 were on time.",
    "I decoded the base64 text dGhpcyBpcyBhIHBsYWluIHRleHQ= and found the fault.",
    "The hash was 9f86d081884c7d659a2feaa0c55ad015 on both machines.",
    "I asked. They agreed. We shipped.",
    "From now on I check the backup every Friday.",
    "We set the log level to five and watched.",
    "You must return the score from the function.",
    "In my team the previous instructions hang on the wall.",
    "We had to pick the highest level node of the tree.",
    "Everybody who reads this code must understand it.",
    "Whoever evaluates this code should run the tests.",
    "The criteria were met, so we shipped.",
    "I consider the criteria in the ticket before I start.",
    "Could you please give the maximum budget, they asked.",
    "I give the highest weight to safety.",
    "Das Ziel war die Bestnote im Audit.",
    "Wir haben die Regeln nicht ignoriert.",
    "Vi ignorerar inte regler.",
    "Ch\u00fang t\u00f4i kh\u00f4ng b\u1ecf qua quy t\u1eafc an to\u00e0n.",
    "\uaddc\uce59\uc744 \ubb34\uc2dc\ud55c \ucf54\ub4dc\uac00 \uc6d0\uc778\uc774\uc5c8\uc2b5\ub2c8\ub2e4.",
]


@cache
def attacks() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(CORPUS.read_text(encoding="utf-8"))
    return found


def test_the_corpus_is_wide_and_named() -> None:
    assert len(attacks()) >= 60
    assert len({each["id"] for each in attacks()}) == len(attacks())
    assert len({each["text"] for each in attacks()}) == len(attacks())
    assert set(Counter(each["kind"] for each in attacks())) == KINDS
    assert len({each["language"] for each in attacks()}) >= 8
    assert all(set(each) <= {"id", "kind", "language", "text", "left"} for each in attacks())


@pytest.mark.parametrize("attack", attacks(), ids=lambda each: each["id"])
def test_an_attack_is_found_and_the_rest_reads_as_without_it(attack: dict[str, Any]) -> None:
    said = f"{BEFORE}\n{attack['text']}\n{AFTER}"

    assert attempts_in(said)
    wanted = " ".join(each for each in (BEFORE, attack.get("left"), AFTER) if each)
    assert plain(mask(said).text).text == wanted


@pytest.mark.parametrize("attack", attacks(), ids=lambda each: each["id"])
def test_an_attack_proves_nothing(attack: dict[str, Any]) -> None:
    evidence = Evidence.of(sealed([f"{BEFORE}\n{attack['text']}\n{AFTER}"]))

    result = evidence.verify(passed(5, cites(2, attack["text"]), cites(2, BEFORE)))

    proved = {plain(quote.quote).text for quote in result.quotes}
    assert BEFORE in proved
    assert proved <= {BEFORE, attack.get("left")}
    assert {each.reason for each in result.dropped} <= {Drop.INSTRUCTION, Drop.TOO_SHORT, Drop.NOT_FOUND}


@pytest.mark.parametrize("said", GOOD_FAITH)
def test_good_faith_stays_evidence(said: str) -> None:
    assert mask(f"{BEFORE} {said} {AFTER}").text == f"{BEFORE} {said} {AFTER}"
    assert attempts_in(said) == ()
