"""Reads the first field of a JSON object, a text, while the object is still arriving."""

import json
import re
from typing import Final

# characters, whole escapes, pairs of surrogates, and a half of one only if what follows is no other half
_WHOLE: Final = re.compile(
    r"""(?: [^"\\]++
          | \\["\\/bfnrt]
          | \\u(?![dD][89abAB])[0-9a-fA-F]{4}
          | \\u[dD][89abAB][0-9a-fA-F]{2} (?: \\u[dD][c-fC-F][0-9a-fA-F]{2} | (?=[^\\] | \\[^u] | \\u.{4}) )
        )*+""",
    re.VERBOSE,
)
_HALVES: Final = re.compile("[\ud800-\udfff]")
_LONGEST_OPENING: Final = 200


class FirstText:
    """Fed with the object in any pieces, it gives what is new of the text; joined, they are the text.

    What is not JSON gives nothing more: whoever has the whole finds that out.
    """

    def __init__(self, field: str) -> None:
        self._opening = re.compile(rf'\s*\{{\s*{re.escape(json.dumps(field))}\s*:\s*"')
        self._waiting = ""  # the beginning of the object, later of an escape
        self._is_open = False
        self._is_over = False

    def feed(self, piece: str) -> str:
        if self._is_over:
            return ""
        self._waiting += piece
        if not self._is_open and not self._open():
            return ""
        found = _WHOLE.match(self._waiting)
        text = found.group() if found else ""
        self._waiting = self._waiting[len(text) :]
        self._is_over = self._waiting.startswith('"')
        return _unescaped(text) if "\\" in text else text

    def _open(self) -> bool:
        if opening := self._opening.match(self._waiting):
            self._is_open = True
            self._waiting = self._waiting[opening.end() :]
        elif len(self._waiting) > _LONGEST_OPENING:
            self._is_over = True
        return self._is_open


def _unescaped(text: str) -> str:
    plain: str = json.loads(f'"{text}"', strict=False)
    return _HALVES.sub("\ufffd", plain)
