"""Texts about a result: what the transcript proves stays, and a candidate is told no grade."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.scoring.evidence import Evidence
from shared.domain.scoring.records import Pass
from shared.domain.scoring.texts import TOLD, feedback, joined, opinion, summary, tells, without_manner
from tests.unit.domain.scoring.sealed import cites, sealed, segment_id

SAID = "I measured every query first, because guessing had cost us a week. It fell to 2 seconds."
EVIDENCE = Evidence.of(sealed([SAID]))
QUOTE = {"segment_id": str(segment_id(2)), "quote": "I measured every query first"}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("You answered 4 questions well.", "number"),
        ("You are in the best ten percent.", "number"),
        ("This is four out of five.", "score"),
        ("You reached the highest level.", "score"),
        ("Your overall score is fine.", "score"),
        ("Your performance was strong.", "score"),
        ("It carries more weight than the rest.", "score"),
        ("You did better than most.", "comparison"),
        ("Most candidates leave this out.", "comparison"),
        ("You rank near the top.", "comparison"),
        ("We would recommend you for this.", "recommendation"),
        ("You will get to the next round.", "recommendation"),
        ("You should be hired.", "recommendation"),
        ("The company expects quick decisions.", "environment"),
        ("It would suit the team culture.", "environment"),
        ("Das ist eine gute Bewertung.", "score"),
        ("Je vous recommande pour ce poste.", "recommendation"),
        ("您的评分很好。", "score"),
        ("您获得八十五分。", "score"),
        ("Ihre Punktzahl ist hoch.", "score"),
        ("Das war sehr gut.", "score"),
        ("Vous avez une bonne note.", "score"),
        ("A sua nota foi boa.", "score"),
        ("You gave an excellent answer.", "score"),
        ("You got an A.", "score"),
        ("You did great, five stars.", "score"),
        ("Your result is \u2163.", "number"),
        ("You are among the best.", "comparison"),
        ("You came first.", "comparison"),
        ("Sie sind besser als andere.", "comparison"),
        ("You have the job.", "recommendation"),
        ("You passed the interview.", "recommendation"),
        ("Sie haben bestanden.", "recommendation"),
        ("You seem confident and enthusiastic.", "manner"),
        ("Your accent was clear.", "manner"),
        ("You sounded calm.", "manner"),
    ],
)
def test_what_a_candidate_is_never_told_is_found(text: str, what: str) -> None:
    assert tells(text) == what
    written = {"strengths": [{"text": text, "quotes": [QUOTE]}], "improvements": []}
    assert feedback(EVIDENCE, written, (), "en") == ()


@pytest.mark.parametrize(
    "text",
    [
        "You told in order what you did, and why.",
        "A good example would say what came of it.",
        "You could have said what the others in your team did.",
        "Say which steps were your own.",
        "You named the reason for your choice.",
        "You failed to say what came of it.",
        "You noted the times of a week.",
        "You told how you passed it on to the next team.",
        "Das haben Sie konkret erz\u00e4hlt.",
    ],
)
def test_plain_words_pass(text: str) -> None:
    assert tells(text) is None


def test_a_sentence_without_a_quote_that_is_found_is_cut() -> None:
    written = {
        "sentences": [
            {"text": "They measured first.", "quotes": [QUOTE]},
            {"text": "They led ten people.", "quotes": []},
            {"text": "They guessed.", "quotes": [QUOTE | {"quote": "I guessed every query first"}]},
            {"text": " ", "quotes": [QUOTE]},
        ]
    }

    assert joined(summary(EVIDENCE, written, ())) == "They measured first."


def test_a_figure_that_was_not_said_is_cut() -> None:
    fell = {"segment_id": str(segment_id(2)), "quote": "It fell to 2 seconds"}
    written = {
        "sentences": [
            {"text": "It fell to 2 seconds.", "quotes": [fell]},
            {"text": "It fell by 90 per cent.", "quotes": [fell]},
            {"text": "It fell from 12 to 2 seconds.", "quotes": [fell]},
        ]
    }

    assert joined(summary(EVIDENCE, written, ())) == "It fell to 2 seconds."


def test_a_figure_is_no_part_of_another_one() -> None:
    evidence = Evidence.of(sealed(["We served 1,250 people in 2024."]))
    quote = {"segment_id": str(segment_id(2)), "quote": "We served 1,250 people in 2024"}
    texts = ["They served 250 people.", "They served 20 people.", "They served 1,250 people."]
    written = {"sentences": [{"text": each, "quotes": [quote]} for each in texts]}

    assert joined(summary(evidence, written, ())) == "They served 1,250 people."


@pytest.mark.parametrize(
    "text", ["They sounded nervous.", "Their tone was warm.", "They spoke with an accent."]
)
def test_nobody_is_told_how_somebody_came_across(text: str) -> None:
    written = {"sentences": [{"text": text, "quotes": [QUOTE]}]}

    assert summary(EVIDENCE, written, ()) == ()
    assert without_manner(f"{text} They measured first.") == "They measured first."


@pytest.mark.parametrize("language", [*TOLD, "ja"])
def test_without_a_model_the_candidate_is_told_what_they_said_without_figures(language: str) -> None:
    cited = (cites(2, "I measured every query first"), cites(2, "It fell to 2 seconds"))
    proved = EVIDENCE.verify(Pass("skill", 1, 3, cited)).quotes

    (sentence,) = feedback(EVIDENCE, {}, proved, language)

    assert "I measured every query first" in sentence.text
    assert not any(sign.isdigit() for sign in sentence.text)


def test_without_a_model_and_without_proof_nothing_is_said() -> None:
    assert joined(summary(EVIDENCE, {}, ())) is None
    assert joined(feedback(EVIDENCE, {}, (), "en")) is None


@pytest.mark.parametrize(
    ("written", "signals", "risk"),
    [
        ({}, {}, "low"),
        ({"risk": "high", "doubts": []}, {}, "low"),
        ({"risk": "high", "doubts": [{"kind": "generic_wording", "quotes": [QUOTE]}]}, {}, "high"),
        ({"risk": "high", "doubts": [{"kind": "accent", "quotes": [QUOTE]}]}, {}, "low"),
        ({"risk": "low", "doubts": []}, {"tab_switch": 4, "copy_paste": 2, "silence": 99}, "low"),
        ({"risk": "low", "doubts": []}, {"copy_paste": 3}, "medium"),
        ({}, {"tab_switch": 5}, "medium"),
        (
            {"risk": "high", "doubts": [{"kind": "contradiction", "quotes": [QUOTE]}]},
            {"tab_switch": 9},
            "high",
        ),
        ({"risk": "certain", "doubts": [{"kind": "contradiction", "quotes": [QUOTE]}]}, {}, "low"),
    ],
)
def test_an_opinion_rests_on_words_and_never_lies_below_its_floor(
    written: dict[str, object], signals: dict[str, int], risk: str
) -> None:
    assert opinion(EVIDENCE, written, signals).risk == risk


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "text": st.text(max_size=60),
                "quotes": st.lists(
                    st.fixed_dictionaries({"segment_id": st.text(max_size=5), "quote": st.text(max_size=40)}),
                    max_size=2,
                ),
            }
        ),
        max_size=5,
    )
)
def test_whatever_a_model_invents_nothing_of_it_stays(invented: list[dict[str, object]]) -> None:
    found = summary(EVIDENCE, {"sentences": invented}, ())

    assert all(each.quotes and each.quotes[0].quote in SAID for each in found)
