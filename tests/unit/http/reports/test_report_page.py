"""The report on paper and screen: whole, harmless, and every mark where the quote is."""

import csv
import io
import re
from html.parser import HTMLParser
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.scores import CitedQuote, ScoreReport
from shared.http.downloads import csv_file
from shared.http.reports.evidence import Reference, pieces
from shared.http.reports.page import NAMELESS, policy, report_page, style
from shared.http.reports.table import ReportRow, report_rows
from tests.unit.http.reports.sample import ANSWER, identified, run, said, whole

VOID = {"meta", "line", "rect", "polygon"}


class Page(HTMLParser):
    """Reads a page strictly: what is opened is closed, ids are unique, and links lead somewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.marked: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attrs)
        self.ids += [named] if (named := found.get("id")) else []
        self.links += [found["href"] or ""] if "href" in found else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style", "title"}:
            self.text.append(data)
        if self.open and self.open[-1] == "mark":
            self.marked.append(data)


def page(**facts: Any) -> Page:
    return Page(report_page(whole(**facts)))


def test_the_page_is_well_formed_and_its_links_lead_somewhere() -> None:
    found = page()

    assert found.open == []
    assert len(found.ids) == len(set(found.ids))
    assert found.links
    assert {link.removeprefix("#") for link in found.links} <= set(found.ids)


def test_what_people_wrote_cannot_run() -> None:
    text = report_page(whole())

    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "Engineer &lt;Payments&gt; &amp; checkout" in text
    assert not {"script", "iframe", "img", "link", "form"} & set(Page(text).tags)


def test_the_policy_lets_in_the_style_of_the_page_and_nothing_else() -> None:
    assert re.fullmatch(
        r"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        r"style-src 'sha256-[\w+/=]{44}'",
        policy(),
    )
    assert f"<style>{style()}</style>" in report_page(whole())
    assert "style=" not in report_page(whole())


def test_every_quote_is_marked_in_the_transcript_and_numbered() -> None:
    found = page()

    assert "".join(found.marked) == (
        "I read the query plan, found a missing index, and measured before and after: 2.4 s became 180 ms."
        "shared it"
    )
    numbers = [f"[{number}]" for number in range(1, 9)]
    assert {f"quote-{number}" for number in range(1, 9)} <= set(found.ids)
    told = [text for text in found.text if re.fullmatch(r"\[\d\]", text)]
    assert told[:8] == numbers
    assert sorted(told[8:]) == numbers


def test_the_machine_and_the_person_stand_side_by_side() -> None:
    text = " ".join(page().text)

    assert "83.1" in text
    assert "Decided by a person: caution" in text
    assert "It decides nothing" in text


def test_points_are_told_in_words_stage_by_stage_with_their_proofs() -> None:
    found = page()
    text = " ".join(" ".join(found.text).split())
    points = text[text.index("Questions with known points") : text.index("Questions with options")]

    assert "Level 2 of 5, 60% of the points" in points
    assert "Stage 1 Must: Says <plan> & why. made I read the query plan [4]" in points
    assert "Should: Says <page> & why. not made" in points
    assert (
        "Stage 2 Bonus: Says <share> & why. taken back later I read the query plan [5] shared it [6]"
        in points
    )
    assert "Says <leap> & why. No level above 2. stands" in points
    assert "Says <threads> & why. taken back" in points
    assert "<quiet>" not in points
    assert "No level: the question was not answered." in points
    assert "known points" not in report_page(whole(score=run() | {"items": []}))


def test_choices_are_told_in_words_and_left_out_where_there_are_none() -> None:
    page = report_page(whole())

    assert "Which is &lt;b&gt;? <strong>The &amp; one: right</strong>" in page
    assert "Which tool? <strong>Another: not right</strong>" in page
    assert "And then? <strong>nothing was chosen</strong>" in page
    assert "Questions with options" not in report_page(whole(choices=[]))


def test_no_score_is_told_in_words_and_never_as_zero() -> None:
    made = run() | {"overall_score": None, "band": None, "status": "insufficient_evidence"}
    text = " ".join(page(score=made).text)

    assert "Too little was said to be scored" in text
    assert "not scored" in text
    assert "0 of 100" not in text


def test_an_interview_without_a_run_has_a_page_too() -> None:
    text = " ".join(page(score=None, runs=[], reviews=[], signals=None, transcript=[]).text)

    assert "There is no score yet." in text
    assert "Nothing was said." in text
    assert NAMELESS in text


def test_what_is_said_in_another_language_says_so() -> None:
    facts = whole().interview.model_copy(update={"language": "de-DE"})

    assert 'lang="de-DE"' in report_page(
        whole(interview=facts, transcript=[said(1, "candidate", "Guten Tag")])
    )


def test_a_decision_over_an_earlier_run_says_so() -> None:
    assert "Decided by a person, on run" not in report_page(whole())
    assert "Decided by a person, on run" in report_page(whole(score=run() | {"run_number": 9}))


def test_what_is_written_from_right_to_left_turns_nothing_around_it() -> None:
    turned = "\u202e\u0623\u0646\u0627 <b>"
    text = report_page(whole(transcript=[said(1, "candidate", turned)]))

    assert '</span><div dir="auto">\u202e\u0623\u0646\u0627 &lt;b&gt;</div></div>' in text
    assert text.count("<blockquote>") == text.count("<blockquote><bdi>")


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-2, 62), st.integers(-2, 62)), max_size=5))
def test_cutting_at_quotes_loses_and_adds_nothing(content: str, spans: list[tuple[int, int]]) -> None:
    cited = [
        Reference(
            number,
            "any",
            CitedQuote.model_validate(
                {"quote": "", "segment_id": identified("s"), "start": start, "end": end}
            ),
        )
        for number, (start, end) in enumerate(spans, 1)
    ]

    found = list(pieces(content, cited))

    assert "".join(each.text for each in found) == content
    for each in cited:
        proved = "".join(piece.text for piece in found if each in piece.proves)
        fits = 0 <= each.quote.start < each.quote.end <= len(content)
        assert proved == (content[each.quote.start : each.quote.end] if fits else "")
        assert sum(each in piece.begins for piece in found) == fits
        assert sum(each in piece.ends for piece in found) == fits


async def table(report: ScoreReport) -> list[dict[str, str]]:
    answer = csv_file("report", ReportRow, report_rows(report))
    text = "".join([str(part) async for part in answer.body_iterator])
    return list(csv.DictReader(io.StringIO(text)))


async def test_the_table_has_a_row_for_each_dimension() -> None:
    rows = await table(whole())

    assert [row["dimension"] for row in rows] == ["problem_solving", "communication", "technical_skills"]
    assert [row["score"] for row in rows] == ["85.0", "80.0", ""]
    assert rows[0]["human_decision"] == "caution"


async def test_a_table_without_a_run_has_a_heading_alone() -> None:
    assert await table(whole(score=None)) == []


async def test_nothing_in_the_table_is_a_formula() -> None:
    made = run()
    made["dimensions"][0]["label"] = "=HYPERLINK(1)"
    rows = await table(whole(score=made, role=whole().role.model_dump() | {"title": "+1+cmd|' /C calc'!A0"}))

    assert rows[0]["label"] == "'=HYPERLINK(1)"
    assert rows[0]["role"].startswith("'+")


def test_the_sample_says_what_it_marks() -> None:
    assert "<script>" in ANSWER
