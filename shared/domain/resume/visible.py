"""The text that a person sees, and what a file says beside it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from shared.domain.documents import Concealed, Document
from shared.domain.interview.injection import attempts_in
from shared.domain.interview.wording import coverage, normalised, words

LONGEST_TEXT: Final = 15_000
LEAST_HIDDEN: Final = 3  # letters: a lost dot or a symbol accuses nobody
LONGEST_PROPERTY: Final = 120  # what programs and people write there by themselves is shorter
MOST_COMPARED: Final = 200  # words of a layer under a picture
SAME_WORDS: Final = 0.7
LEAST_CARRIERS: Final = 8  # one may slip in with a paste, many carry a message

TAGS: Final = re.compile("[\U000e0000-\U000e007f]")
CARRIERS: Final = re.compile("[\u200b\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
# joiners and marks of direction belong to scripts that need them; between Latin letters they are carriers
JOINERS: Final = re.compile("[\u200c-\u200f\u202a-\u202e\u2066-\u2069\u00ad]")
NEEDS_JOINERS: Final = ("AL", "R", "NSM", "AN")


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


KINDS: Final = {
    "tiny": FindingKind.TINY,
    "same_colour": FindingKind.SAME_COLOUR,
    "off_page": FindingKind.OFF_PAGE,
    "comment": FindingKind.COMMENT,
    "annotation": FindingKind.COMMENT,
    "deleted": FindingKind.DELETED,
    **dict.fromkeys(
        ("render_mode", "transparent", "no_ink", "vanish", "actual_text", "text_layer"),
        FindingKind.INVISIBLE,
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a file says and does not show. The words are not in here."""

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


def visible_text(document: Document) -> VisibleText:
    """Only what a person sees, capped; the rest as findings."""
    whole = document.text
    text = without_invisible(whole)
    found = [*_of_the_file(document), *_of_the_signs(whole)]
    return VisibleText(
        text=text[:LONGEST_TEXT],
        findings=tuple(finding for finding, _ in found),
        hidden=tuple(words for _, words in found),
        is_cut=document.is_cut or len(text) > LONGEST_TEXT,
        is_checked=document.is_checked,
    )


def cross_checked(seen: Document, embedded: Document) -> Document:
    """What a reader of pictures saw, held against the file itself.

    A reader may take its words from the file as well: lines that the file hides, and shows nowhere
    else, are left out.
    """
    scans = _scans(embedded)
    shown = normalised(embedded.text)
    hidden = " ".join(
        normalised(each.text) for each in embedded.concealed if each.how in KINDS and each.page not in scans
    )
    pages = tuple(
        replace(page, lines=tuple(each for each in page.lines if not _is_hidden(each.text, hidden, shown)))
        for page in seen.pages
    )
    pictured = words(seen.text)
    concealed = tuple(
        replace(each, how=_how(each, scans))
        for each in embedded.concealed
        if each.page not in scans or coverage(words(each.text)[:MOST_COMPARED], pictured) < SAME_WORDS
    )
    return replace(seen, pages=pages, concealed=concealed, is_checked=embedded.is_checked)


def _is_hidden(line: str, hidden: str, shown: str) -> bool:
    plain = normalised(line)
    return len(plain) >= LEAST_HIDDEN and plain in hidden and plain not in shown


def _scans(document: Document) -> set[int | None]:
    """Programs that scan lay what they read under the picture: it is hidden, and says the same."""
    return {page.number for page in document.pages if page.is_scan}


def _how(concealed: Concealed, scans: set[int | None]) -> str:
    is_layer = concealed.page in scans and concealed.how == "render_mode"
    return "text_layer" if is_layer else concealed.how


def without_invisible(text: str) -> str:
    """The text without signs of no width, but for joiners where the script needs them."""
    plain = CARRIERS.sub("", text)
    if not JOINERS.search(plain):
        return plain
    return "".join(letter for at, letter in enumerate(plain) if not _is_loose_joiner(plain, at))


def _of_the_file(document: Document) -> Iterator[tuple[Finding, str]]:
    scans = _scans(document)
    for each in document.concealed:
        code = _how(each, scans)
        kind = KINDS.get(code, FindingKind.METADATA)
        letters = sum(letter.isalnum() for letter in each.text)
        if letters >= LEAST_HIDDEN and (kind is not FindingKind.METADATA or _is_more_than_a_name(each)):
            yield Finding(kind, code, each.page, len(each.text)), each.text


def _is_more_than_a_name(property_: Concealed) -> bool:
    """A title, an author and some keywords are what every program writes."""
    return len(property_.text) > LONGEST_PROPERTY or bool(attempts_in(property_.text))


def _of_the_signs(text: str) -> Iterator[tuple[Finding, str]]:
    carriers = len(CARRIERS.findall(text)) + sum(
        _is_loose_joiner(text, at.start()) for at in JOINERS.finditer(text) if at[0] != "\u00ad"
    )
    tags = "".join(chr(ord(sign) - 0xE0000) for sign in TAGS.findall(text))
    if tags or carriers >= LEAST_CARRIERS:
        said = "".join(letter for letter in tags if letter.isprintable())
        yield Finding(FindingKind.ZERO_WIDTH, "tags" if said else "no_width", None, carriers), said


def _is_loose_joiner(text: str, at: int) -> bool:
    if not JOINERS.match(text[at]):
        return False
    near = (text[max(0, at - 1) : at], text[at + 1 : at + 2])
    return not any(_needs_joiners(letter) for letter in near if letter)


def _needs_joiners(letter: str) -> bool:
    """Arabic and Hebrew, the scripts of India, and pictures that are put together."""
    right_to_left = unicodedata.bidirectional(letter) in NEEDS_JOINERS
    return right_to_left or "\u0900" <= letter <= "\u0dff" or letter > "\uffff"
