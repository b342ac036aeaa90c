"""Calls to a dependency: within a deadline, repeated where that is safe, shed while it is down.

Each attempt asks the breaker and is reported to it, so that a repetition never hammers what is
down. What leaves is our error for the last thing that went wrong.
"""

from __future__ import annotations

import asyncio
from functools import cache, partial
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Final, Self

from shared import telemetry
from shared.adapters.policies import fault as faults
from shared.adapters.policies.breakers import DependencyBreaker
from shared.adapters.policies.table import POLICIES, Name, Policy
from shared.errors import UnavailableError
from shared.telemetry import Attribute, Event

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
    from contextlib import AbstractContextManager

    from shared.adapters.policies.fault import Fault, Translate
    from shared.domain.breaker import BreakerStats, Permit
    from shared.ports.clock import Clock
    from shared.telemetry import Value

log = telemetry.Log(__name__)

OK: Final = "ok"
SHED: Final = "shed"  # not asked, as the breaker is open
ABANDONED: Final = "abandoned"  # given up by the caller
CRASHED: Final = "crashed"  # by a mistake in our own code


class Guards:
    """All dependencies of this process. Adapters of the same one share its breaker."""

    def __init__(self, clock: Clock, policies: Mapping[Name, Policy] = POLICIES) -> None:
        self._policies = policies
        self._breakers = {name: DependencyBreaker(policy, clock) for name, policy in policies.items()}

    def of(self, name: Name, translate: Translate) -> Guarded:
        return Guarded(self._policies[name], self._breakers[name], translate)

    def stats(self) -> Mapping[str, BreakerStats]:
        return MappingProxyType({name: breaker.stats for name, breaker in self._breakers.items()})


class Guarded:
    """One dependency, as an adapter calls it."""

    def __init__(self, policy: Policy, breaker: DependencyBreaker, translate: Translate) -> None:
        self.policy = policy
        self.breaker = breaker
        self._translate = translate

    async def call[Answer](
        self,
        operation: str,
        make: Callable[[], Awaitable[Answer]],
        *,
        repeatable: bool = True,
        seconds: float | None = None,
        facts: Mapping[str, Value] | None = None,
    ) -> Answer:
        """What `make` gives, which is awaited once for each attempt.

        With `repeatable=False` it is called again only after a fault that proves that nothing was
        done. Without `seconds` the policy's deadline holds. `facts` are for the span.
        """
        with _Call(self, operation, seconds, facts, repeatable=repeatable) as call:
            async for attempt in call.attempts(self.policy.attempts, call.deadline):
                with attempt:
                    permit = call.admit()
                    answer = await call.wait_for(permit, make, call.deadline)
                    call.succeeded(permit)
                    return answer
        raise AssertionError("the last attempt answers or raises")

    async def stream[Item](
        self,
        operation: str,
        begin: Callable[[], AsyncGenerator[Item]],
        *,
        seconds: float | None = None,
        first_seconds: float | None = None,
        next_seconds: float | None = None,
        facts: Mapping[str, Value] | None = None,
    ) -> AsyncGenerator[Item]:
        """The items of `begin()`, passed on as they come; begun again only before the first.

        The first is awaited for `first_seconds` at most, repetitions included, and each further one
        for `next_seconds`. Closing this generator closes the one behind it. A stream without any
        item is a fault.
        """
        with _Call(self, operation, seconds, facts, repeatable=True) as call:
            permit, source, first = await self._begin(call, begin, call.within(first_seconds))
            item: Item | _End = first
            try:
                while not isinstance(item, _End):
                    yield item
                    item = await call.wait_for(permit, partial(_next, source), call.within(next_seconds))
                call.succeeded(permit)
            except GeneratorExit:
                call.withdrew(permit)
                raise
            finally:
                await source.aclose()

    async def _begin[Item](
        self, call: _Call, begin: Callable[[], AsyncGenerator[Item]], deadline: float
    ) -> tuple[Permit, AsyncGenerator[Item], Item]:
        async for attempt in call.attempts(self.policy.stream_attempts, deadline):
            with attempt:
                permit = call.admit()
                source = begin()
                try:
                    first = await call.wait_for(permit, partial(self._first, source), deadline)
                except BaseException:
                    await source.aclose()
                    raise
                return permit, source, first
        raise AssertionError("the last attempt answers or raises")

    async def _first[Item](self, source: AsyncGenerator[Item]) -> Item:
        item = await _next(source)
        if isinstance(item, _End):
            raise faults.malformed(self.policy.label).error
        return item

    def fault_of(self, error: Exception) -> Fault | None:
        return faults.of_our_own(error, self.policy.label) or self._translate(error, self.policy.label)


