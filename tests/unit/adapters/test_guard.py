"""Calls under a policy: what is repeated, what is shed, what is told."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest

from shared import telemetry
from shared.adapters.policies import fault as faults
from shared.adapters.policies.fault import Fault, Kind
from shared.adapters.policies.guard import Guarded, Guards
from shared.adapters.policies.table import POLICIES
from shared.domain.breaker import BreakerState
from shared.errors import RateLimitedError, TalentiError, UnavailableError, UpstreamError
from tests.fakes.clock import FakeClock

QUICK = replace(POLICIES["language_model"], seconds=0.5, base_seconds=0.0, jitter_seconds=0.0)
REPEATED_KINDS = [Kind.UNREACHED, Kind.THROTTLED, Kind.LOST, Kind.BROKEN]


class ForeignError(Exception):
    """What a client library raises; its text may quote an address."""

    def __init__(self, kind: Kind, retry_after: float | None = None) -> None:
        super().__init__("https://secret.example/?sig=1")
        self.fault = Fault(kind, UnavailableError(f"The language model is {kind}."), retry_after)


def translate(error: Exception, label: str) -> Fault | None:
    return error.fault if isinstance(error, ForeignError) else None


class Dependency:
    """Answers by a script: an exception is raised, a number is slept, anything else is given."""

    def __init__(self, *script: object) -> None:
        self.script = list(script)
        self.asked = 0

    async def __call__(self) -> object:
        self.asked += 1
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, BaseException):
            raise step
        if isinstance(step, float):
            await asyncio.sleep(step)
        return step


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def guards(clock: FakeClock) -> Guards:
    return Guards(clock, {"language_model": QUICK, "speech": replace(POLICIES["speech"], base_seconds=0)})


@pytest.fixture
def guarded(guards: Guards) -> Guarded:
    return guards.of("language_model", translate)


async def test_an_answer_is_given_after_one_question(guarded: Guarded) -> None:
    dependency = Dependency("answer")

    assert await guarded.call("ask", dependency) == "answer"
    assert dependency.asked == 1


@pytest.mark.parametrize("kind", REPEATED_KINDS)
async def test_what_may_pass_is_asked_three_times_in_all(guarded: Guarded, kind: Kind) -> None:
    dependency = Dependency(ForeignError(kind))

    with pytest.raises(UnavailableError) as caught:
        await guarded.call("ask", dependency)

    assert dependency.asked == 3
    assert caught.value.message == f"The language model is {kind}."
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


async def test_the_third_answer_counts(guarded: Guarded) -> None:
    broken = ForeignError(Kind.BROKEN)

    assert await guarded.call("ask", Dependency(broken, broken, "answer")) == "answer"


async def test_a_refusal_is_not_repeated(guarded: Guarded) -> None:
    dependency = Dependency(ForeignError(Kind.REFUSED))

    with pytest.raises(UnavailableError):
        await guarded.call("ask", dependency)

    assert dependency.asked == 1


@pytest.mark.parametrize(
    ("kind", "asked"),
    [(Kind.UNREACHED, 3), (Kind.THROTTLED, 3), (Kind.LOST, 1), (Kind.BROKEN, 1), (Kind.REFUSED, 1)],
)
async def test_what_must_not_happen_twice_is_repeated_only_if_nothing_was_done(
    guarded: Guarded, kind: Kind, asked: int
) -> None:
    dependency = Dependency(ForeignError(kind))

    with pytest.raises(TalentiError):
        await guarded.call("send", dependency, repeatable=False)

    assert dependency.asked == asked


async def test_the_deadline_cuts_a_call_that_hangs(guarded: Guarded) -> None:
    with pytest.raises(UnavailableError) as caught:
        await guarded.call("ask", Dependency(30.0), seconds=0.02)

    assert caught.value.message == "The language model did not answer in time."


async def test_a_wait_that_does_not_fit_the_deadline_is_not_begun(guarded: Guarded) -> None:
    dependency = Dependency(ForeignError(Kind.THROTTLED, retry_after=30))
    loop = asyncio.get_running_loop()
    began = loop.time()

    with pytest.raises(UnavailableError):
        await guarded.call("ask", dependency)

    assert dependency.asked == 1
    assert loop.time() - began < 0.2


async def test_a_wait_that_fits_is_kept(guarded: Guarded) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()

    answer = await guarded.call("ask", Dependency(ForeignError(Kind.THROTTLED, retry_after=0.05), "answer"))

    assert answer == "answer"
    assert loop.time() - began >= 0.05


async def test_our_own_errors_pass_as_they_are(guarded: Guarded) -> None:
    refused = UpstreamError("The model refused.", code="content_filtered")
    dependency = Dependency(refused)

    with pytest.raises(UpstreamError) as caught:
        await guarded.call("ask", dependency)

    assert caught.value is refused
    assert dependency.asked == 1


async def test_a_mistake_of_ours_is_neither_repeated_nor_held_against_the_dependency(
    guards: Guards, guarded: Guarded
) -> None:
    dependency = Dependency(KeyError("answer"))

    with pytest.raises(KeyError):
        await guarded.call("ask", dependency)

    assert dependency.asked == 1
    assert guards.stats()["language_model"].total_calls == 0


async def open_it(guarded: Guarded) -> None:
    for _ in range(5):
        with pytest.raises(UnavailableError):
            await guarded.call("ask", Dependency(ForeignError(Kind.BROKEN)), repeatable=False)


async def test_after_five_failures_nothing_is_asked_for_thirty_seconds(
    guarded: Guarded, clock: FakeClock
) -> None:
    await open_it(guarded)
    dependency = Dependency("answer")
    clock.advance(12)

    with pytest.raises(UnavailableError) as caught:
        await guarded.call("ask", dependency)

    assert dependency.asked == 0
    assert caught.value.retry_after == 18
    assert caught.value.message == "The language model kept failing and is left alone for a while."


async def test_three_good_answers_after_that_close_it(
    guards: Guards, guarded: Guarded, clock: FakeClock
) -> None:
    await open_it(guarded)
    clock.advance(30)

    for _ in range(2):
        await guarded.call("ask", Dependency("answer"))
    assert guards.stats()["language_model"].state is BreakerState.HALF_OPEN
    await guarded.call("ask", Dependency("answer"))

    assert guards.stats()["language_model"].state is BreakerState.CLOSED


async def test_repetitions_end_when_the_breaker_opens_and_the_first_error_surfaces(guarded: Guarded) -> None:
    for _ in range(3):
        with pytest.raises(UnavailableError):
            await guarded.call("ask", Dependency(ForeignError(Kind.LOST)), repeatable=False)
    dependency = Dependency(ForeignError(Kind.BROKEN))

    with pytest.raises(UnavailableError, match=r"is broken\.$"):
        await guarded.call("ask", dependency)

    assert dependency.asked == 2


async def test_a_breaker_opened_by_others_during_a_wait_does_not_hide_the_error(guarded: Guarded) -> None:
    waiting = asyncio.ensure_future(
        guarded.call("ask", Dependency(ForeignError(Kind.BROKEN, retry_after=0.05)))
    )
    await asyncio.sleep(0.01)
    for _ in range(4):
        with pytest.raises(UnavailableError):
            await guarded.call("ask", Dependency(ForeignError(Kind.LOST)), repeatable=False)

    with pytest.raises(UnavailableError, match=r"is broken\.$"):
        await waiting


@pytest.mark.parametrize("kind", [Kind.THROTTLED, Kind.REFUSED])
async def test_being_told_to_slow_down_or_refused_opens_nothing(
    guards: Guards, guarded: Guarded, kind: Kind
) -> None:
    for _ in range(20):
        with pytest.raises(TalentiError):
            await guarded.call("ask", Dependency(ForeignError(kind)))

    assert guards.stats()["language_model"].total_failures == 0


async def test_a_caller_that_leaves_is_no_failure_and_frees_its_probe(
    guards: Guards, guarded: Guarded, clock: FakeClock
) -> None:
    await open_it(guarded)
    clock.advance(30)
    for _ in range(3):
        left = asyncio.ensure_future(guarded.call("ask", Dependency(30.0)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        left.cancel()
        with pytest.raises(asyncio.CancelledError):
            await left

    assert await guarded.call("ask", Dependency("answer")) == "answer"
    assert guards.stats()["language_model"].total_failures == 5


async def test_a_callers_own_shorter_deadline_is_no_failure(guards: Guards, guarded: Guarded) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await guarded.call("ask", Dependency(30.0))

    assert guards.stats()["language_model"].total_calls == 0


async def test_adapters_of_one_dependency_share_its_breaker_and_no_other(guards: Guards) -> None:
    await open_it(guards.of("language_model", translate))

    with pytest.raises(UnavailableError):
        await guards.of("language_model", translate).call("ask", Dependency("answer"))
    assert await guards.of("speech", translate).call("ask", Dependency("answer")) == "answer"


async def test_repetitions_and_changes_of_the_breaker_are_told(
    guarded: Guarded, caplog: pytest.LogCaptureFixture
) -> None:
    telemetry.configure(level="INFO", for_humans=False)
    caplog.set_level(logging.INFO)

    with pytest.raises(UnavailableError):
        await guarded.call("ask", Dependency(ForeignError(Kind.BROKEN)))
    with pytest.raises(UnavailableError):
        await guarded.call("ask", Dependency(ForeignError(Kind.BROKEN)))

    lines = [json.loads(message) for message in caplog.messages]
    assert [line["event"] for line in lines] == [
        "dependency.call.repeated",
        "dependency.call.repeated",
        "dependency.call.repeated",
        "dependency.breaker.changed",
    ]
    assert [line.get("talenti.attempt") for line in lines] == [1, 2, 1, None]
    assert lines[-1]["talenti.breaker.state"] == "open"
    assert "secret.example" not in caplog.text


class Stream:
    """Streams by a script, one for each beginning."""

    def __init__(self, *scripts: list[object]) -> None:
        self.scripts = list(scripts)
        self.begun = 0
        self.closed = 0

    async def __call__(self) -> AsyncGenerator[str]:
        script = self.scripts[min(self.begun, len(self.scripts) - 1)]
        self.begun += 1
        try:
            for step in script:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, float):
                    await asyncio.sleep(step)
                else:
                    yield str(step)
        finally:
            self.closed += 1


async def everything(items: AsyncGenerator[str], into: list[str] | None = None) -> list[str]:
    seen = [] if into is None else into
    async for item in items:
        seen.append(item)
    return seen


async def test_a_stream_passes_its_items_on(guards: Guards, guarded: Guarded) -> None:
    stream = Stream(["a", "b", "c"])

    assert await everything(guarded.stream("talk", stream)) == ["a", "b", "c"]
    assert (stream.begun, stream.closed) == (1, 1)
    assert guards.stats()["language_model"].total_calls == 1


async def test_a_stream_is_begun_twice_at_most_and_only_before_its_first_item(guarded: Guarded) -> None:
    broken = ForeignError(Kind.LOST)
    early, late = Stream([broken], ["a"]), Stream(["a", broken], ["a", "b"])
    never = Stream([broken])

    assert await everything(guarded.stream("talk", early)) == ["a"]
    seen: list[str] = []
    with pytest.raises(UnavailableError):
        await everything(guarded.stream("talk", late), seen)
    with pytest.raises(UnavailableError):
        await everything(guarded.stream("talk", never))

    assert seen == ["a"]
    assert (early.begun, late.begun, never.begun) == (2, 1, 2)
    assert (early.closed, late.closed, never.closed) == (2, 1, 2)


async def test_streams_that_break_off_after_their_first_item_open_the_breaker(
    guards: Guards, guarded: Guarded
) -> None:
    for _ in range(5):
        with pytest.raises(UnavailableError):
            await everything(guarded.stream("talk", Stream(["a", ForeignError(Kind.LOST)])))

    assert guards.stats()["language_model"].state is BreakerState.OPEN


@pytest.mark.parametrize("script", [[30.0], ["a", 30.0]])
async def test_a_stream_that_hangs_is_cut(guarded: Guarded, script: list[object]) -> None:
    with pytest.raises(UnavailableError, match="did not answer in time"):
        await everything(guarded.stream("talk", Stream(script), seconds=0.03, first_seconds=0.02))


async def test_the_first_item_may_be_awaited_for_less_than_the_whole(guarded: Guarded) -> None:
    late, quick = Stream([0.1, "a"]), Stream(["a", 0.1, "b"])

    with pytest.raises(UnavailableError):
        await everything(guarded.stream("talk", late, first_seconds=0.03))
    assert await everything(guarded.stream("talk", quick, first_seconds=0.03)) == ["a", "b"]
    assert late.begun == 1


async def test_each_further_item_may_be_awaited_for_less_and_a_silence_is_a_failure(
    guards: Guards, guarded: Guarded
) -> None:
    silent, steady = Stream([0.1, "a", "b", 30.0]), Stream([0.1, "a", 0.05, "b", 0.05, "c"])
    seen: list[str] = []

    with pytest.raises(UnavailableError, match="did not answer in time"):
        await everything(guarded.stream("talk", silent, next_seconds=0.08), seen)

    assert seen == ["a", "b"]
    assert guards.stats()["language_model"].failure_count == 1
    assert await everything(guarded.stream("talk", steady, next_seconds=0.5)) == ["a", "b", "c"]


async def test_a_stream_without_any_item_is_a_fault(guarded: Guarded) -> None:
    with pytest.raises(UpstreamError):
        await everything(guarded.stream("talk", Stream([])))


async def test_leaving_a_stream_closes_it_and_is_no_failure(guards: Guards, guarded: Guarded) -> None:
    stream = Stream(["a", "b", 30.0])
    items = guarded.stream("talk", stream)

    assert await anext(items) == "a"
    await items.aclose()

    assert stream.closed == 1
    assert guards.stats()["language_model"].total_calls == 0


async def test_a_reader_that_is_cancelled_closes_the_stream(guards: Guards, guarded: Guarded) -> None:
    stream = Stream(["a", 30.0])
    reading = asyncio.ensure_future(everything(guarded.stream("talk", stream)))
    await asyncio.sleep(0.01)

    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading

    assert stream.closed == 1
    assert guards.stats()["language_model"].total_failures == 0


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (400, Kind.REFUSED, UpstreamError),
        (401, Kind.REFUSED, UpstreamError),
        (403, Kind.REFUSED, UpstreamError),
        (408, Kind.LOST, UnavailableError),
        (429, Kind.THROTTLED, RateLimitedError),
        (500, Kind.BROKEN, UnavailableError),
        (503, Kind.BROKEN, UnavailableError),
    ],
)
def test_what_a_status_means(status: int, kind: Kind, error: type[TalentiError]) -> None:
    fault = faults.of_status(status, "the language model", 7)

    assert fault.kind is kind
    assert isinstance(fault.error, error)


def test_who_is_told_to_wait_passes_it_on() -> None:
    told = faults.of_status(429, "it", 7).error
    untold = faults.of_status(503, "it").error

    assert isinstance(told, RateLimitedError)
    assert isinstance(untold, UnavailableError)
    assert (told.retry_after, untold.retry_after) == (7, 5)


@pytest.mark.parametrize(
    ("retry_after", "milliseconds", "seconds"),
    [
        (None, None, None),
        ("2", None, 2),
        ("2", "150", 0.15),
        ("2", "soon", 2),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None, None),
        ("-1", None, None),
        ("inf", None, None),
        ("nan", None, None),
    ],
)
def test_how_long_a_service_asks_to_wait(
    retry_after: str | None, milliseconds: str | None, seconds: float | None
) -> None:
    assert faults.seconds_of(retry_after, milliseconds) == seconds


def test_every_dependency_has_bounds_that_make_sense() -> None:
    for name, policy in POLICIES.items():
        assert policy.name == name
        assert (policy.attempts, policy.stream_attempts) == (3, 2)
        assert (policy.failures, policy.open_seconds, policy.probes) == (5, 30, 3)
        assert policy.breaker.probe_seconds > policy.seconds
