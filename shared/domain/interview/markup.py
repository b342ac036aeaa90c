"""Plain text out of whatever a model writes, piece by piece: no tag, no formatting, nothing unseen."""

import re
from typing import Final

LONGEST_TAG: Final = 200
SUSPECT: Final = re.compile(
    "[<&*`:#\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
ENTITIES: Final = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&#39;": "'", "&apos;": "'"}
ENTITY: Final = re.compile("|".join(map(re.escape, ENTITIES)))
UNFINISHED: Final = re.compile(r"(?:&[a-z#0-9]{0,5}|:/?|\*|<)$")
TAG_BEGINS: Final = re.compile(r"<(?=[A-Za-z/!?])")
LOOSE: Final = re.compile(r"<(?![\s=0-9])")  # may not come to stand before a letter
FORMAT: Final = re.compile(r"`+|^#{1,6}(?=\s)|\n#{1,6}(?=\s)")


class PlainText:
    """Takes pieces, gives plain text; keeps back only what may still turn out to be markup."""

    def __init__(self) -> None:
        self._kept = ""

    def feed(self, piece: str) -> str:
        if not self._kept and not SUSPECT.search(piece):
            return piece
        text = UNSEEN.sub("", self._kept + piece).replace("**", "")
        text = ENTITY.sub(lambda match: ENTITIES[match[0]], text)
        text, self._kept = _apart(text)
        return _cleaned(text)

    def finish(self) -> str:
        text, self._kept = self._kept, ""
        return _cleaned(_without_tags(text))


def _apart(text: str) -> tuple[str, str]:
    """What can be said now, and what has to wait for more."""
    text = _without_tags(text)
    opened = TAG_BEGINS.search(text)
    if opened and len(text) - opened.start() <= LONGEST_TAG:
        return text[: opened.start()], text[opened.start() :]
    if unfinished := UNFINISHED.search(text):
        return text[: unfinished.start()], text[unfinished.start() :]
    return text, ""


def _without_tags(text: str) -> str:
    """Tag by tag: what is left of one may not make another."""
    start = 0
    while match := TAG_BEGINS.search(text, start):
        end = text.find(">", match.start(), match.start() + LONGEST_TAG)
        if end < 0:
            start = match.end()
            continue
        text = text[: match.start()] + text[end + 1 :]
        start = max(0, match.start() - 1)
    return text


def _cleaned(text: str) -> str:
    # an address is no link any more, so that nobody is led elsewhere in our name
    return LOOSE.sub("", FORMAT.sub("", text)).replace("://", ": ")
