"""Letters around an interview, in every language the interviewer speaks."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from shared.domain.invitation_vigil import LetterKind
from shared.letters.around_interview import LetterFacts, candidate_letter
from shared.prompts.library import LANGUAGES

ENDS = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
CHOSEN = datetime(2026, 1, 8, 3, 30, tzinfo=UTC)


def facts(kind: LetterKind, language: str = "en-AU", **others: object) -> LetterFacts:
    known: dict[str, object] = {
        "letter_id": UUID(int=1),
        "kind": kind,
        "candidate_email": "kim@example.org",
        "first_name": "Kim",
        "language": language,
        "role_title": "Backend engineer",
        "organisation_name": "Acme",
        "time_zone": "Australia/Sydney",
        "scheduled_at": CHOSEN,
        "expires_at": ENDS,
        "minutes": 15,
    }
    return LetterFacts(**known | others)  # type: ignore[arg-type]  # each test names what it changes


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LetterKind)
def test_every_letter_is_whole_in_every_language(kind: LetterKind, language: str) -> None:
    letter = candidate_letter(facts(kind, language), "https://talenti.example/")

    assert letter.key == UUID(int=1)
    for text in (letter.subject, letter.text, letter.html):
        assert "$" not in text
        assert "Acme" in text
    assert "Kim" in letter.text
    assert f'<html lang="{language}">' in letter.html
    if kind is not LetterKind.THANKS:
        assert "https://talenti.example" in letter.text
        assert "/invite/" not in letter.text, "no letter but the invitation holds a link of it"


def test_the_time_is_the_one_the_letter_is_about() -> None:
    assert "Thursday 8 January 2026, 2:30 pm" in candidate_letter(facts(LetterKind.UPCOMING), "x").text
    assert "Monday 12 January 2026, 8:00 pm" in candidate_letter(facts(LetterKind.EXPIRING), "x").text
    assert "Monday 12 January 2026, 8:00 pm" in candidate_letter(facts(LetterKind.NO_SHOW), "x").text
    assert "2026-01-12 20:00 (UTC+11:00)" in candidate_letter(facts(LetterKind.EXPIRING, "de"), "x").text


def test_a_language_we_do_not_speak_is_english_and_no_name_is_needed() -> None:
    letter = candidate_letter(facts(LetterKind.THANKS, "fi-FI", first_name=None), "x")

    assert letter.text.startswith("Hello,\n")


def test_names_from_outside_stay_names() -> None:
    letter = candidate_letter(
        facts(LetterKind.THANKS, organisation_name="<b>Acme</b>\nBcc: x", first_name="$role"), "x"
    )

    assert "\n" not in letter.subject
    assert "<b>" not in letter.html
    assert "Hello $role," in letter.text, "what is filled in is not filled again"
