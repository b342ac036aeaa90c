"""What goes back to the parent, within bounds."""

import codecs

MAX_PAGES = 30
MAX_CHARACTERS = 400_000
MAX_LINES = 20_000
MAX_HIDDEN = 20_000  # characters that nobody sees
MAX_WAYS = 200  # of hiding them, a page each

ENCRYPTED = "encrypted"
MALFORMED = "malformed"
COMPLEX = "complex"
EMPTY = "empty"
UNSUPPORTED = "unsupported"

# typographic ligatures, and what no text column of a database takes
SPELT_OUT = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\ufb05": "st",
        "\ufb06": "st",
        "\u00a0": " ",
        "\u00ad": None,
        "\ufeff": None,
        "\ufffe": None,
        "\uffff": None,
        **{chr(code): None for code in (*range(32), *range(127, 160)) if chr(code) not in "\t\x85"},
        "\x85": " ",
    }
)

codecs.lookup("utf-16-le")  # loaded now: later this process may open nothing

type Line = tuple[str, tuple[float, ...] | None]  # and where it stands, where that is known


class RefusedError(Exception):
    """The file is not read, for one of the reasons above."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Answer:
    """Pages as they are found, until there is enough."""

    def __init__(self) -> None:
        self.pages: list[dict[str, object]] = []
        self.page_count = 1
        self.is_cut = False
        self.is_checked = True  # whether what is hidden was looked for
        self.hidden: dict[tuple[int | None, str], list[str]] = {}
        self.hidden_room = MAX_HIDDEN
        self.room = MAX_CHARACTERS
        self.lines_left = MAX_LINES

    def add_page(
        self,
        lines: list[Line],
        size: tuple[float, float] | None = None,
        *,
        is_scan: bool = False,
    ) -> None:
        kept = []
        for text, box in filter(_has_text, map(_cleaned, lines)):
            if len(text) > self.room or not self.lines_left:
                self.is_cut = True
            if not self.room or not self.lines_left:
                break
            kept.append((text[: self.room], box))
            self.room -= min(len(text), self.room)
            self.lines_left -= 1
        self.pages.append({"lines": kept, "size": size, "is_scan": is_scan})

    def hide(self, page: int | None, how: str, text: str) -> None:
        """Put aside what the file says and does not show."""
        known = (page, how) in self.hidden
        if not known and len(self.hidden) >= MAX_WAYS:
            return
        words = whole_characters(text).translate(SPELT_OUT).strip()[: self.hidden_room]
        if words:
            self.hidden.setdefault((page, how), []).append(words)
            self.hidden_room -= len(words)

    def as_json(self) -> dict[str, object]:
        if not any(page["lines"] or page["is_scan"] for page in self.pages):
            raise RefusedError(EMPTY)
        return {
            "pages": self.pages,
            "page_count": self.page_count,
            "is_cut": self.is_cut,
            "is_checked": self.is_checked,
            "hidden": [(page, how, "\n".join(texts)) for (page, how), texts in self.hidden.items()],
        }


def _has_text(line: Line) -> bool:
    return bool(line[0])


def _cleaned(line: Line) -> Line:
    text, box = line
    return whole_characters(text).translate(SPELT_OUT).strip(), box


def whole_characters(text: str) -> str:
    """Halves of characters put together, and those without another half taken out."""
    if not any("\ud800" <= letter <= "\udfff" for letter in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
