"""`make infra-check`: the structure of the infrastructure, and its settings against the app's."""

import sys
from pathlib import Path

from shared.settings import variables
from tests.architecture.infra.rules import findings, settings_of_ours

INFRA = Path(__file__).parents[3] / "infra"


def main() -> int:
    found = [str(each) for each in findings(INFRA)]
    if not found:
        given, read = settings_of_ours(INFRA), set(variables())
        found += [
            f"the app reads {name}, which the infrastructure does not set" for name in sorted(read - given)
        ]
        found += [f"the infrastructure sets {name}, which nothing reads" for name in sorted(given - read)]
    for each in found:
        print(each)  # noqa: T201 - a command
    files = len(list(INFRA.rglob("*.bicep")))
    print(f"{files} files, {len(found)} findings")  # noqa: T201 - likewise
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
