"""The long form of the generated requests: `make fuzz`."""

import argparse
import sys
import time
from collections import Counter

from tests.security.probe.fuzz import SEED, Effort, Tally, fuzz, promises
from tests.security.probe.place import SIX, a_place


def main() -> int:
    wanted = _arguments()
    effort = Effort(wanted.seed, wanted.examples, coverage=True, stateful=True)
    tally = Tally()
    with a_place() as place:
        schema = promises(place, effort)
        for persona in wanted.as_whom or SIX:
            begun, before, known = time.monotonic(), sum(tally.asked.values()), len(tally.findings)
            fuzz(place, persona, schema, tally)
            asked, took = sum(tally.asked.values()) - before, time.monotonic() - begun
            print(f"{persona}: {asked} requests in {took:.0f} s", flush=True)
            for finding in list(tally.findings.values())[known:]:
                print(f"\n{finding}", flush=True)
    by_status = ", ".join(f"{status}: {count}" for status, count in sorted(tally.statuses.items()))
    print(f"\nseed {effort.seed}; {len(tally.asked)} operations, {sum(tally.asked.values())} requests")
    print(f"answers by status: {by_status}")
    print(f"findings: {len(tally.findings)}", dict(Counter(each.check for each in tally.findings.values())))
    return 1 if tally.findings else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=20, help="generated requests for each operation")
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed asks the same again")
    parser.add_argument("--as", dest="as_whom", action="append", choices=SIX, help="only as these")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
