"""`make load`: exit code 0 only if no verdict is broken.

python -m tests.load [--minutes M --users N --talkers K --seed S --output FOLDER] [--short]
"""

import argparse
import json
import random
import sys
from pathlib import Path

from tests.load import form, markdown, screen
from tests.load.account import account, holds
from tests.load.page import page
from tests.load.trial import held

LONGEST = 45.0
"""Minutes: tokens of callers are good for an hour."""


def main() -> int:
    given = _parser().parse_args()
    if not 0 < given.minutes <= LONGEST:
        sys.exit(f"--minutes: more than 0, and at most {LONGEST:g}")
    if given.short:
        wanted = form.short(given.seed)
    else:
        wanted = form.full(given.seed, given.minutes, given.users, given.talkers)
    outcome = held(wanted, lambda line: print(line, flush=True))
    figures = account(outcome)
    given.output.mkdir(parents=True, exist_ok=True)
    report = given.output / "report.html"
    report.write_text(page(figures), encoding="utf-8")
    (given.output / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (given.output / "figures.md").write_text("\n".join(markdown.told(figures)) + "\n", encoding="utf-8")
    print()
    for line in screen.told(figures):
        print(f"  {line}")
    print(f"\nThe report is {report}.")
    if holds(figures):
        return 0
    kept = given.output / "host.log"
    kept.write_text(outcome.host_said, encoding="utf-8")
    print(f"What the host said stands in {kept}.")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description="The product under load.")
    add = parser.add_argument
    add("--minutes", type=float, default=10.0)
    add("--users", type=int, default=100, help="who call by the mix, candidates and staff")
    add("--talkers", type=int, default=12, help="who hold whole interviews beside them")
    add("--seed", type=int, default=random.randrange(1_000_000), help="to have the same people again")  # noqa: S311
    add("--output", type=Path, default=Path(".local/load"), help="the folder of report and figures")
    add("--short", action="store_true", help="the form that runs with the tests")
    return parser


if __name__ == "__main__":
    sys.exit(main())
