"""Names of files: ours are strict, theirs are made harmless."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.files import (
    Expected,
    FilePath,
    Link,
    Store,
    as_attachment,
    check_content_type,
    check_labels,
    safe_label,
)

USER = UUID("00000000-0000-4000-8000-000000000001")
FILE = UUID("00000000-0000-4000-8000-000000000002")


def test_a_path_is_made_of_ids() -> None:
    path = FilePath.of(Store.RESUMES, USER, FILE, extension="pdf")

    assert str(path) == f"resumes/{USER}/{FILE}.pdf"
    assert FilePath.parse(str(path)) == path


def test_a_path_that_the_call_service_made_is_understood() -> None:
    text = "interview-recordings/20260105/aHR0cHM6Ly9hcGk=/0-0-audiomixed.wav"

    assert str(FilePath.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "resumes/../uploads/a.pdf",
        "resumes/a/..",
        "resumes/a..b",
        "resumes/./a",
        "resumes//a",
        "resumes/",
        "resumes",
        "",
        "secrets/a",
        "RESUMES/a",
        "resumes/a b",
        "resumes/a\\b",
        "resumes/a?sig=x",
        "resumes/a#b",
        "resumes/a%2e%2e",
        "resumes/a\n",
        "resumes/\u0430",  # a letter that only looks like ours
        "resumes/" + "a/" * 500 + "a",
    ],
)
def test_a_path_that_we_would_not_make_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        FilePath.parse(text)


@pytest.mark.parametrize("extension", ["", "PDF", "p/f", "..", "pdf.exe", "toolongtobetrue"])
def test_an_extension_is_a_short_word(extension: str) -> None:
    with pytest.raises(ValueError, match="extension"):
        FilePath.of(Store.RESUMES, USER, FILE, extension=extension)


@pytest.mark.parametrize(
    ("given_name", "label"),
    [
        ("cv.pdf", "cv.pdf"),
        ("Zoë's résumé.docx", "Zoë's résumé.docx"),
        ("../../etc/passwd", "etc passwd"),
        ("C:\\temp\\cv.pdf", "C temp cv.pdf"),
        ('a"; filename="b.exe', "a filename= b.exe"),
        ("a\r\nSet-Cookie: x=y.pdf", "aSet-Cookie x=y.pdf"),
        ("\u202efdp.exe", "fdp.exe"),
        ("...", "file"),
        ("", "file"),
        ("   .pdf", "pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_that_somebody_chose_is_made_harmless(given_name: str, label: str) -> None:
    assert safe_label(given_name) == label


@given(st.text())
def test_no_name_leaves_its_header(name: str) -> None:
    header = as_attachment(name)

    assert header.startswith('attachment; filename="')
    assert header.count('"') == 2
    assert header.isascii()
    assert header.isprintable()
    assert len(safe_label(name)) <= 120


def test_a_name_beyond_ascii_is_told_twice() -> None:
    assert as_attachment("Zoë.pdf") == "attachment; filename=\"Zoe.pdf\"; filename*=UTF-8''Zo%C3%AB.pdf"


def test_a_link_does_not_print_its_signature() -> None:
    link = Link("https://x.invalid/a?sig=secret", datetime(2026, 1, 5, tzinfo=UTC))

    assert "secret" not in f"{link} {link!r}"


@pytest.mark.parametrize("text", ["text/html; charset=utf-8", "TEXT/PLAIN", "text", "", "text/plain\r\nX: y"])
def test_a_content_type_is_plain(text: str) -> None:
    with pytest.raises(ValueError, match="content type"):
        check_content_type(text)


@pytest.mark.parametrize(
    "labels", [{"sha256": "0"}, {"Upper": "a"}, {"a": "Zoë"}, {"a": "two words"}, {"a": ""}]
)
def test_a_label_is_plain(labels: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="label"):
        check_labels(labels)


def test_a_window_of_sizes_is_not_empty() -> None:
    with pytest.raises(ValueError, match="window"):
        Expected("application/pdf", most_bytes=1, least_bytes=2)
