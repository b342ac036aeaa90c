"""`make clients`: writes both clients to `dist/clients`, and checks that they compile."""

import sys
from pathlib import Path

from local.clients.generate import (
    REPOSITORY,
    ClientError,
    check_python,
    compile_typescript,
    python,
    typescript,
)


def main() -> int:
    target = REPOSITORY / "dist" / "clients"
    try:
        make(target)
    except ClientError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{target}: typescript, python")
    return 0


def make(target: Path) -> None:
    typescript(target / "typescript")
    compile_typescript(target / "typescript")
    python(target / "python")
    check_python(target / "python")


if __name__ == "__main__":
    sys.exit(main())
