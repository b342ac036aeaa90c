"""The circuit breaker: what it must do at every moment, whatever the order of what happens."""

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from shared.domain.breaker import Breaker, BreakerLimits, BreakerState, Permit

LIMITS = BreakerLimits(failures=5, open_seconds=30, probes=3, probe_seconds=90)


def admitted(breaker: Breaker, now: float) -> Permit:
    permit = breaker.admit(now)
    assert permit is not None
    return permit


def fail(breaker: Breaker, now: float, times: int) -> None:
    for _ in range(times):
        breaker.failed(admitted(breaker, now), now)


def opened(now: float = 0) -> Breaker:
    breaker = Breaker(LIMITS)
    fail(breaker, now, 5)
    return breaker


def test_it_is_closed_at_first_and_opens_with_the_fifth_failure_in_a_row() -> None:
    breaker = Breaker(LIMITS)

    fail(breaker, 0, 4)
    assert breaker.state(0) is BreakerState.CLOSED
    fail(breaker, 0, 1)

    assert breaker.state(0) is BreakerState.OPEN
    assert breaker.admit(29.9) is None


def test_a_success_in_between_begins_the_row_anew() -> None:
    breaker = Breaker(LIMITS)

    fail(breaker, 0, 4)
    breaker.succeeded(admitted(breaker, 0))
    fail(breaker, 0, 4)

    assert breaker.state(0) is BreakerState.CLOSED


def test_an_open_one_says_how_long_it_stays_so() -> None:
    assert opened(now=100).retry_after(112) == 18


def test_after_its_time_three_good_probes_close_it() -> None:
    breaker = opened()

    probes = [admitted(breaker, 30) for _ in range(3)]
    for probe in probes[:2]:
        breaker.succeeded(probe)
    assert breaker.state(30) is BreakerState.HALF_OPEN
    breaker.succeeded(probes[2])

    assert breaker.state(30) is BreakerState.CLOSED
    assert breaker.stats(30).failure_count == 0


def test_one_bad_probe_opens_it_for_the_whole_time_again() -> None:
    breaker = opened()

    good, bad, late = (admitted(breaker, 30) for _ in range(3))
    breaker.succeeded(good)
    breaker.failed(bad, 31)
    breaker.succeeded(late)

    assert breaker.state(60.9) is BreakerState.OPEN
    assert breaker.state(61) is BreakerState.HALF_OPEN


def test_no_more_probes_are_under_way_than_are_still_needed() -> None:
    breaker = opened()

    first = admitted(breaker, 30)
    assert [breaker.admit(30) is None for _ in range(3)] == [False, False, True]
    breaker.succeeded(first)

    assert breaker.admit(30) is None  # two more are needed, and two are under way


def test_a_probe_that_was_withdrawn_gives_its_place_back() -> None:
    breaker = opened()
    probes = [admitted(breaker, 30) for _ in range(3)]

    breaker.withdrew(probes[0])

    assert breaker.admit(30) is not None
    assert breaker.state(30) is BreakerState.HALF_OPEN


def test_a_probe_that_nobody_reports_blocks_for_its_time_and_not_for_ever() -> None:
    breaker = opened()
    for _ in range(3):
        admitted(breaker, 30)

    assert breaker.admit(119.9) is None
    assert breaker.admit(120) is not None


def test_a_straggler_from_before_the_opening_is_counted_and_decides_nothing() -> None:
    breaker = Breaker(LIMITS)
    straggler, other = admitted(breaker, 0), admitted(breaker, 0)
    fail(breaker, 0, 5)

    breaker.succeeded(straggler)
    assert breaker.state(1) is BreakerState.OPEN
    assert breaker.state(30) is BreakerState.HALF_OPEN
    breaker.failed(other, 30)

    assert breaker.state(30) is BreakerState.HALF_OPEN
    assert breaker.stats(30).total_calls == 7


def test_a_straggler_that_fails_keeps_it_open_no_longer() -> None:
    breaker = Breaker(LIMITS)
    straggler = admitted(breaker, 0)
    fail(breaker, 0, 5)

    breaker.failed(straggler, 20)

    assert breaker.state(30) is BreakerState.HALF_OPEN


def test_a_straggler_from_before_it_closed_again_begins_no_row() -> None:
    breaker = Breaker(LIMITS)
    stragglers = [admitted(breaker, 0) for _ in range(5)]
    fail(breaker, 0, 5)
    for _ in range(3):
        breaker.succeeded(admitted(breaker, 30))

    for straggler in stragglers:
        breaker.failed(straggler, 31)

    assert breaker.state(31) is BreakerState.CLOSED
    assert breaker.stats(31).failure_count == 0


def test_its_figures() -> None:
    breaker = Breaker(LIMITS)
    assert breaker.stats(0).failure_rate == 0

    fail(breaker, 0, 1)
    for _ in range(3):
        breaker.succeeded(admitted(breaker, 0))
    breaker.withdrew(admitted(breaker, 0))

    stats = breaker.stats(0)
    assert (stats.total_calls, stats.total_failures, stats.failure_rate) == (4, 1, 0.25)


EVENTS = st.lists(st.tuples(st.sampled_from(["ask", "good", "bad", "left"]), st.floats(0, 50)), max_size=60)


