"""The letter that invites: the same in both forms, safe whatever the names are."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.letters.invitation import InvitationFacts, invitation_letter, spoken_time

LINK = "https://app.talenti.example/invite/a-token"
FACTS = InvitationFacts(
    invitation_id=uuid4(),
    candidate_email="kim@example.org",
    first_name="Kim",
    role_title="Backend engineer",
    organisation_name="Red Gum Software",
    time_zone="Australia/Sydney",
    expires_at=datetime(2026, 11, 28, 7, 5, tzinfo=UTC),
    duration_minutes=25,
    question_count=7,
    claim_required=False,
    profile_completion_required=False,
)


class Page(HTMLParser):
    """What a reader and a screen reader get of it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.roles: list[str] = []
        self.language = ""
        self._parts: list[str] = []
        self._hidden = False
        self.feed(html)

    @property
    def text(self) -> str:
        return " ".join("".join(self._parts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attrs)
        self._hidden = tag in {"title", "style"}
        if tag == "a":
            self.links.append(found["href"] or "")
        if tag == "table":
            self.roles.append(found.get("role") or "")
        self.language = found.get("lang") or self.language

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._parts.append(data)


def words(text: str) -> list[str]:
    return re.findall(r"[\w:/.'-]+", text.replace("- ", " "))


def test_it_tells_what_a_candidate_has_to_know() -> None:
    letter = invitation_letter(FACTS, LINK, uuid4())

    assert letter.to == "kim@example.org"
    assert letter.subject == "Your interview with Red Gum Software: Backend engineer"
    for part in (
        "Hello Kim,",
        LINK,
        "Saturday 28 November 2026, 6:05 pm (AEDT, UTC+11:00)",
        "about 25 minutes and has 7 questions",
        "The interviewer is an AI",
        "people at Red Gum Software read your answers and decide",
        "adjustment",
    ):
        assert part in letter.text


def test_both_forms_say_the_same() -> None:
    letter = invitation_letter(FACTS, LINK, uuid4())
    page = Page(letter.html)

    only_in_html = "If the button does not work, copy this address into your browser:"
    shown = page.text.replace(f"{only_in_html} {LINK}", LINK)
    assert words(shown) == words(letter.text.replace("Open your invitation:", "Open your invitation"))


def test_the_page_can_be_read_by_everybody() -> None:
    page = Page(invitation_letter(FACTS, LINK, uuid4()).html)

    assert page.language == "en-AU"
    assert page.links == [LINK]
    assert page.tags.count("h1") == 1
    assert set(page.roles) == {"presentation"}
    assert "img" not in page.tags


HOSTILE = [
    "<script>alert(1)</script>",
    '"><a href="https://evil.example">win</a>',
    "Acme\r\nBcc: everyone@example.org",
    "Acme\u2028\u202e$link ${token}",
    "a" * 5000,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_adds_no_markup_no_line_and_no_header(name: str) -> None:
    plain = invitation_letter(FACTS, LINK, uuid4())
    letter = invitation_letter(
        replace(FACTS, organisation_name=name, role_title=name, first_name=name), LINK, uuid4()
    )

    assert Page(letter.html).tags == Page(plain.html).tags
    assert Page(letter.html).links == [LINK]
    assert letter.text.count("\n") == plain.text.count("\n")
    assert letter.subject.isprintable()
    assert len(letter.subject) < 500


@given(st.text(max_size=50), st.text(max_size=50))
def test_whatever_the_names_are_both_forms_agree(role: str, company: str) -> None:
    letter = invitation_letter(replace(FACTS, role_title=role, organisation_name=company), LINK, uuid4())

    assert letter.subject in letter.text
    assert Page(letter.html).links == [LINK]


@pytest.mark.parametrize(
    ("claim", "confirm", "said"),
    [
        (False, False, "You can start as soon as"),
        (True, False, "First you set up your account"),
        (False, True, "First you look through your profile"),
        (True, True, "and confirm that your profile is right"),
    ],
)
def test_it_tells_what_comes_before_the_interview(claim: bool, confirm: bool, said: str) -> None:
    facts = replace(FACTS, claim_required=claim, profile_completion_required=confirm)

    assert said in invitation_letter(facts, LINK, uuid4()).text


def test_without_a_name_it_greets_all_the_same() -> None:
    assert "\nHello,\n" in invitation_letter(replace(FACTS, first_name=" "), LINK, uuid4()).text


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Australia/Perth", "Saturday 28 November 2026, 3:05 pm (AWST, UTC+08:00)"),
        ("America/New_York", "Saturday 28 November 2026, 2:05 am (EST, UTC-05:00)"),
        (None, "Saturday 28 November 2026, 7:05 am (UTC)"),
        ("Nowhere/Land", "Saturday 28 November 2026, 7:05 am (UTC)"),
        ("../etc/passwd", "Saturday 28 November 2026, 7:05 am (UTC)"),
    ],
)
def test_times_are_told_where_the_organisation_is(zone: str | None, said: str) -> None:
    assert spoken_time(FACTS.expires_at, zone) == said


def test_midnight_and_noon_are_twelve() -> None:
    assert "12:00 am" in spoken_time(datetime(2026, 1, 1, 0, 0, tzinfo=UTC), None)
    assert "12:30 pm" in spoken_time(datetime(2026, 1, 1, 12, 30, tzinfo=UTC), None)
