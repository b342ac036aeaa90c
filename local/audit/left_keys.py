"""Keys that were left in files: the detectors of detect-secrets over what git knows.

Its own command takes a minute, most of it in wrapping calls; its detectors are asked here directly, in two
processes. Nothing is tried out on a network. A value that is known to open nothing is listed by its hash
in `known_keys.toml` with the reason, so that no line has to move when a file changes, and no other value
in the same place is let through.
"""

import hashlib
import re
import subprocess
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

REPOSITORY: Final = Path(__file__).parents[2]
KNOWN: Final = Path(__file__).with_name("known_keys.toml")
# hashes of packages and of recorded figures, which look like keys and are worked out from what is public
HASHES: Final = (
    "requirements.txt",
    "requirements-dev.txt",
    "local/package-lock.json",
    "local/audit/known_keys.toml",
)
HASHES_IN: Final = ".bundle"
PROCESSES: Final = 2
LIMITS: Final = {"Base64HighEntropyString": 4.5, "HexHighEntropyString": 3.0}
NO_KEYS: Final = {"IPPublicDetector"}
# what every detector needs to find anything; most lines hold none of it and are asked about once
PROMISING: Final = re.compile(r"key|pass|pwd|secret|contrase|://|-----|[a-z0-9+/=_-]{16}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    file: str
    line: int
    kind: str
    digest: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.kind} (sha256 {self.digest})"


def findings() -> list[str]:
    files = [each for each in _tracked() if each not in HASHES and not each.endswith(HASHES_IN)]
    shares = [files[start::PROCESSES] for start in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        found = sorted(
            (each for share in pool.map(_in_files, shares) for each in share),
            key=lambda each: (each.file, each.line),
        )
    known = known_keys()
    unknown = [str(each) for each in found if each.digest not in known]
    unused = known.keys() - {each.digest for each in found}
    return [*unknown, *(f"{KNOWN.name}: {each} is in no file any more" for each in sorted(unused))]


def known_keys() -> dict[str, str]:
    """The reason for each, by the hash of the value."""
    told = tomllib.loads(KNOWN.read_text(encoding="utf-8"))
    return {digest: reason for reason, digests in told.items() for digest in digests}


def in_text(name: str, text: str) -> Iterator[Found]:
    """What looks like a key, line by line. The name tells the detectors the kind of file."""
    for number, line in enumerate(text.splitlines(), 1):
        for detector in _detectors() if PROMISING.search(line) else ():
            for each in detector.analyze_line(filename=name, line=line, line_number=number):
                value = str(each.secret_value)
                if not _is_harmless(value, line, detector):
                    digest = hashlib.sha256(value.encode()).hexdigest()[:16]
                    yield Found(name, number, each.type, digest)


def _in_files(names: Sequence[str]) -> list[Found]:
    return [found for name in names for found in in_text(name, _text(REPOSITORY / name))]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError):  # a sound or a picture, or deleted and not committed yet
        return ""


def _tracked() -> list[str]:
    told = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    )
    return sorted({each for each in told.stdout.split("\0") if each})


@cache
def _detectors() -> tuple[Any, ...]:
    from detect_secrets.core.plugins.util import (  # noqa: PLC0415 - for the processes that look
        get_mapping_from_secret_type_to_class,
    )
    from detect_secrets.settings import default_settings  # noqa: PLC0415 - likewise

    with default_settings():
        kinds: list[Any] = list(get_mapping_from_secret_type_to_class().values())
    return tuple(
        kind(limit=LIMITS[kind.__name__]) if kind.__name__ in LIMITS else kind()
        for kind in kinds
        if kind.__name__ not in NO_KEYS
    )


def _is_harmless(value: str, line: str, detector: Any) -> bool:  # noqa: ANN401 - a class of detect-secrets
    """Its own rules for what only looks like a key: a name in place of a value, an id, a row of digits."""
    from detect_secrets.filters import heuristic  # noqa: PLC0415 - likewise

    return (
        heuristic.is_sequential_string(value)
        or heuristic.is_potential_uuid(value)
        or heuristic.is_likely_id_string(value, line, detector)
        or heuristic.is_templated_secret(value)
        or heuristic.is_prefixed_with_dollar_sign(value)
        or heuristic.is_not_alphanumeric_string(value)
        or heuristic.is_indirect_reference(line)
    )