def play(breaker: Breaker, events: list[tuple[str, float]]) -> list[object]:
    now, under_way, seen = 0.0, list[Permit](), list[object]()
    for what, pause in events:
        now += pause
        if what == "ask":
            permit = breaker.admit(now)
            under_way += [permit] if permit else []
        elif under_way:
            permit = under_way.pop(0)
            match what:
                case "good":
                    breaker.succeeded(permit)
                case "bad":
                    breaker.failed(permit, now)
                case _:
                    breaker.withdrew(permit)
        seen.append(breaker.stats(now))
    return seen


@given(EVENTS, EVENTS)
def test_two_breakers_do_not_influence_each_other(
    mine: list[tuple[str, float]], others: list[tuple[str, float]]
) -> None:
    alone = play(Breaker(LIMITS), mine)

    breaker, other = Breaker(LIMITS), Breaker(LIMITS)
    play(other, others)
    beside = play(breaker, mine)

    assert beside == alone


class BreakerLife(RuleBasedStateMachine):
    """Any order of asking, ending and waiting, against a reference that keeps every event."""

    permits: Bundle[Permit] = Bundle("permits")
    limits = BreakerLimits(failures=3, open_seconds=10, probes=2, probe_seconds=25)

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker(self.limits)
        self.now = 0.0
        self.admitted_in: dict[Permit, tuple[BreakerState, int]] = {}
        self.changes = 0
        self.last = BreakerState.CLOSED
        self.opened_at = 0.0
        self.row = 0
        self.good = 0
        self.ended = 0
        self.failures = 0

    def change(self, state: BreakerState) -> None:
        self.last = state
        self.changes += 1
        self.good = 0
        if state is BreakerState.OPEN:
            self.opened_at = self.now
        if state is BreakerState.CLOSED:
            self.row = 0

    @rule(seconds=st.sampled_from([0.0, 1.0, 4.0, 10.0, 30.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        if self.last is BreakerState.OPEN and self.now - self.opened_at >= self.limits.open_seconds:
            self.change(BreakerState.HALF_OPEN)

    @rule(target=permits)
    def ask(self) -> Permit:
        permit = self.breaker.admit(self.now)
        if permit is None:
            assert self.last is not BreakerState.CLOSED
            return Permit(-1, -1)
        assert self.last is not BreakerState.OPEN
        self.admitted_in[permit] = (self.last, self.changes)
        return permit

    def decides(self, permit: Permit) -> bool:
        return self.admitted_in[permit][1] == self.changes

    @rule(permit=consumes(permits))
    def succeed(self, permit: Permit) -> None:
        if permit.number < 0:
            return
        before = self.breaker.state(self.now)
        self.breaker.succeeded(permit)
        self.ended += 1
        if self.decides(permit) and before is BreakerState.CLOSED:
            self.row = 0
        after = self.breaker.state(self.now)
        if after is not before:
            assert (before, after) == (BreakerState.HALF_OPEN, BreakerState.CLOSED)
            assert self.good + 1 >= self.limits.probes
            self.change(after)
        elif before is BreakerState.HALF_OPEN and self.decides(permit):
            self.good += 1

    @rule(permit=consumes(permits))
    def fail(self, permit: Permit) -> None:
        if permit.number < 0:
            return
        before = self.breaker.state(self.now)
        self.breaker.failed(permit, self.now)
        self.ended += 1
        self.failures += 1
        if self.decides(permit):
            self.row += 1
            if before is BreakerState.CLOSED and self.row >= self.limits.failures:
                self.change(BreakerState.OPEN)
        after = self.breaker.state(self.now)
        if after is not self.last:
            assert (before, after) == (BreakerState.HALF_OPEN, BreakerState.OPEN)
            self.change(after)

    @rule(permit=consumes(permits))
    def withdraw(self, permit: Permit) -> None:
        if permit.number >= 0:
            self.breaker.withdrew(permit)

    @invariant()
    def it_is_in_the_state_that_the_events_say(self) -> None:
        assert self.breaker.state(self.now) is self.last

    @invariant()
    def it_has_counted_everything_that_ended(self) -> None:
        stats = self.breaker.stats(self.now)
        assert (stats.total_calls, stats.total_failures) == (self.ended, self.failures)
        assert 0 <= stats.failure_rate <= 1

    @invariant()
    def whoever_waits_as_told_is_admitted_unless_probes_are_under_way(self) -> None:
        wait = self.breaker.retry_after(self.now)
        assert 0 <= wait <= self.limits.open_seconds
        assert (wait == 0) or self.last is not BreakerState.CLOSED

    @invariant()
    def it_never_stays_shut_for_ever(self) -> None:
        """All that is under way may be lost: some time later one more is admitted."""
        twin = play_twin(self.breaker)
        far = self.now + self.limits.open_seconds + self.limits.probe_seconds
        assert twin.admit(far) is not None


def play_twin(breaker: Breaker) -> Breaker:
    twin = Breaker(breaker.limits)
    twin.__dict__.update(breaker.__dict__)
    twin._probing = dict(breaker._probing)
    return twin


TestBreakerLife = BreakerLife.TestCase
