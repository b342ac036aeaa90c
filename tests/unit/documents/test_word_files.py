"""The reader of Word files, without its process."""

import pytest

from shared.adapters.documents.child import docx
from shared.adapters.documents.child.answer import MAX_CHARACTERS, RefusedError
from tests.document_samples import MIB, W, body, docx_of_size, docx_that_lies, paragraph, plain_docx, zip_of
from tests.document_samples import docx as word_file

TEXT_BOX = (
    "<mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx></mc:Choice>"
    "<mc:Fallback><w:pict><v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></w:pict></mc:Fallback>"
    "</mc:AlternateContent>"
)
NAMESPACES = 'xmlns:mc="m" xmlns:wps="s" xmlns:v="v"'


def lines(content: bytes) -> list[str]:
    pages = docx.read(content).as_json()["pages"]
    assert isinstance(pages, list)
    return [text for page in pages for text, _ in page["lines"]]


def table(*rows: list[str]) -> str:
    cells = "".join(f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in row)}</w:tr>" for row in rows)
    return f"<w:tbl>{cells}</w:tbl>"


def test_paragraphs_are_lines_and_runs_are_not() -> None:
    assert lines(word_file(body(paragraph("Asha ", "Nair") + paragraph("Melbourne")))) == [
        "Asha Nair",
        "Melbourne",
    ]


def test_breaks_and_tabs_show_and_tab_stops_do_not() -> None:
    inner = (
        "<w:p><w:pPr><w:tabs><w:tab w:val='left' w:pos='720'/></w:tabs></w:pPr>"
        "<w:r><w:t>2019</w:t><w:tab/><w:t>Ledger</w:t><w:br/><w:t>co</w:t><w:noBreakHyphen/><w:t>op</w:t></w:r></w:p>"
    )

    assert lines(word_file(body(inner))) == ["2019\tLedger", "co-op"]


def test_nested_tables_are_read_in_order() -> None:
    nested = table([paragraph("inner left"), paragraph("inner right")])
    inner = table([paragraph("outer left"), paragraph("before") + nested + paragraph("after")])

    assert lines(word_file(body(inner))) == ["outer left", "before", "inner left", "inner right", "after"]


def test_a_text_box_is_read_once_and_apart_from_its_anchor() -> None:
    box = TEXT_BOX.format(inner=paragraph("In the box"))
    anchor = (
        f"<w:p {NAMESPACES}><w:r><w:t>Before </w:t></w:r><w:r>{box}</w:r><w:r><w:t>after</w:t></w:r></w:p>"
    )

    assert lines(word_file(body(anchor))) == ["In the box", "Before after"]


def test_headers_stand_above_and_footers_below_and_repeats_are_left_out() -> None:
    content = word_file(
        body(paragraph("Body")),
        footer1=f"<w:ftr {W}>{paragraph('Foot')}</w:ftr>",
        header2=f"<w:hdr {W}>{paragraph('Asha Nair')}</w:hdr>",
        header1=f"<w:hdr {W}>{paragraph('Asha Nair')}</w:hdr>",
        settings=f"<w:settings {W}>{paragraph('not read')}</w:settings>",
    )

    assert lines(content) == ["Asha Nair", "Body", "Foot"]


def test_deleted_text_and_field_codes_are_not_read() -> None:
    inner = "<w:p><w:r><w:delText>gone</w:delText><w:instrText>PAGE</w:instrText><w:t>kept</w:t></w:r></w:p>"

    assert lines(word_file(body(inner))) == ["kept"]


def test_what_a_database_does_not_take_is_left_out() -> None:
    assert lines(word_file(body(paragraph("o\ufb03ce\u00a0hours\ufeff&#x85;here")))) == ["office hours here"]


def test_the_text_of_office_on_the_web_has_a_number() -> None:
    content = word_file(body(paragraph("Body"))).replace(b"word/document.xml", b"word/document2xml")
    assert refused(content) == "unsupported"

    content = zip_of(["word/document2.xml"], body(paragraph("Body")))
    assert lines(content) == ["Body"]


def refused(content: bytes) -> str:
    with pytest.raises(RefusedError) as caught:
        docx.read(content).as_json()
    return caught.value.reason


UNREAD = {
    "another zip": (zip_of(["xl/workbook.xml"]), "unsupported"),
    "macros": (zip_of(["word/document.xml", "word/vbaProject.bin"], body(paragraph("x"))), "unsupported"),
    "many entries": (zip_of(["word/document.xml", *map(str, range(2000))]), "complex"),
    "many elements": (word_file(body("<w:p/>" * 1_100_000)), "complex"),
    "much markup": (word_file(body(f"<w:p w:rsid='{'0' * 1000}'/>" * (21 * MIB // 1020))), "complex"),
    "deep": (word_file(body("<w:p>" * 450 + "</w:p>" * 450)), "complex"),
    "empty": (word_file(body("<w:p/>")), "empty"),
    "cut XML": (word_file(body("<w:p>")[:-40]), "malformed"),
    "no XML": (word_file(b""), "malformed"),
    "foreign encoding": (word_file(body("<w:p/>").replace("UTF-8", "EBCDIC-CP-NL")), "malformed"),
    "cut zip": (plain_docx("cut")[:-30], "malformed"),
    "lying sizes": (docx_that_lies(100), "malformed"),
}


@pytest.mark.parametrize("name", UNREAD)
def test_a_file_that_is_none_or_too_much_is_refused(name: str) -> None:
    content, reason = UNREAD[name]

    assert refused(content) == reason


@pytest.mark.parametrize("content", [docx_of_size(MIB), docx_that_lies(2**31 - 1)], ids=["long", "lying"])
def test_a_text_without_end_is_cut(content: bytes) -> None:
    answer = docx.read(content)

    assert sum(map(len, lines(content))) == MAX_CHARACTERS
    assert answer.is_cut


def test_an_entry_behind_a_password_says_so() -> None:
    content = bytearray(plain_docx("locked"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := content.find(mark, place + 1)) >= 0:
            content[place + offset] |= 1

    assert refused(bytes(content)) == "encrypted"
