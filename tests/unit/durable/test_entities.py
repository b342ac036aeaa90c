"""Queues, locks and batches of entities."""

import durabletask.internal.orchestrator_service_pb2 as pb

from local.host.durable.history import happened, kind_of, wrap
from local.host.durable.options import Options
from local.host.durable.records import MAX_ATTEMPTS, EntityWork, Seed
from local.host.durable.taskhub import TaskHub

ENTITY = "@counter@a"


def take(hub: TaskHub) -> EntityWork:
    work = hub.entities.take()
    assert work is not None
    return work


def called_by(parent: str, operation: str = "add") -> pb.HistoryEvent:
    called = pb.EntityOperationCalledEvent(
        requestId=f"{parent}-{operation}", operation=operation, parentInstanceId=wrap(parent)
    )
    return happened(entityOperationCalled=called)


def lock(hub: TaskHub, parent: str, *entities: str) -> None:
    hub.find(parent).critical = True
    request = pb.EntityLockRequestedEvent(
        criticalSectionId=f"section of {parent}", lockSet=entities, parentInstanceId=wrap(parent)
    )
    hub.entities.post(entities[0], happened(entityLockRequested=request))


def operations(work: EntityWork) -> list[str]:
    return [getattr(event, kind_of(event)).operation for event in work.operations]


async def test_operations_come_in_batches_in_their_order(hub: TaskHub) -> None:
    for name in ("a", "b", "c"):
        hub.entities.signal(ENTITY, name, None)
    work = take(hub)
    hub.entities.signal(ENTITY, "d", None)

    assert operations(work) == ["a", "b", "c"]
    assert hub.entities.take() is None  # one batch at a time
    hub.entities.complete(work, pb.EntityBatchResult(entityState=wrap("1")))
    assert operations(take(hub)) == ["d"]
    assert hub.state.entities[ENTITY].state == "1"


async def test_a_batch_is_not_larger_than_host_json_allows() -> None:
    hub = TaskHub(Options(max_entity_batch=2))
    for name in ("a", "b", "c"):
        hub.entities.signal(ENTITY, name, None)

    assert operations(take(hub)) == ["a", "b"]


async def test_a_failed_batch_keeps_the_state_and_fails_each_call(hub: TaskHub) -> None:
    caller = hub.start(Seed("caller", "name"))
    hub.state.entity(ENTITY).state = "old"
    hub.entities.post(ENTITY, called_by("caller"))
    details = pb.TaskFailureDetails(errorType="E", errorMessage="all of it")

    hub.entities.complete(take(hub), pb.EntityBatchResult(failureDetails=details))

    assert hub.state.entities[ENTITY].state == "old"
    assert caller.pending[-1].entityOperationFailed.failureDetails == details


async def test_a_broken_batch_is_given_out_again_and_fails_in_the_end(hub: TaskHub) -> None:
    caller = hub.start(Seed("caller", "name"))
    hub.entities.post(ENTITY, called_by("caller"))

    for _ in range(MAX_ATTEMPTS):
        hub.entities.abandon(take(hub))

    assert kind_of(caller.pending[-1]) == "entityOperationFailed"
    assert hub.entities.take() is None


async def test_only_the_holder_reaches_a_locked_entity(hub: TaskHub) -> None:
    holder = hub.start(Seed("holder", "name"))
    hub.start(Seed("other", "name"))
    lock(hub, "holder", ENTITY)
    assert hub.entities.take() is None
    assert kind_of(holder.pending[-1]) == "entityLockGranted"

    hub.entities.post(ENTITY, called_by("other", "outside"))
    hub.entities.signal(ENTITY, "signal", None)
    hub.entities.post(ENTITY, called_by("holder", "inside"))

    work = take(hub)
    assert operations(work) == ["inside"]
    hub.entities.complete(work, pb.EntityBatchResult())
    assert hub.entities.take() is None
    hub.entities.unlock(ENTITY, "holder")
    assert operations(take(hub)) == ["outside", "signal"]


async def test_a_lock_waits_for_what_was_asked_before(hub: TaskHub) -> None:
    holder = hub.start(Seed("holder", "name"))
    hub.entities.signal(ENTITY, "before", None)
    lock(hub, "holder", ENTITY)

    work = take(hub)

    assert operations(work) == ["before"]
    assert kind_of(holder.pending[-1]) == "executionStarted"
    hub.entities.complete(work, pb.EntityBatchResult())
    assert hub.entities.take() is None
    assert kind_of(holder.pending[-1]) == "entityLockGranted"


async def test_a_set_of_locks_is_granted_when_the_last_one_is(hub: TaskHub) -> None:
    holder, second = hub.start(Seed("holder", "name")), hub.start(Seed("second", "name"))
    lock(hub, "holder", "@c@a", "@c@b")
    lock(hub, "second", "@c@b")
    hub.entities.take()

    granted = [kind_of(each.pending[-1]) == "entityLockGranted" for each in (holder, second)]

    assert sum(granted) == 1  # both want b: exactly one has it
    first, last = (holder, second) if granted[0] else (second, holder)
    hub.terminate(first.id, None)
    hub.entities.take()
    assert kind_of(last.pending[-1]) == "entityLockGranted"


async def test_the_end_of_an_orchestration_drops_its_lock_requests(hub: TaskHub) -> None:
    hub.start(Seed("holder", "name"))
    hub.start(Seed("waiting", "name"))
    lock(hub, "holder", ENTITY)
    hub.entities.take()
    lock(hub, "waiting", ENTITY)

    hub.terminate("waiting", None)
    hub.terminate("holder", None)
    hub.entities.take()

    entity = hub.state.entities[ENTITY]
    assert (entity.locked_by, entity.queue) == (None, [])


async def test_cleaning_removes_empty_entities_and_orphaned_locks(hub: TaskHub) -> None:
    hub.state.entity("@c@empty")
    hub.state.entity("@c@full").state = "1"
    hub.state.entity("@c@locked").locked_by = "nobody"

    assert hub.clean_entities(empty=True, orphaned_locks=True) == (2, 1)
    assert list(hub.state.entities) == ["@c@full"]
