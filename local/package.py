"""`make package`: what Azure is given, a list of everything in it, and the licences of all that is used.

The zip holds what `.funcignore` leaves of the files that git knows; the list is a CycloneDX document
made from the hashed lock file, so that it names what Azure installs and nothing else.
"""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

from pathspec import GitIgnoreSpec

from local.audit import licences

REPOSITORY: Final = Path(__file__).parents[1]
BEGINNING: Final = (1980, 1, 1, 0, 0, 0)  # of time, for a zip: the same files make the same bytes


def main() -> int:
    target = REPOSITORY / "dist"
    target.mkdir(exist_ok=True)
    files = shipped_files()
    write_zip(target / "app.zip", files)
    write_bill(target / "sbom.cdx.json")
    (target / "licences.md").write_text(licences.as_page(licences.packages()), encoding="utf-8")
    print(f"{target / 'app.zip'}: {len(files)} files")
    return 0


def shipped_files() -> list[Path]:
    ignored = GitIgnoreSpec.from_lines((REPOSITORY / ".funcignore").read_text(encoding="utf-8").splitlines())
    known = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    return [Path(each) for each in sorted(known) if each and not ignored.match_file(each)]


def write_zip(path: Path, files: list[Path]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for each in files:
            entry = zipfile.ZipInfo(each.as_posix(), BEGINNING)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            package.writestr(entry, (REPOSITORY / each).read_bytes())


def write_bill(path: Path) -> None:
    program = Path(sys.executable).with_name("cyclonedx-py")
    subprocess.run(
        [
            program,
            "requirements",
            "requirements.txt",
            "--output-reproducible",
            "--of",
            "JSON",
            "-o",
            str(path),
        ],
        cwd=REPOSITORY,
        check=True,
    )


if __name__ == "__main__":
    sys.exit(main())
