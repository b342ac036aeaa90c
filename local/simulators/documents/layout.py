"""The answer of an analysis: all text as one content, and everything else as spans of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.simulators.documents.reading import Page, Word

CONFIDENCE = 0.98


def describe(pages: Sequence[tuple[int, Page]], model: str, api_version: str) -> dict[str, Any]:
    """The pages with their numbers in the document, as not all of them may be asked for."""
    writer = _Writer()
    told = [writer.page(number, page) for number, page in pages]
    return {
        "apiVersion": api_version,
        "modelId": model,
        "stringIndexType": "textElements",
        "contentFormat": "text",
        "content": writer.content,
        "pages": told,
        "paragraphs": writer.paragraphs,
        "tables": [],
        "sections": [],
        "styles": [],
        "languages": [],
    }


class _Writer:
    def __init__(self) -> None:
        self.content = ""
        self.paragraphs: list[dict[str, Any]] = []

    def page(self, number: int, page: Page) -> dict[str, Any]:
        begins = len(self.content)
        words: list[dict[str, Any]] = []
        lines: list[dict[str, Any]] = []
        for line in page.lines:
            written = self._line(line)
            words += written
            lines.append(self._told_line(number, line, written))
        told: dict[str, Any] = {
            "pageNumber": number,
            "spans": [_span(begins, len(self.content))],
            "words": words,
            "lines": lines,
        }
        if page.size is not None:
            told |= {"angle": 0, "width": page.size[0], "height": page.size[1], "unit": "inch"}
        return told

    def _line(self, line: Sequence[Word]) -> list[dict[str, Any]]:
        written = []
        for number, word in enumerate(line):
            self.content += (" " if number else "\n") if self.content else ""
            begins = len(self.content)
            self.content += word.text
            told = {"content": word.text, "confidence": CONFIDENCE, "span": _span(begins, len(self.content))}
            written.append(told | _polygon(word.box))
        return written

    def _told_line(
        self, page: int, line: Sequence[Word], written: Sequence[dict[str, Any]]
    ) -> dict[str, Any]:
        text = " ".join(word.text for word in line)
        spans = [_span(written[0]["span"]["offset"], len(self.content))]
        place = _polygon(_around(line))
        regions = [{"pageNumber": page, **place}] if place else []
        self.paragraphs.append({"content": text, "spans": spans, "boundingRegions": regions})
        return {"content": text, "spans": spans, **place}


def _around(line: Sequence[Word]) -> tuple[float, ...] | None:
    boxes = [word.box for word in line if word.box]
    if not boxes:
        return None
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def _polygon(box: tuple[float, ...] | None) -> dict[str, list[float]]:
    if box is None:
        return {}
    left, top, right, bottom = box
    return {"polygon": [left, top, right, top, right, bottom, left, bottom]}


def _span(begins: int, ends: int) -> dict[str, int]:
    return {"offset": begins, "length": ends - begins}
