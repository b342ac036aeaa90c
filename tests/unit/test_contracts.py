from datetime import date
from typing import Annotated
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from shared.adapters.acs.cloud_events import CloudEvent
from shared.contracts.audit import AuditExport
from shared.contracts.base import Body, Moment
from shared.contracts.candidates import EducationQuery, EmploymentQuery, MailAddress, SkillsQuery
from shared.contracts.event_grid import GridEvent
from shared.contracts.invitations import Claim, ShownToken
from shared.contracts.job_roles import RoleInterviewsQuery
from shared.contracts.lists import ListQuery
from shared.contracts.model_resume import Resume
from shared.contracts.role_questions import OpenQuestion
from shared.contracts.transcript_export import PlacedTranscript
from shared.domain.paging import Page, Position


class Nested(Body):
    tags: list[str] = Field(default_factory=list)
    facts: dict[str, str] = Field(default_factory=dict)
    figure: float = 0.0


JSON_TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"))


@given(st.lists(JSON_TEXT), st.dictionaries(JSON_TEXT, JSON_TEXT))
def test_any_text_without_nul_passes_unchanged(tags: list[str], facts: dict[str, str]) -> None:
    body = Nested(tags=tags, facts=facts)

    assert (body.tags, body.facts) == (tags, facts)


@pytest.mark.parametrize("contract", [Nested, Resume, GridEvent, PlacedTranscript, CloudEvent])
def test_an_error_does_not_repeat_what_was_sent(contract: type[BaseModel]) -> None:
    with pytest.raises(ValidationError) as refused:
        contract.model_validate({"figure": "Kim Lee", "id": ["Kim Lee"], "name": {"value": "Kim Lee"}})

    assert "Kim Lee" not in str(refused.value)
    assert "Kim Lee" not in repr(refused.value)


@given(JSON_TEXT, JSON_TEXT)
def test_nul_is_refused_wherever_it_hides(before: str, after: str) -> None:
    bad = f"{before}\0{after}"
    for sent in ({"tags": ["fine", bad]}, {"facts": {"key": bad}}, {"facts": {bad: "value"}}):
        with pytest.raises(ValidationError, match="NUL"):
            Nested.model_validate(sent)


@pytest.mark.parametrize("figure", ["NaN", "Infinity", float("nan"), float("inf")])
def test_figures_that_json_has_no_word_for_are_refused(figure: object) -> None:
    with pytest.raises(ValidationError):
        Nested.model_validate({"figure": figure})


@pytest.mark.parametrize("text", ["\ud800", "fine \udfff", "\udc00\ud800"])
def test_half_a_character_is_refused_wherever_it_hides(text: str) -> None:
    for sent in ({"tags": [text]}, {"facts": {"key": text}}, {"facts": {text: "value"}}):
        with pytest.raises(ValidationError, match="surrogates"):
            Nested.model_validate(sent)


class Kinds(Body):
    flag: bool | None = None
    count: Annotated[int, Field(ge=0)] = 0
    share: float = 0.0
    word: str | int = ""
    day: date | None = None
    moment: Moment | None = None


class Asked(ListQuery):
    flag: bool = False


@pytest.mark.parametrize("sent", [0, 1, 1.0, "true", "yes", ""])
def test_only_true_and_false_are_flags(sent: object) -> None:
    with pytest.raises(ValidationError, match="valid boolean"):
        Kinds.model_validate({"flag": sent})


@pytest.mark.parametrize("field", ["count", "share"])
@pytest.mark.parametrize("sent", ["5", "", True])
def test_a_text_is_no_number_and_a_flag_is_none(field: str, sent: object) -> None:
    with pytest.raises(ValidationError, match="valid number"):
        Kinds.model_validate({field: sent})


@pytest.mark.parametrize("sent", [0, 1.5e9, False, "0", "1790000000", "-1"])
@pytest.mark.parametrize("field", ["day", "moment"])
def test_a_number_is_no_date(field: str, sent: object) -> None:
    with pytest.raises(ValidationError, match="valid date"):
        Kinds.model_validate({field: sent})


