"""Writes the golden document anew; or, with `--since`, tells what it breaks.

python -m tests.architecture.openapi
python -m tests.architecture.openapi --since origin/main
"""

import argparse
import json
import shutil
import subprocess
import sys

from tests.architecture.openapi.accepted import unaccepted
from tests.architecture.openapi.breaking import breaks
from tests.architecture.openapi.document import described
from tests.architecture.openapi.golden import GOLDEN, Node, as_text, golden
from tests.host_process import REPOSITORY


def at(revision: str) -> Node | None:
    """The golden document of a revision; None where there was none yet."""
    if _git("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}") is None:
        sys.exit(f"There is no revision {revision} here.")
    text = _git("show", f"{revision}:{GOLDEN.relative_to(REPOSITORY).as_posix()}")
    return None if text is None else json.loads(text)


def _git(*words: str) -> str | None:
    git = shutil.which("git") or sys.exit("git is needed.")
    done = subprocess.run([git, *words], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.architecture.openapi", description=__doc__)
    options.add_argument("--since", metavar="REVISION", help="tell what was broken since this revision")
    revision = options.parse_args().since
    if revision is None:
        GOLDEN.write_text(as_text(described()), encoding="utf-8")
        return 0
    before = at(revision)
    if before is None:
        print(f"No golden document at {revision}: nothing to break.")  # noqa: T201 - a command
        return 0
    found = breaks(before, golden())
    left = unaccepted(found, (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8"))
    for each in found:
        print(f"{'BREAKS  ' if each in left else 'accepted'}  {each}")  # noqa: T201 - likewise
    print(f"{len(left)} breaking changes since {revision} that CHANGELOG.md does not name.")  # noqa: T201 - likewise
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
