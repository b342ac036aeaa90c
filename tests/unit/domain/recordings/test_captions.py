"""Captions that no text can break out of."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.recordings.captions import CaptionedSegment, moment, plain_text, web_vtt

CUE = re.compile(
    r"(\d\d+:\d\d:\d\d\.\d{3}) --> (\d\d+:\d\d:\d\d\.\d{3})\n<v (Interviewer|Candidate)>([^\n]+)"
)


def test_segments_become_cues_with_their_speaker() -> None:
    written = web_vtt(
        [
            CaptionedSegment("interviewer", "What did you do?", 1000, 2500),
            CaptionedSegment("candidate", "typed, not said"),
            CaptionedSegment("candidate", "I kept\n\nthe <b>queue</b> & left --> it", 3_600_000, 3_602_000),
        ]
    )

    assert written == (
        "WEBVTT\n\n"
        "00:00:01.000 --> 00:00:02.500\n<v Interviewer>What did you do?\n\n"
        "NOTE Candidate: typed, not said\n\n"
        "01:00:00.000 --> 01:00:02.000\n"
        "<v Candidate>I kept the &lt;b&gt;queue&lt;/b&gt; &amp; left --&gt; it\n"
    )


def test_a_long_answer_is_shown_in_parts_that_follow_each_other() -> None:
    cues = CUE.findall(web_vtt([CaptionedSegment("candidate", "word " * 100, 0, 60_000)]))

    assert len(cues) > 4
    assert cues[0][0] == "00:00:00.000"
    assert cues[-1][1] == "00:01:00.000"
    assert all(before[1] == after[0] for before, after in pairwise(cues))
    assert all(len(cue[3]) <= 84 for cue in cues)


@given(st.lists(st.tuples(st.text(), st.none() | st.integers(0, 10**8))))
def test_whatever_was_said_the_file_holds_its_cues_and_nothing_else(
    said: list[tuple[str, int | None]],
) -> None:
    segments = [CaptionedSegment("candidate", text, at, None if at is None else at + 10) for text, at in said]

    head, *blocks = web_vtt(segments).removesuffix("\n").split("\n\n")

    assert head == "WEBVTT"
    assert all(CUE.fullmatch(block) or re.fullmatch(r"NOTE Candidate: [^\n]+", block) for block in blocks)
    assert sum("-->" in line for block in blocks for line in block.splitlines()) == sum(
        bool(CUE.fullmatch(block)) for block in blocks
    )
    assert all(cue[0] < cue[1] for block in blocks for cue in CUE.findall(block) if len(cue[1]) == 12)


def test_plain_text_is_a_line_for_each_segment() -> None:
    segments = [CaptionedSegment("interviewer", "Why?\nTell.", 61_500, 63_000), CaptionedSegment("x", "So.")]

    assert plain_text(segments) == "[00:01:01] Interviewer: Why? Tell.\nSpeaker: So.\n"
    assert moment(360_000_001) == "100:00:00.001"
