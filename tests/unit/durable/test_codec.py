"""A record that is written and read again is the same record."""

from datetime import UTC, datetime

import durabletask.internal.orchestrator_service_pb2 as pb

from local.host.durable.codec import decode_entity, decode_instance, encode_entity, encode_instance
from local.host.durable.history import failure, happened, raised
from local.host.durable.records import FAILED, Entity, EntityWork, Instance, OrchestratorWork, Parent

NOW = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)


def instance() -> Instance:
    return Instance(
        "an id",
        "name",
        "execution",
        FAILED,
        version="1.0",
        input='"ä"',
        output="",
        custom_status=None,
        failure=failure("ValueError", "text", inner=failure("KeyError", "cause")),
        tags={"a": "b"},
        created=NOW,
        updated=NOW,
        completed=NOW,
        start_at=NOW,
        parent=Parent("parent", "its execution", 3, "its name"),
        trace=pb.TraceContext(traceParent="00-1-2-01"),
        critical=True,
    )


def test_an_instance_is_read_as_it_was_written() -> None:
    before = instance()

    row = encode_instance(before)
    after = decode_instance(row.id, row.head, row.pending, row.history)

    saved = [name for name in Instance.__slots__ if name not in {"alarms", "work"}]
    assert {name: getattr(after, name) for name in saved} == {name: getattr(before, name) for name in saved}


def test_only_the_new_part_of_a_history_is_written() -> None:
    before = instance()
    before.append(happened())
    assert (encode_instance(before).first, encode_instance(before).history) == (0, [])

    before.append(raised("x", None))
    row = encode_instance(before)

    assert (row.first, row.rewrite, row.history) == (1, False, before.history[1:])


def test_a_rewritten_history_is_written_whole() -> None:
    before = instance()
    before.append(happened())
    encode_instance(before)
    before.history = [raised("x", None).SerializeToString()]
    before.rewritten = True

    row = encode_instance(before)

    assert (row.first, row.rewrite, row.history) == (0, True, before.history)


def test_events_whose_replay_is_under_way_are_saved_as_pending() -> None:
    before = instance()
    started = happened(orchestratorStarted=pb.OrchestratorStartedEvent())
    first, second = raised("first", "1"), raised("second", "2")
    before.work = OrchestratorWork(before.id, before.history, [started, first])
    before.pending = [second]

    row = encode_instance(before)

    assert decode_instance(row.id, row.head, row.pending, []).pending == [first, second]


def test_an_entity_is_read_as_it_was_written_with_delayed_operations_apart() -> None:
    running, queued, delayed = raised("a", None), raised("b", None), raised("c", None)
    before = Entity("@n@k", "1", NOW, "holder", [queued], [delayed])
    before.work = EntityWork(before.id, before.state, [running])

    row = encode_entity(before)
    after = decode_entity(row.id, row.head, row.state, row.waiting)

    assert (after.id, after.state, after.updated, after.locked_by) == ("@n@k", "1", NOW, "holder")
    assert (after.queue, after.delayed) == ([running, queued], [delayed])
