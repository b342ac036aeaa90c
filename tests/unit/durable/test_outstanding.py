"""What is outstanding is derived from the history; saving and loading must not change it."""

from datetime import UTC, datetime

import durabletask.internal.orchestrator_service_pb2 as pb
from hypothesis import given
from hypothesis import strategies as st

from local.host.durable.codec import decode_instance, encode_instance
from local.host.durable.history import happened, parse, timestamp, wrap
from local.host.durable.outstanding import Outstanding, outstanding
from local.host.durable.records import Instance

FIRE = timestamp(datetime(2030, 1, 1, tzinfo=UTC))


def scheduled(number: int) -> pb.HistoryEvent:
    return happened(number, taskScheduled=pb.TaskScheduledEvent(name="work", input=wrap(str(number))))


def timer(number: int) -> pb.HistoryEvent:
    return happened(number, timerCreated=pb.TimerCreatedEvent(fireAt=FIRE))


def child(number: int) -> pb.HistoryEvent:
    created = pb.SubOrchestrationInstanceCreatedEvent(name="child", instanceId=str(number))
    return happened(number, subOrchestrationInstanceCreated=created)


def task_answer(number: int, *, good: bool) -> pb.HistoryEvent:
    if good:
        return happened(taskCompleted=pb.TaskCompletedEvent(taskScheduledId=number))
    return happened(taskFailed=pb.TaskFailedEvent(taskScheduledId=number))


def timer_answer(number: int) -> pb.HistoryEvent:
    return happened(timerFired=pb.TimerFiredEvent(timerId=number, fireAt=FIRE))


def child_answer(number: int, *, good: bool) -> pb.HistoryEvent:
    if good:
        completed = pb.SubOrchestrationInstanceCompletedEvent(taskScheduledId=number)
        return happened(subOrchestrationInstanceCompleted=completed)
    failed = pb.SubOrchestrationInstanceFailedEvent(taskScheduledId=number)
    return happened(subOrchestrationInstanceFailed=failed)


def numbers(found: Outstanding) -> tuple[set[int], set[int], set[int]]:
    return set(found.tasks), set(found.timers), set(found.children)


def test_what_was_answered_is_not_outstanding() -> None:
    events = [scheduled(1), timer(2), child(3), scheduled(4), task_answer(1, good=False), timer_answer(2)]

    assert numbers(outstanding(events)) == ({4}, set(), {3})


def test_a_retry_that_uses_its_number_again_is_outstanding() -> None:
    events = [scheduled(1), task_answer(1, good=False), scheduled(1)]

    assert numbers(outstanding(events)) == ({1}, set(), set())


def test_an_answer_nobody_asked_for_changes_nothing() -> None:
    assert numbers(outstanding([task_answer(9, good=True), timer(1)])) == (set(), {1}, set())


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[pb.HistoryEvent], int]:
    """Random questions, some of them answered later, cut somewhere into history and pending."""
    events: list[pb.HistoryEvent] = []
    for number in range(1, draw(st.integers(0, 12)) + 1):
        kind = draw(st.sampled_from(["task", "timer", "child"]))
        ask = {"task": scheduled, "timer": timer, "child": child}[kind]
        place = draw(st.integers(0, len(events)))
        events.insert(place, ask(number))
        if draw(st.booleans()):
            good = draw(st.booleans())
            answer = (
                timer_answer(number)
                if kind == "timer"
                else (task_answer if kind == "task" else child_answer)(number, good=good)
            )
            events.insert(draw(st.integers(place + 1, len(events))), answer)
    return events, draw(st.integers(0, len(events)))


@given(histories())
def test_saving_and_loading_keeps_what_is_outstanding(drawn: tuple[list[pb.HistoryEvent], int]) -> None:
    events, cut = drawn
    instance = Instance("id", "name", "execution")
    for event in events[:cut]:
        instance.append(event)
    instance.pending = events[cut:]

    row = encode_instance(instance)
    loaded = decode_instance(row.id, row.head, row.pending, row.history)

    after = outstanding([*parse(loaded.history), *loaded.pending])
    assert numbers(after) == numbers(outstanding(events))
    assert [*parse(loaded.history), *loaded.pending] == events
