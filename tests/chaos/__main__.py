"""`make chaos`: exit code 0 only if the ledger balances.

python -m tests.chaos [--interviews N --kills K --restarts R --seed S] [--short]
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.chaos import form
from tests.chaos.trial import held


def main() -> int:
    given = _parser().parse_args()
    if given.short:
        wanted = form.short(given.seed)
    else:
        wanted = form.full(given.seed, given.interviews, given.kills, given.restarts)
    outcome = held(wanted, lambda line: print(line, flush=True))
    print()
    for line in outcome.ledger.lines():
        print(f"  {line}")
    if outcome.ledger.balances:
        return 0
    kept = Path(tempfile.gettempdir()) / f"talenti-chaos-{given.seed}.log"
    kept.write_text(outcome.host_said, encoding="utf-8")
    print(f"\nWhat the host said stands in {kept}.")
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Interviews in a storm.")
    add = parser.add_argument
    add("--interviews", type=int, default=200)
    add("--kills", type=int, default=20, help="of the host, without a chance to save")
    add("--restarts", type=int, default=2, help="of the database")
    add("--seed", type=int, default=random.randrange(1_000_000), help="to have the same storm again")  # noqa: S311
    add("--short", action="store_true", help="the form that runs with the tests")
    return parser


if __name__ == "__main__":
    sys.exit(main())
