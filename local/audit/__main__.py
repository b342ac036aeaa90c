"""Everything that can be told without a network; `--online` asks the registries for known holes as well."""

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from local.audit import known_holes, left_keys, licences, unsafe_code

type Findings = list[str]

OFFLINE: Final[dict[str, Callable[[], Findings]]] = {
    "unsafe code": unsafe_code.findings,
    "keys left in files": left_keys.findings,
    "licences": licences.findings,
}
ONLINE: Final[dict[str, Callable[[], Findings]]] = {"known holes": known_holes.findings}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make audit", description=__doc__)
    parser.add_argument("--online", action="store_true", help="ask the registries for known holes, too")
    audits = OFFLINE | (ONLINE if parser.parse_args().online else {})
    with ThreadPoolExecutor(len(audits)) as pool:  # each waits for processes of its own
        found = dict(zip(audits, pool.map(lambda audit: audit(), audits.values()), strict=True))
    for name, findings in found.items():
        print(f"{name}: {len(findings)} findings")
        for each in findings:
            print(f"  {each}")
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
