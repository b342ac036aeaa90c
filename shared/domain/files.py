"""Files as we keep them: where, how large, and by which links others reach them.

A path is made of our own ids, never of a name that somebody chose; that name is a label, shown
when the file is saved. What a browser uploads is checked when it arrives, as a signed link can
bind neither size nor type.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Self
from urllib.parse import quote
from uuid import UUID

UPLOAD_LIFE: Final = timedelta(minutes=15)
READ_LIFE: Final = timedelta(hours=1)
LONGEST_LIFE: Final = timedelta(hours=1)  # of any link
LONGEST_LABEL: Final = 120

# ours are ids; those that the call service gives its recordings may be longer
SEGMENT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._=+~-]{0,254}", re.ASCII)
EXTENSION: Final = re.compile(r"[a-z0-9]{1,8}", re.ASCII)
CONTENT_TYPE: Final = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}", re.ASCII)
LABEL: Final = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
# what separates paths, ends a header or means something to a shell or an old file system
UNSAFE: Final = re.compile(r'[\\/:*?"<>|;%\x00-\x1f\x7f]')


class Store(StrEnum):
    """The places for files, which differ in who may reach them and how long they are kept."""

    RESUMES = "resumes"
    UPLOADS = "uploads"
    RECORDINGS = "interview-recordings"
    TRANSCRIPTS = "transcripts"
    REPORTS = "reports"
    EXPORTS = "exports"


@dataclass(frozen=True, slots=True, order=True)
class FilePath:
    """Where a file is. Raises ValueError for anything that we would not have named so."""

    store: Store
    name: str

    def __post_init__(self) -> None:
        segments = self.name.split("/")
        if len(self.name) > 900 or not all(SEGMENT.fullmatch(each) and ".." not in each for each in segments):
            raise ValueError("a file's name is made of our own ids")

    @classmethod
    def of(cls, store: Store, *owners_and_file: UUID, extension: str) -> Self:
        """`resumes/{user_id}/{file_id}.pdf` and its like: the ids from the owner to the file itself."""
        if not owners_and_file or not EXTENSION.fullmatch(extension):
            raise ValueError("a file has an id and an extension")
        return cls(store, f"{'/'.join(str(each) for each in owners_and_file)}.{extension}")

    @classmethod
    def parse(cls, text: str) -> Self:
        store, _, name = text.partition("/")
        return cls(Store(store), name)

    def __str__(self) -> str:
        return f"{self.store}/{self.name}"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it stands. `etag` changes with every write; the hash is there if we wrote the file."""

    path: FilePath
    size: int
    content_type: str
    etag: str
    modified_at: datetime
    sha256: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FilePage:
    """Some of the files below a prefix; `cursor` leads to the next ones."""

    files: tuple[StoredFile, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Expected:
    """What an upload has to be: within the window, and of the type that was agreed on."""

    content_type: str
    most_bytes: int
    least_bytes: int = 1

    def __post_init__(self) -> None:
        check_content_type(self.content_type)
        if not 0 <= self.least_bytes <= self.most_bytes:
            raise ValueError("the window of sizes is empty")


@dataclass(frozen=True, slots=True)
class Link:
    """A signed address for one file. Uploads send `headers` as they stand here."""

    url: str
    expires_at: datetime
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Link({self.method}, expires_at={self.expires_at.isoformat()})"  # the address is a secret


@dataclass(frozen=True, slots=True)
class FileLease:
    """The sole right to change a file, for a while; `holder` is the key that proves it."""

    path: FilePath
    holder: UUID
    seconds: int


def check_content_type(text: str) -> None:
    if not CONTENT_TYPE.fullmatch(text):
        raise ValueError("a content type is type/subtype in small letters, without parameters")


def check_labels(labels: Mapping[str, str]) -> None:
    """Raises ValueError; `sha256` is the file's own."""
    for name, value in labels.items():
        if name == "sha256" or not LABEL.fullmatch(name) or not re.fullmatch(r"[\x21-\x7e]{1,256}", value):
            raise ValueError("a label is a word in small letters, and its value plain text without blanks")


def safe_label(file_name: str) -> str:
    """A name that somebody chose, without what could lead out of a folder, a header or the eye."""
    # categories C: controls, and the marks that reverse the order of letters on the screen
    visible = "".join(
        letter
        for letter in unicodedata.normalize("NFC", file_name)
        if not unicodedata.category(letter).startswith("C")
    )
    cleaned = " ".join(UNSAFE.sub(" ", visible).split()).strip(". ")
    stem, dot, extension = cleaned.rpartition(".")
    if dot and EXTENSION.fullmatch(extension.lower()):
        return f"{stem[: LONGEST_LABEL - len(extension) - 1].rstrip()}.{extension}".lstrip(".")
    return cleaned[:LONGEST_LABEL].rstrip() or "file"


def as_attachment(file_name: str) -> str:
    """The header that has a browser save the file under this name and never show it."""
    label = safe_label(file_name)
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().strip(". ") or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(label, safe='')}"
