"""The data of a PostgreSQL server with all migrations in it: built once in a run of the tests, then copied.

The run's first process makes a folder for it and names it in the environment, where its workers find it;
it goes with the run, so that nothing old is ever copied. Outside a run each server is built by itself.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

VARIABLE = "TALENTI_TEST_CLUSTERS"


def kept_for_this_run() -> Callable[[], None]:
    """Keep what is built from now on; give what ends it."""
    folder = Path(tempfile.mkdtemp(prefix="talenti-clusters-"))
    os.environ[VARIABLE] = str(folder)

    def end() -> None:
        del os.environ[VARIABLE]
        shutil.rmtree(folder)

    return end


def lay_down(data: Path, source: Path, *, seed: bool, build: Callable[[], Path]) -> None:
    """Fill `data` by copying, or by `build`, which gives the place where the data of a stopped server is."""
    if VARIABLE not in os.environ:
        build()
        return
    name = hashlib.sha256(f"{source.resolve()} {seed}".encode()).hexdigest()[:12]
    kept = Path(os.environ[VARIABLE]) / name
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            if build() == data:  # data of a closed folder lies elsewhere, where no copy would be looked for
                _copy(data, kept)
            return
    _copy(kept, data)


def _copy(data: Path, place: Path) -> None:
    """Copy with owners and rights, on which PostgreSQL insists; what is there was copied whole."""
    draft = place.with_suffix(".draft")
    subprocess.run(["/bin/cp", "-a", data, draft], check=True)
    draft.rename(place)
