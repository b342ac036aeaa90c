"""What the account of the server can reach when the checkout lies in a closed folder, such as /root.

Folders above the checkout are never opened. Programs are copied, and data is put, into a folder of our own in
the system's temporary area; a note in the wanted place tells where the data is. Without its note, data is
cleared.
"""

import hashlib
import shutil
import stat
import tempfile
from pathlib import Path

from local.supabase.account import Account
from local.supabase.programs import PostgresError, Programs

NOTE = "elsewhere"
ORIGIN = "origin"


def readable_programs(programs: Programs, account: Account) -> Programs:
    """Give the programs, or a copy if the account cannot run them."""
    if account.executes(programs.initdb) and account.executes(programs.postgres):
        return programs
    copy = _shelter(account) / f"programs-{_mark(programs.installation)}"
    if not copy.exists():
        _copy(programs.installation, copy)
    return Programs(copy / programs.folder.name)


def reachable_data(wanted: Path, account: Account) -> Path:
    """Give the place for the data: the wanted one, or one that the account can reach."""
    if account.reaches(wanted.parent):
        return wanted
    shelter = _shelter(account)
    place = shelter / f"data-{_mark(wanted)}"
    if not (wanted / NOTE).exists():
        shutil.rmtree(place, ignore_errors=True)
        wanted.mkdir(exist_ok=True)
        (wanted / NOTE).write_text(str(place), encoding="utf-8")
    _clear_forgotten(shelter)
    place.mkdir(mode=0o711, exist_ok=True)
    (place / ORIGIN).write_text(str(wanted), encoding="utf-8")
    return place / "data"


def data_of(wanted: Path) -> Path:
    """Find where the data is that was wanted here."""
    note = wanted / NOTE
    return Path(note.read_text(encoding="utf-8")) / "data" if note.exists() else wanted


def _clear_forgotten(shelter: Path) -> None:
    for origin in shelter.glob(f"data-*/{ORIGIN}"):
        if not (Path(origin.read_text(encoding="utf-8")) / NOTE).exists():
            shutil.rmtree(origin.parent, ignore_errors=True)


def _shelter(account: Account) -> Path:
    for area in (Path(tempfile.gettempdir()), Path("/var/tmp"), Path("/tmp")):  # noqa: S108 - checked below
        if area.is_dir() and account.reaches(area):
            return _own(area / "talenti-local")
    raise PostgresError(f"{account.name} can reach no temporary folder.")


def _own(folder: Path) -> Path:
    """Make the folder; one that somebody else has put there is no shelter."""
    folder.mkdir(mode=0o711, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0:
        raise PostgresError(f"{folder} does not belong to root: remove it.")
    folder.chmod(0o711)
    return folder


def _copy(installation: Path, copy: Path) -> None:
    draft = Path(tempfile.mkdtemp(prefix="programs.", dir=copy.parent))
    shutil.copytree(installation, draft, symlinks=True, dirs_exist_ok=True)
    for path in [draft, *draft.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    try:
        draft.rename(copy)
    except OSError:  # another start was faster
        shutil.rmtree(draft)


def _mark(path: Path) -> str:
    made = path.stat().st_mtime_ns if path.exists() and (path / "bin").exists() else 0
    return hashlib.sha256(f"{path.resolve()}{made}".encode()).hexdigest()[:12]
