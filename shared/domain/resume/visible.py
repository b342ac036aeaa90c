"""The text that a person sees, and what a file says beside it."""

from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """Why nobody sees it."""

    INVISIBLE = "invisible"  # not painted, painted over, or cut away
    TINY = "tiny"
    SAME_COLOUR = "same_colour"
    OFF_PAGE = "off_page"
    METADATA = "metadata"
    COMMENT = "comment"
    DELETED = "deleted"
    ZERO_WIDTH = "zero_width"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a file says and does not show. The words are not in here: see `Concealed`."""

    kind: FindingKind
    code: str  # how it was hidden: `vanish`, `render_mode`, `keywords`, ...
    page: int | None
    length: int  # characters


@dataclass(frozen=True, slots=True)
class VisibleText:
    """What a model may read, and apart from it the hidden words, for the recruiter alone.

    `hidden` holds the words of `findings`, in their order. They are never sent to a model and
    never logged.
    """

    text: str
    findings: tuple[Finding, ...] = ()
    hidden: tuple[str, ...] = ()
    is_cut: bool = False  # the text is longer than is read
    is_checked: bool = True  # False: nobody could look for what is hidden
