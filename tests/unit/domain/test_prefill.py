"""What of a résumé fits a profile, and what does not."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.resume.fields import Education, Employment, Field, Month, ReadBy, Span, StructuredResume
from shared.domain.resume.prefill import (
    MOST_EDUCATION,
    MOST_EMPLOYMENT,
    MOST_SKILLS,
    Degree,
    Position,
    prefill_of,
)
from shared.domain.resume.visible import VisibleText

SPAN = Span(0, 1)
NO_TEXT = VisibleText("x")
MARCH = Month(2020, 3)


def of[Value](value: Value, confidence: float = 0.9) -> Field[Value]:
    return Field(value, SPAN, confidence)


def resume(**fields: Any) -> StructuredResume:
    return StructuredResume(NO_TEXT, ReadBy.MODEL, **fields)


def job(company: str = "Acme", start: Month | None = MARCH, **more: Any) -> Employment:
    found = {"title": of("Engineer"), "company": of(company), "start": of(start) if start else None}
    return Employment(SPAN, **found | more)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Kim Lee", {"first_name": "Kim", "last_name": "Lee"}),
        ("  Ana  Maria   Silva ", {"first_name": "Ana Maria", "last_name": "Silva"}),
        ("Madonna", {"first_name": "Madonna"}),
        ("   ", {}),
        ("x" * 201, {}),
    ],
)
def test_a_name_ends_with_that_of_the_family(name: str, expected: dict[str, str]) -> None:
    assert prefill_of(resume(name=of(name))).fields == expected


def test_what_is_not_sure_is_left_to_the_person() -> None:
    unsure = resume(name=of("Kim Lee", 0.4), technical_skills=(of("Python", 0.49), of("Go", 0.5)))

    found = prefill_of(unsure)

    assert found.fields == {}
    assert [each.skill_name for each in found.skills] == ["Go"]


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("Newtown NSW 2042", {"suburb": "Newtown", "state": "NSW", "postcode": "2042"}),
        ("Surry Hills, NSW", {"suburb": "Surry Hills", "state": "NSW"}),
        ("Berlin", {}),
        ("12 High Street, Newtown NSW 2042", {}),
    ],
)
def test_a_place_is_taken_where_its_parts_are_plain(location: str, expected: dict[str, str]) -> None:
    assert prefill_of(resume(location=of(location))).fields == expected


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("linkedin.com/in/kim", {"linkedin_url": "https://linkedin.com/in/kim"}),
        ("https://www.linkedin.com/in/kim", {"linkedin_url": "https://www.linkedin.com/in/kim"}),
        ("notlinkedin.com/kim", {"portfolio_url": "https://notlinkedin.com/kim"}),
        ("http://kim.dev", {"portfolio_url": "http://kim.dev"}),
        ("javascript:alert(1)", {}),
        ("https://[bad", {}),
        ("https://x.y/<script>", {}),
    ],
)
def test_links_are_addresses_of_the_web(link: str, expected: dict[str, str]) -> None:
    assert prefill_of(resume(links=(of(link),))).fields == expected


def test_contact_data_keeps_to_the_forms_of_the_profile() -> None:
    good = prefill_of(resume(email=of("Kim@Example.org"), phone=of("+61 400 000 000")))
    bad = prefill_of(resume(email=of("kim at example"), phone=of("1" * 51)))

    assert good.fields == {"email": "kim@example.org", "phone": "+61 400 000 000"}
    assert bad.fields == {}


def test_skills_stand_once_the_technical_first() -> None:
    found = prefill_of(
        resume(
            technical_skills=(of("Python"), of("python"), of("Go")),
            soft_skills=(of("PYTHON"), of("Listening")),
        )
    )

    assert [(each.skill_name, each.skill_type) for each in found.skills] == [
        ("Python", "hard"),
        ("Go", "hard"),
        ("Listening", "soft"),
    ]


def test_the_latest_positions_come_first_and_are_three() -> None:
    jobs = [job(f"Acme {year}", Month(year), end=of(Month(year + 1))) for year in (2010, 2014, 2012, 2016)]
    current = job("Now", Month(2009, 5), is_current=True)

    found = prefill_of(resume(employment=(*jobs, current)))

    assert [each.company_name for each in found.employment] == ["Now", "Acme 2016", "Acme 2014"]


def test_a_position_takes_months_and_what_was_achieved() -> None:
    told = job(end=of(Month(2021)), achievements=(of("Built it."), of("Ran it."), of("Maybe.", 0.1)))

    assert prefill_of(resume(employment=(told,))).employment == (
        Position(
            "Acme",
            "Engineer",
            date(2020, 3, 1),
            date(2021, 1, 1),
            is_current=False,
            description="Built it.\nRan it.",
        ),
    )


@pytest.mark.parametrize(
    "incomplete",
    [job(start=None), job(company=" "), job(title=None), job("x" * 301), job(start=Month(2020, 13))],
)
def test_a_position_without_its_parts_has_no_row(incomplete: Employment) -> None:
    assert prefill_of(resume(employment=(incomplete,))).employment == ()


def test_an_end_before_the_beginning_is_no_end() -> None:
    [found] = prefill_of(resume(employment=(job(end=of(Month(2019))),))).employment

    assert found.end_date is None


def test_degrees_are_two_and_need_a_place_and_a_title() -> None:
    def course(degree: str | None, start: int | None = None, end: int | None = None) -> Education:
        return Education(
            SPAN,
            degree=of(degree) if degree else None,
            institution=of("UNSW"),
            start=of(Month(start)) if start else None,
            end=of(Month(end)) if end else None,
        )

    found = prefill_of(
        resume(education=(course(None), course("BSc", 2020, 2018), course("MSc"), course("PhD")))
    )

    assert found.education == (
        Degree("UNSW", "BSc", None, date(2020, 1, 1), None),
        Degree("UNSW", "MSc", None, None, None),
    )


texts = st.text(max_size=400)
months = st.builds(Month, st.integers(-10, 10_500), st.none() | st.integers(-1, 14))
fields = st.builds(lambda value, sure: Field(value, SPAN, sure), texts, st.floats(0, 1))
whens = st.none() | st.builds(lambda value: Field(value, SPAN, 1.0), months)
jobs = st.builds(
    Employment,
    span=st.just(SPAN),
    title=st.none() | fields,
    company=st.none() | fields,
    start=whens,
    end=whens,
    is_current=st.booleans(),
)
courses = st.builds(
    Education, span=st.just(SPAN), degree=st.none() | fields, institution=fields, start=whens, end=whens
)


@given(
    st.builds(
        resume,
        name=st.none() | fields,
        email=st.none() | fields,
        location=st.none() | fields,
        links=st.lists(fields, max_size=4).map(tuple),
        employment=st.lists(jobs, max_size=5).map(tuple),
        education=st.lists(courses, max_size=4).map(tuple),
        technical_skills=st.lists(fields, max_size=30).map(tuple),
    )
)
def test_whatever_a_resume_says_what_is_offered_fits(found: StructuredResume) -> None:
    offered = prefill_of(found)

    assert all(offered.fields.values())
    assert len(offered.skills) <= MOST_SKILLS
    assert len(offered.employment) <= MOST_EMPLOYMENT
    assert len(offered.education) <= MOST_EDUCATION
    assert len({each.skill_name.lower() for each in offered.skills}) == len(offered.skills)
    for each in offered.employment:
        assert each.company_name.strip() and each.job_title.strip()  # noqa: PT018 - one rule
        assert each.end_date is None or each.end_date >= each.start_date
    assert set(offered.as_facts()) == {"fields", "skills", "employment", "education"}
