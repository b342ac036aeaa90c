"""Looking at a talk that runs, and doing what is due."""

from datetime import timedelta
from uuid import UUID

import pytest

from shared.domain.push import Audience, Purpose
from shared.prompts.library import LANGUAGES, Prompts
from shared.use_cases.lifecycle.tend_interview import TendInterview
from shared.use_cases.realtime.send_frame import SendFrame
from tests.fakes.clock import FakeClock
from tests.fakes.lifecycle import FakeLifecycles, WatchedTalk
from tests.fakes.push import FakePush

TALK, CANDIDATE = UUID(int=1), UUID(int=2)
PROMPTS = Prompts()


class Watch:
    """A talk with a browser at it, and somebody who looks."""

    def __init__(self, **facts: object) -> None:
        self.clock = FakeClock()
        self.lifecycles = FakeLifecycles(self.clock)
        self.talk = WatchedTalk(CANDIDATE, self.clock.now(), **facts)  # type: ignore[arg-type]
        self.lifecycles.talks[TALK] = self.talk
        self.push = FakePush(self.clock)
        self.tend = TendInterview(self.lifecycles, PROMPTS, SendFrame(self.push))

    async def open_socket(self) -> None:
        access = await self.push.admit(CANDIDATE, Audience(TALK, Purpose.CHAT), timedelta(hours=9))
        assert self.push.connect(access.url)

    @property
    def frames(self) -> list[dict[str, object]]:
        return [dict(each) for frames in self.push.frames.values() for each in frames]

    async def pass_time(self, seconds: int, *, signs: bool = False) -> str:
        """As the workflow does: look, wait, look."""
        state = "running"
        for _ in range(seconds // 20):
            self.clock.advance(20)
            if signs:
                await self.lifecycles.note_sign(TALK, CANDIDATE, active=False)
            state = (await self.tend(TALK)).state
        return state


@pytest.fixture
async def watch() -> Watch:
    watch = Watch()
    await watch.open_socket()
    return watch


async def test_where_nothing_is_due_it_says_when_to_look_again(watch: Watch) -> None:
    tended = await watch.tend(TALK)

    assert (tended.state, tended.kind, tended.look_in_seconds) == ("running", "live", 120)
    assert watch.talk.said == []


async def test_who_is_silent_is_asked_again_once_and_then_it_ends(watch: Watch) -> None:
    state = await watch.pass_time(360, signs=True)

    vigil = PROMPTS.language("en").vigil
    assert (state, watch.talk.end_reason) == ("completed", "idle")
    assert watch.talk.said == [vigil["reprompt"], vigil["idle"]]
    assert [each["type"] for each in watch.frames] == ["done", "done"]
    assert watch.frames[0]["turn"]["progress"]["finished"] is False  # type: ignore[index]
    assert watch.frames[1]["turn"]["progress"]["finished"] is True  # type: ignore[index]
    names = [each["turn"]["turn_id"] for each in watch.frames]  # type: ignore[index]
    assert len(set(names)) == 2


async def test_who_is_gone_is_disconnected_and_not_spoken_to(watch: Watch) -> None:
    state = await watch.pass_time(320)

    assert (state, watch.talk.end_reason) == ("completed", "disconnected")
    assert watch.talk.said == [PROMPTS.language("en").vigil["reprompt"]]


async def test_who_comes_back_in_time_goes_on(watch: Watch) -> None:
    await watch.pass_time(280)
    watch.lifecycles.answer(TALK)

    assert await watch.pass_time(100) == "running"


@pytest.mark.parametrize("code", LANGUAGES)
async def test_the_time_is_over_in_the_language_of_the_interview(code: str) -> None:
    watch = Watch(language=code, limit_seconds=60)
    watch.clock.advance(61)

    assert (await watch.tend(TALK)).state == "completed"
    assert watch.talk.said == [PROMPTS.language(code).vigil["time_up"]]
    assert watch.talk.end_reason == "time_up"


async def test_an_answer_that_comes_while_it_decides_is_not_answered_with_an_end(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.clock.advance(310)
    watched = watch.lifecycles.watch

    async def and_then_an_answer(talk_id: UUID) -> object:
        seen = await watched(talk_id)
        watch.lifecycles.answer(talk_id)
        return seen

    monkeypatch.setattr(watch.lifecycles, "watch", and_then_an_answer)
    tended = await watch.tend(TALK)

    assert (tended.state, watch.talk.status, watch.talk.said) == ("running", "in_progress", [])


async def test_a_push_that_is_lost_loses_nothing_else(watch: Watch) -> None:
    watch.push.reachable = False

    assert await watch.pass_time(140, signs=True) == "running"
    assert len(watch.talk.said) == 1


@pytest.mark.parametrize(
    ("status", "withdrawn", "state"),
    [
        ("completed", False, "completed"),
        ("completed", True, "cancelled"),
        ("cancelled", False, "cancelled"),
        ("expired", False, "cancelled"),
        ("invited", False, "cancelled"),
    ],
)
async def test_what_is_over_is_told_as_over(status: str, *, withdrawn: bool, state: str) -> None:
    watch = Watch(status=status, withdrawn=withdrawn, kind="practice")
    tended = await watch.tend(TALK)

    assert (tended.state, tended.kind) == (state, "practice")


async def test_what_was_erased_is_gone() -> None:
    watch = Watch()
    watch.lifecycles.talks.clear()

    assert (await watch.tend(TALK)).state == "gone"
