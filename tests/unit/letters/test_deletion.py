"""The letter that says that a deletion is done, in every language the interviewer speaks."""

from uuid import UUID

import pytest

from shared.domain.erasure import DeletionType
from shared.letters.deletion import DeletionLetterFacts, deletion_letter
from shared.prompts.library import LANGUAGES


def facts(kind: DeletionType, language: str = "en-AU") -> DeletionLetterFacts:
    return DeletionLetterFacts(UUID(int=1), "kim@example.org", language, kind)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", DeletionType)
def test_every_letter_is_whole_in_every_language(kind: DeletionType, language: str) -> None:
    letter = deletion_letter(facts(kind, language))

    assert (letter.key, letter.to) == (UUID(int=1), "kim@example.org")
    assert len(letter.text.split("\n\n")) >= 4
    for text in (letter.subject, letter.text, letter.html):
        assert text
        assert "$" not in text
        assert "kim" not in text.lower()  # who is forgotten is not named


def test_languages_and_kinds_have_words_of_their_own() -> None:
    told = [deletion_letter(facts(kind, each)).text for kind in DeletionType for each in LANGUAGES]

    assert len(set(told)) == len(told)
    assert deletion_letter(facts(DeletionType.FULL, "xx")) == deletion_letter(facts(DeletionType.FULL, "en"))
