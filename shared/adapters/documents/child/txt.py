"""Plain text in the encodings that résumés come in."""

import codecs

from shared.adapters.documents.child.answer import MAX_CHARACTERS, MAX_PAGES, Answer

MARKED = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
WESTERN = "cp1252"  # what calls itself Latin-1 is this in practice

for _name in ("utf-8", "utf-16-le", "utf-16-be", WESTERN, "latin-1"):
    codecs.lookup(_name)  # loaded now: later this process may open nothing


def read(content: bytes) -> Answer:
    answer = Answer()
    text = decode(content)
    answer.is_cut = len(text) > MAX_CHARACTERS
    pages = text[:MAX_CHARACTERS].split("\f", MAX_PAGES)
    answer.page_count = len(pages)
    for page in pages:
        answer.add_page([(line.expandtabs(4), None) for line in page.splitlines()])
    return answer


def decode(content: bytes) -> str:
    for mark, encoding in MARKED:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    if b"\0" in content:
        return content.decode("utf-16-le" if content[1:2] == b"\0" else "utf-16-be", "replace")
    for encoding in ("utf-8", WESTERN):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")
