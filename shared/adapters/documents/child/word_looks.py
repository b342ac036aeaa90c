"""How the text of a Word file is set: what styles, paragraphs, cells and runs say of it."""

VANISH = "vanish"
DELETED = "deleted"
TINY = "tiny"
SAME_COLOUR = "same_colour"
OFF_PAGE = "off_page"

LEAST_HALF_POINTS = 8  # as of PDF: the smallest print that people are given is 6 points
LEAST_CONTRAST = 24  # of 255, in the colour that differs most
LEAST_WIDTH = 10  # percent of a letter's own
OFF = ("0", "false", "off", "none")
PAGE = "FFFFFF"
UNKNOWN = ""  # a ground that is painted in a way that we do not work out; nothing is said of it
HIDDEN = ("vanish", "specVanish", "webHidden")
NAMES = {"color": "color", "sz": "sz", "w": "w", "rStyle": "style"}
OF_THE_GROUND = ("background1", "light1")
HIGHLIGHTS = {
    "white": "FFFFFF",
    "black": "000000",
    "yellow": "FFFF00",
    "green": "00FF00",
    "cyan": "00FFFF",
    "magenta": "FF00FF",
    "blue": "0000FF",
    "red": "FF0000",
}
CHAIN = 20  # styles that stand on each other, at most

type Marks = dict[str, str]


def mark(name: str, attributes: dict[str, str]) -> Marks:
    """What one element of the properties of a run says, if it says anything of how it looks."""
    value = attributes.get("val", "")
    if name in HIDDEN:
        return {VANISH: "" if value in OFF else "1"}
    if name == "color" and attributes.get("themeColor") in OF_THE_GROUND:
        return {"color": PAGE}
    if name == "shd":
        return {"fill": attributes.get("fill", "")}
    if name == "highlight":
        return {"fill": HIGHLIGHTS.get(value, UNKNOWN)} if value != "none" else {}
    return {NAMES[name]: value} if name in NAMES else {}


class Styles:
    """The styles of the file by their names, each with what it stands on."""

    def __init__(self) -> None:
        self.marks: dict[str, Marks] = {"": {}}  # the nameless one is what all stand on
        self.below: dict[str, str] = {}
        self.shaded: set[str] = set()  # tables that paint their own ground
        self._whole: dict[str, Marks] = {}
        self._current = ""

    def start(self, name: str, attributes: dict[str, str], path: list[str]) -> None:
        if name == "style":
            self._current = attributes.get("styleId", "")
            self.marks.setdefault(self._current, {})
        elif name == "docDefaults":
            self._current = ""
        elif name == "basedOn":
            self.below[self._current] = attributes.get("val", "")
        elif name == "shd" and attributes.get("fill", "auto") != "auto":
            self.shaded.add(self._current)
        if path[-1:] == ["rPr"] and "tblStylePr" not in path:
            self.marks[self._current].update(mark(name, attributes))

    def of(self, name: str) -> Marks:
        """What the style says, and what it stands on."""
        if name in self._whole:
            return dict(self._whole[name])
        chain = [name]
        while (below := self.below.get(chain[-1])) and len(chain) < CHAIN:
            chain.append(below)
        found: Marks = {}
        for each in ("", *reversed(chain)):
            found |= self.marks.get(each, {})
        self._whole[name] = found
        return dict(found)


def why_unseen(marks: Marks, ground: str) -> str | None:
    """Why nobody sees a run that is marked so and stands on this ground."""
    if marks.get(VANISH):
        return VANISH
    if _number(marks.get("sz"), LEAST_HALF_POINTS) < LEAST_HALF_POINTS:
        return TINY
    if _number(marks.get("w"), LEAST_WIDTH) < LEAST_WIDTH:
        return TINY
    fill = marks.get("fill", ground)
    fill = ground if fill == "auto" else fill
    return SAME_COLOUR if _are_alike(marks.get("color", ""), fill) else None


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() else otherwise


def _are_alike(colour: str, ground: str) -> bool:
    try:
        pairs = [(int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (0, 2, 4)]
    except ValueError:
        return False  # a colour that shows itself ("auto"), or a ground that we do not know
    return all(abs(one - other) < LEAST_CONTRAST for one, other in pairs)
