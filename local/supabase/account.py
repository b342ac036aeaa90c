"""Who runs PostgreSQL: it refuses root, so root hands it to an account that may do nothing else."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from local.supabase.programs import PostgresError

PREFERRED = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """An operating system's user other than root."""

    name: str
    uid: int
    gid: int

    @classmethod
    def of(cls, entry: pwd.struct_passwd) -> Self:
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    def run(self, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run it as this account, or as who we are if that is the same."""
        other = os.geteuid() != self.uid
        return subprocess.run(
            command,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            user=self.uid if other else None,
            group=self.gid if other else None,
            extra_groups=[] if other else None,
        )

    def reaches(self, folder: Path) -> bool:
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]).returncode == 0

    def executes(self, program: str) -> bool:
        """Say whether it runs: every folder above it, it and its libraries have to be readable."""
        try:
            return self.run([program, "--version"]).returncode == 0
        except OSError:
            return False

    def become(self) -> None:
        """Turn this process into one of the account, for good."""
        if os.geteuid() == self.uid:
            return
        os.setgroups([])
        os.setgid(self.gid)
        os.setuid(self.uid)


def account_for(data: Path) -> Account:
    """Choose who runs the server of this data folder: an earlier owner is kept."""
    if os.geteuid() != 0:
        return _ourselves(data)
    if data.exists() and (owner := data.stat().st_uid) != 0:
        return Account.of(pwd.getpwuid(owner))
    for name in PREFERRED:
        try:
            return Account.of(pwd.getpwnam(name))
        except KeyError:
            continue
    raise PostgresError(f"PostgreSQL does not run as root, and there is no user {' or '.join(PREFERRED)}.")


def _ourselves(data: Path) -> Account:
    if data.exists() and data.stat().st_uid != os.geteuid():
        raise PostgresError(f"{data} belongs to another user: clear it as that user, with `make reset`.")
    return Account(str(os.geteuid()), os.geteuid(), os.getegid())
