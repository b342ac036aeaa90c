"""Reads a PDF from standard input and writes its words as JSON: a program, as files may be hostile."""

import json
import sys

import pypdfium2

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 20
MAX_PAGES = 2_000
INCHES = 1 / 72


def main() -> None:
    _wall_in()
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError as error:
        json.dump({"failed": "password" if "password" in str(error).lower() else "corrupt"}, sys.stdout)
        return
    pages = [_page(document[index]) for index in range(min(len(document), MAX_PAGES))]
    json.dump({"pages": pages}, sys.stdout)


def _wall_in() -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not there on Windows

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def _page(page: pypdfium2.PdfPage) -> dict[str, object]:
    width, height = page.get_size()
    return {
        "width": round(width * INCHES, 4),
        "height": round(height * INCHES, 4),
        "lines": _lines(page.get_textpage(), height),
    }


def _lines(text: pypdfium2.PdfTextPage, height: float) -> list[list[dict[str, object]]]:
    """Lines of words; a word's box is that of its letters, in inches from the upper left corner."""
    lines: list[list[dict[str, object]]] = [[]]
    letters: list[tuple[str, tuple[float, float, float, float]]] = []

    def close_word() -> None:
        if letters:
            boxes = [box for _, box in letters]
            left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
            top, bottom = height - max(box[3] for box in boxes), height - min(box[1] for box in boxes)
            box = [round(edge * INCHES, 4) for edge in (left, top, right, bottom)]
            lines[-1].append({"text": "".join(letter for letter, _ in letters), "box": box})
            letters.clear()

    for index in range(text.count_chars()):
        letter = text.get_text_range(index, 1)
        if not letter.strip():
            close_word()
            if letter in {"\r", "\n", "\r\n"} and lines[-1]:
                lines.append([])
        else:
            letters.append((letter, text.get_charbox(index)))
    close_word()
    return [line for line in lines if line]


if __name__ == "__main__":
    main()