class _End:
    """What follows the last item."""


async def _next[Item](source: AsyncGenerator[Item]) -> Item | _End:
    async for item in source:
        return item
    return _End()


class _Call:
    """One call: its deadline, what came of its attempts, and what is told about it."""

    def __init__(
        self,
        guarded: Guarded,
        operation: str,
        seconds: float | None,
        facts: Mapping[str, Value] | None,
        *,
        repeatable: bool,
    ) -> None:
        self._guarded = guarded
        self._policy = guarded.policy
        self._breaker = guarded.breaker
        self._operation = operation
        self._facts = facts or {}
        self._repeatable = repeatable
        self._attempt = 0
        self._fault: Fault | None = None
        self._outcome = CRASHED
        self.began = asyncio.get_running_loop().time()
        self.deadline = self.began + (self._policy.seconds if seconds is None else seconds)

    def __enter__(self) -> Self:
        self._told = telemetry.DependencyCall(self._policy.name, self._operation, self._facts)
        return self

    def __exit__(self, *_: object) -> None:
        self._told.ended(self._outcome, self._attempt, asyncio.get_running_loop().time() - self.began)

    def within(self, seconds: float | None) -> float:
        """The deadline of something that may take so long, and never longer than the call."""
        if seconds is None:
            return self.deadline
        return min(self.deadline, asyncio.get_running_loop().time() + seconds)

    def attempts(self, most: int, deadline: float) -> AsyncIterator[AbstractContextManager[None]]:
        attempts: AsyncIterator[AbstractContextManager[None]] = _stamina().retry_context(
            on=lambda _: self._may_repeat(most, deadline),
            attempts=most,
            timeout=None,  # ours also cuts an attempt
            wait_initial=self._policy.base_seconds,
            wait_max=self._policy.cap_seconds,
            wait_jitter=self._policy.jitter_seconds,
        )
        return attempts

    def admit(self) -> Permit:
        """Leave to ask; without it, what went wrong before says more than that the breaker is open."""
        permit = self._breaker.admit()
        if permit is None:
            raise self._fault.error if self._fault else self._shed()
        self._attempt += 1
        self._fault = None
        return permit

    async def wait_for[Answer](
        self, permit: Permit, make: Callable[[], Awaitable[Answer]], deadline: float
    ) -> Answer:
        try:
            async with asyncio.timeout_at(deadline):
                return await make()
        except Exception as error:
            self._fault = self._guarded.fault_of(error)
            if self._fault is None:
                self._breaker.withdrew(permit)
                raise
            self._outcome = self._fault.kind
            self._breaker.failed(permit, self._fault)
            raise self._fault.error from None
        except BaseException:
            self.withdrew(permit)
            raise

    def succeeded(self, permit: Permit) -> None:
        self._outcome = OK
        self._breaker.succeeded(permit)

    def withdrew(self, permit: Permit) -> None:
        self._outcome = ABANDONED
        self._breaker.withdrew(permit)

    def _shed(self) -> UnavailableError:
        self._outcome = SHED
        label = self._policy.label
        return UnavailableError(
            f"{label[:1].upper()}{label[1:]} kept failing and is left alone for a while.",
            retry_after=self._breaker.retry_after,
        )

    def _may_repeat(self, most: int, deadline: float) -> bool | float:
        """Whether to ask again, after how many seconds if the service said so."""
        fault = self._fault
        if fault is None or not (self._repeatable or fault.kind.proves_nothing_was_done):
            return False
        if not fault.kind.can_pass or self._attempt >= most or self._breaker.is_open:
            return False
        wait = self._longest_wait() if fault.retry_after is None else fault.retry_after
        if asyncio.get_running_loop().time() + wait >= deadline:
            return False
        log.info(
            Event.CALL_REPEATED,
            {
                Attribute.DEPENDENCY: self._policy.name,
                Attribute.OPERATION: self._operation,
                Attribute.ATTEMPT: self._attempt,
                Attribute.OUTCOME: fault.kind,
            },
        )
        return True if fault.retry_after is None else fault.retry_after

    def _longest_wait(self) -> float:
        grown: float = self._policy.base_seconds * 2 ** (self._attempt - 1)
        return min(self._policy.cap_seconds, grown + self._policy.jitter_seconds)


@cache
def _stamina() -> ModuleType:
    import stamina  # noqa: PLC0415 - 20 ms that a cold start need not pay
    import stamina.instrumentation  # noqa: PLC0415 - likewise

    stamina.instrumentation.set_on_retry_hooks([])  # a repetition is told here, in our own words
    return stamina
