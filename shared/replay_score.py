"""Works through score bundles again: `python -m shared.replay_score FILE...`.

Exit code 0: every file gives the same bytes again, over a transcript that is whole. 1: it does not;
what differs is named. 2: a file is no bundle, or made by rules that this code does not have.
Needs nothing but Python and this repository.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from shared.domain.scoring.bundle import BundleError, differences, hash_of

HOLDS, DIFFERS, UNREADABLE = 0, 1, 2
USAGE: Final = "usage: python -m shared.replay_score FILE...\n"


def main(arguments: Sequence[str]) -> int:
    if not arguments or any(each.startswith("-") for each in arguments):
        sys.stderr.write(USAGE)
        return UNREADABLE
    return max(_replay(Path(each)) for each in arguments)


def _replay(path: Path) -> int:
    try:
        bundle = path.read_bytes()
        found = differences(bundle)
    except OSError as error:
        sys.stderr.write(f"{path}: cannot be read: {error.strerror}\n")
        return UNREADABLE
    except BundleError as error:
        sys.stderr.write(f"{path}: {error}\n")
        return UNREADABLE
    facts = json.loads(bundle)
    broken = facts["chain"]["faults"] if not found else []
    for each in found:
        sys.stdout.write(f"{path}: {each.place}: recorded {each.recorded}, replayed {each.replayed}\n")
    for each in broken:
        sys.stdout.write(f"{path}: segment {each['sequence']} of the transcript was {each['kind']}\n")
    if found or broken:
        return DIFFERS
    result = facts["result"]
    sys.stdout.write(
        f"{path}: holds: {result['status']}, overall {result['overall']}, sha256 {hash_of(facts)}\n"
    )
    return HOLDS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
