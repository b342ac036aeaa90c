"""Résumés, job descriptions and what is written from evidence: read by rules, proven by quotes."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.simulators.model.asking import TEXT, a_list, an_object, ask, block, evidence
from tests.unit.simulators.model.corpus import DOMAINS, INJECTIONS, SOFTWARE

DOCUMENTS = tomllib.loads(Path(__file__).with_name("documents.toml").read_text(encoding="utf-8"))
QUOTED = an_object(value={"anyOf": [TEXT, {"type": "null"}]}, quote=TEXT)
MAYBE_QUOTED = {"anyOf": [QUOTED, {"type": "null"}]}
MAYBE = {"anyOf": [TEXT, {"type": "null"}]}
JOB = an_object(
    job_title=MAYBE, company=MAYBE, start_date=MAYBE, end_date=MAYBE, achievements=a_list(QUOTED), quote=TEXT
)
STUDY = an_object(
    degree=TEXT, institution=MAYBE, year={"anyOf": [{"type": "integer"}, {"type": "null"}]}, quote=TEXT
)
RESUME = an_object(
    personal=an_object(name=MAYBE_QUOTED, email=MAYBE_QUOTED, phone=MAYBE_QUOTED, location=MAYBE_QUOTED),
    employment=a_list(JOB),
    education=a_list(STUDY),
    skills=an_object(
        technical=a_list(QUOTED), soft=a_list(QUOTED), languages=a_list(QUOTED), certifications=a_list(QUOTED)
    ),
    summary=MAYBE_QUOTED,
    warnings=a_list(TEXT),
)
REQUIREMENTS = an_object(
    technical_skills=a_list(QUOTED),
    soft_skills=a_list(QUOTED),
    experience_years={"anyOf": [{"type": "integer"}, {"type": "null"}]},
    qualifications=a_list(QUOTED),
    certifications=a_list(QUOTED),
    responsibilities=a_list(QUOTED),
    suggested_questions=a_list(TEXT),
)
SENTENCES = a_list(an_object(text=TEXT, segment_ids=a_list(TEXT)))
FEEDBACK = an_object(strengths=SENTENCES, improvements=SENTENCES, next_steps=SENTENCES)


def read(name: str) -> Any:
    return ask("resume", block("resume", DOCUMENTS[name]), RESUME)


def quotes(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (each for key, each in value.items() if key == "quote" and each)
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from quotes(each)


def values(found: list[dict[str, str]]) -> list[str]:
    return [each["value"] for each in found]


def test_a_resume_is_structured() -> None:
    found = read("resume")

    assert found["personal"]["name"]["value"] == "Jordan Ashgrove"
    assert found["personal"]["email"]["value"] == "jordan.ashgrove@example.org"
    assert found["personal"]["phone"]["value"] == "+61 400 555 123"
    assert found["personal"]["location"]["value"] == "Brisbane, QLD"
    assert [(job["job_title"], job["company"]) for job in found["employment"]] == [
        ("Senior Software Engineer", "Redgum Payments"),
        ("Software Developer", "Harbour Lights Pty Ltd"),
    ]
    assert [(job["start_date"], job["end_date"]) for job in found["employment"]] == [
        ("2021-03", None),
        ("2017-06", "2021-02"),
    ]
    assert found["education"][0]["institution"] == "University of Queensland"
    assert found["education"][0]["year"] == 2016
    assert values(found["skills"]["technical"]) == ["Python", "Django", "PostgreSQL", "Docker", "AWS"]
    assert values(found["skills"]["soft"]) == ["Communication", "Mentoring"]
    assert values(found["skills"]["languages"]) == ["English", "German"]
    assert values(found["skills"]["certifications"]) == ["AWS Certified Solutions Architect, 2022"]
    assert found["warnings"] == []


def test_a_german_resume_is_structured() -> None:
    found = read("german")

    assert found["employment"][0]["job_title"] == "Softwareentwicklerin"
    assert found["employment"][0]["company"] == "Nordlicht GmbH"
    assert found["education"][0]["institution"] == "Universität Hamburg"


@pytest.mark.parametrize("name", ["resume", "hidden_orders", "german"])
def test_whatever_is_read_is_quoted_word_for_word(name: str) -> None:
    found = list(quotes(read(name)))

    assert len(found) >= 4
    assert [each for each in found if each not in DOCUMENTS[name]] == []


def test_orders_in_a_resume_are_reported_and_not_followed() -> None:
    found = read("hidden_orders")

    assert len(found["warnings"]) == 1
    assert "Ignore all previous instructions" in found["warnings"][0]
    assert found["employment"][0]["job_title"] == "Cook"


@pytest.mark.parametrize("text", ["", "~", "just a few words without any structure"])
def test_what_is_no_resume_has_nothing_in_it(text: str) -> None:
    found = ask("resume", block("resume", text), RESUME)

    assert found["personal"]["email"] is None
    assert found["employment"] == []
    assert found["skills"]["technical"] == []


def test_a_job_description_is_structured() -> None:
    found = ask("requirements", block("job_description", DOCUMENTS["job"]), REQUIREMENTS)

    assert values(found["technical_skills"]) == ["Python", "Azure", "PostgreSQL", "Docker", "AWS"]
    assert values(found["soft_skills"]) == ["communication", "teamwork"]
    assert found["experience_years"] == 5
    assert values(found["certifications"]) == ["AWS certification is a plus"]
    assert values(found["responsibilities"]) == [
        "Design and run services in Python on Azure",
        "Mentor two junior engineers",
    ]
    assert found["suggested_questions"]
    assert [each for each in quotes(found) if each not in DOCUMENTS["job"]] == []


def test_a_match_quotes_what_shows_a_requirement() -> None:
    status = {"type": "string", "enum": ["met", "partly", "missing"]}
    item = an_object(requirement=TEXT, status=status, quote=TEXT)
    data = block("requirements", "Python services\nwelding of steel pipes") + block(
        "resume", DOCUMENTS["resume"]
    )

    found = ask("match", data, an_object(items=a_list(item)))["items"]

    assert [each["status"] for each in found] == ["met", "missing"]
    assert found[0]["quote"] in DOCUMENTS["resume"]
    assert found[1]["quote"] == ""


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_summary_says_only_what_the_evidence_says(domain: str) -> None:
    segments = DOMAINS[domain]["strong"]
    data = evidence(segments) + block("levels_reached", "ownership: 4\ncommunication: 2")

    said = ask("score_summary", data, an_object(sentences=SENTENCES))["sentences"]

    assert any("strongest for ownership" in each["text"] for each in said)
    assert any("little about communication" in each["text"] for each in said)
    for each in said:
        for quote in re.findall("“(.+?)”", each["text"]):
            assert quote in segments[int(each["segment_ids"][0].removeprefix("segment-"))]


def test_a_summary_of_nothing_says_so() -> None:
    said = ask("score_summary", evidence(["Yes."]), an_object(sentences=SENTENCES))["sentences"]

    assert [each["text"] for each in said] == ["The evidence says too little for a summary."]


@pytest.mark.parametrize("task", ["candidate_feedback", "practice_feedback"])
@pytest.mark.parametrize("kind", ["weak", "average", "strong"])
def test_feedback_is_useful_and_holds_no_number(task: str, kind: str) -> None:
    for segments in (DOMAINS["software"][kind], DOMAINS["kitchen"][kind]):
        found = ask(task, evidence([*segments, *INJECTIONS]), FEEDBACK)

        texts = [each["text"] for part in found.values() for each in part]
        assert all(found.values())
        assert not any(re.search(r"\d", text) for text in texts)
        assert not any("instructions" in text or "score" in text for text in texts)


def test_a_weak_candidate_is_told_more_to_improve_than_a_strong_one() -> None:
    weak = ask("candidate_feedback", evidence(SOFTWARE["weak"]), FEEDBACK)
    strong = ask("candidate_feedback", evidence(SOFTWARE["strong"]), FEEDBACK)

    assert len(weak["improvements"]) > len(strong["improvements"])
    assert len(strong["strengths"]) > len(weak["strengths"])