@pytest.mark.parametrize(
    "sent", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1969-12-31T23:59:59Z"]
)
def test_a_moment_is_one_that_every_reader_can_write_down(sent: str) -> None:
    with pytest.raises(ValidationError, match=r"greater than|less than"):
        Kinds.model_validate({"moment": sent})


def test_numbers_flags_and_what_may_be_either_are_taken() -> None:
    sent = {"flag": None, "count": 2.0, "share": 1, "word": "5", "day": None, "moment": None}

    assert Kinds.model_validate(sent).model_dump() == sent
    assert Kinds.model_validate({"flag": True}).flag is True


def test_a_query_is_text_and_read_as_such() -> None:
    asked = Asked.model_validate({"flag": "true", "limit": "5"})

    assert (asked.flag, asked.limit) == (True, 5)


def test_half_a_character_is_no_token() -> None:
    with pytest.raises(ValidationError, match="surrogates"):
        ShownToken.model_validate({"token": "\ud800"})


@pytest.mark.parametrize(
    ("query", "field"), [(AuditExport, "action"), (RoleInterviewsQuery, "application_status")]
)
def test_nul_is_refused_in_queries_too(query: type[Body], field: str) -> None:
    with pytest.raises(ValidationError, match="NUL"):
        query.model_validate({field: "a\0b"})


@pytest.mark.parametrize("other", [EducationQuery, EmploymentQuery])
def test_a_cursor_of_one_part_of_a_profile_is_of_no_use_in_another(other: type[ListQuery]) -> None:
    last = Position("2026-11-21T12:00:00+00:00", UUID(int=1))
    cursor = SkillsQuery().page(Page((), last), []).next_cursor

    with pytest.raises(ValidationError, match="cursor is not one of this list"):
        other.model_validate({"cursor": cursor})


@pytest.mark.parametrize(
    "address",
    [
        *("a@b", "a b@c.de", "a@b.de\r\nBcc: x@y.de", "<a@b.de>", "a@b.de, c@d.de", '"a"@b.de', "a\\@b.de"),
        *("a..b@c.de", ".a@b.de", "a.@b.de", "a@b..de", "a@b.de.", "a@-b.de", "a@b-.de", "a@.de"),
        *(
            "a@b.de\u200b",
            "a\u202e@b.de",
            "\u00fc@b.de",
            f"a@{'b' * 64}.de",
            f"{'a' * 65}@b.de",
            f"a@{'b.' * 130}de",
        ),
    ],
)
def test_no_letter_goes_to_what_is_no_address(address: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(MailAddress).validate_python(address)


@pytest.mark.parametrize(
    "address",
    [
        "Kim.Lee+Jobs@Example.ORG",
        "o'brien@mail.example.com.au",
        "k_l-m%1@x1.example",
        "a@xn--bcher-kva.example",
    ],
)
def test_an_address_is_kept_in_small_letters(address: str) -> None:
    assert TypeAdapter(MailAddress).validate_python(f" {address} ") == address.lower()


@pytest.mark.parametrize("text", ["  Why?  ", "a" * 1001])
def test_a_question_that_is_too_short_or_too_long_is_told_in_characters(text: str) -> None:
    with pytest.raises(ValidationError, match="characters"):
        OpenQuestion.model_validate({"phase": "technical", "text": text})


@pytest.mark.parametrize(
    ("password", "fits"), [("a" * 72, True), ("\u00fc" * 36, True), ("\u00fc" * 37, False)]
)
def test_a_password_is_as_long_as_its_bytes(password: str, *, fits: bool) -> None:
    claim = {"token": "t", "password": password}

    if fits:
        assert Claim.model_validate(claim).password
        return
    with pytest.raises(ValidationError, match="72 bytes") as refused:
        Claim.model_validate(claim)
    assert password not in str(refused.value)
