"""`make demo` as a newcomer runs it: one interview from the role to the last word, and what it leaves."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.demo.candidate import CV, NAME, STORIES
from local.demo.play import PASSWORD, RECRUITER
from tests.host_process import REPOSITORY
from tests.personal_data import Find, Piece, files, printed, scan, task_hub
from tests.webhook import Webhook

pytestmark = [pytest.mark.azure, pytest.mark.database, pytest.mark.slow]

WORDS = 6  # of a sentence: who quotes it quotes these
SAID = [
    " ".join(sentence.split()[:WORDS])
    for story in STORIES
    for sentence in re.split(r"(?<=[.:!?])\s", story.text)
    if len(sentence.split()) >= WORDS
]
PERSONAL = {
    "name": NAME,
    "surname": NAME.split()[-1],
    "address": "@example.org",  # of whoever signs up in the demo
    "address of the recruiter": RECRUITER,
    "phone": "+61 400 000 000",
    "password": PASSWORD,
    "token": "eyJhbGciOi",  # how every one begins
    "signature of a link": "&sig=",
    "link of an invitation": "/invite/",
    **{f"line {number} of the CV": line for number, line in enumerate(CV.splitlines()) if len(line) > 12},
    **{f"answer {number}": each for number, each in enumerate(SAID)},
}


@dataclass(frozen=True)
class Played:
    returncode: int
    shown: str
    folder: Path
    collected: list[bytes]
    """What went to the collector of traces and figures."""

    @property
    def log(self) -> str:
        return (self.folder / "logs" / "host.log").read_text()


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    with tempfile.TemporaryDirectory(prefix="talenti-played-") as folder, Webhook() as collector:
        command = [sys.executable, "-m", "local.demo", "--token-seconds", "0", "--keep", folder]
        env = {**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "LOG_LEVEL": "DEBUG"}
        done = subprocess.run(
            command, cwd=REPOSITORY, env=env, capture_output=True, text=True, timeout=110, check=False
        )
        collected = [each.body for each in collector.deliveries]
        yield Played(done.returncode, done.stdout + done.stderr, Path(folder), collected)


def test_the_demo_plays_an_interview_to_its_end(played: Played) -> None:
    assert played.returncode == 0, played.shown
    assert "I am an AI interviewer" in " ".join(played.shown.split())
    assert re.search(r"status +completed", played.shown)
    assert re.search(r"read as skills +.*PostgreSQL", played.shown)
    assert re.search(r"score +\d+\.\d of 100", played.shown)
    assert re.search(r"proof +[1-9]\d* of \d+ quotes", played.shown)
    assert re.search(r"\d+ answers in \d+ seconds", played.shown)
    assert played.shown.count("interviewer:") >= 7


def test_what_people_said_is_found_where_it_belongs(played: Played) -> None:
    """Else nothing would be proved by not finding it."""
    shown = " ".join(played.shown.split())
    stored = {find.what for find in scan(PERSONAL, files(played.folder / "storage"))}

    assert len({find.what for find in scan(PERSONAL, printed(shown))}) >= 10
    assert {"name", "surname", "phone"} <= stored
    assert sum(what.startswith("line") for what in stored) >= 10


def test_nothing_that_people_said_is_in_the_log(played: Played) -> None:
    assert played.log.count("interview.turn.finished") >= 6
    assert scan(PERSONAL, printed(played.log)) == []


def test_nothing_that_people_said_is_in_traces_and_figures(played: Played) -> None:
    told = b"".join(played.collected)
    for name in (b"talenti.dependency", b"talenti.interview_id", b"talenti.turn.duration"):
        assert name in told
    pieces = (Piece("traces", f"delivery {number}", each) for number, each in enumerate(played.collected))
    assert scan(PERSONAL, pieces) == []


def test_nothing_that_people_said_is_in_the_histories_of_workflows(played: Played) -> None:
    pieces = list(task_hub(played.folder / "durable.sqlite"))
    assert {"instances.head", "history.event"} <= {each.place for each in pieces}
    assert len(pieces) > 100
    assert scan(PERSONAL, pieces) == []


def test_one_word_too_many_would_be_found(played: Played) -> None:
    lines = [*played.log.splitlines(), f'{{"event": "x", "path": "/search?q={NAME.replace(" ", "%20")}"}}']

    finds = scan(PERSONAL, printed(lines, "host"))

    place = f"host, line {len(lines)}"
    assert set(finds) == {Find("logs", place, "name"), Find("logs", place, "surname")}
