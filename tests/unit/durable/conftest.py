"""A hub on the test's own loop, and a worker played by the test."""

import durabletask.internal.orchestrator_service_pb2 as pb
import pytest

from local.host.durable.history import wrap
from local.host.durable.options import Options
from local.host.durable.records import COMPLETED, OrchestratorWork
from local.host.durable.taskhub import TaskHub


@pytest.fixture
async def hub() -> TaskHub:
    return TaskHub(Options())


class Script:
    """Takes work from a hub and answers it with the actions it is given."""

    def __init__(self, hub: TaskHub) -> None:
        self.hub = hub

    def take(self) -> OrchestratorWork:
        work = self.hub.orchestrations.take()
        assert work is not None
        return work

    def answer(self, *actions: pb.OrchestratorAction) -> OrchestratorWork:
        work = self.take()
        self.hub.orchestrations.complete(work, pb.OrchestratorResponse(actions=actions))
        return work


@pytest.fixture
def script(hub: TaskHub) -> Script:
    return Script(hub)


def call(number: int, name: str = "work", data: str = "1") -> pb.OrchestratorAction:
    return pb.OrchestratorAction(id=number, scheduleTask=pb.ScheduleTaskAction(name=name, input=wrap(data)))


def complete(
    number: int, result: str = "null", status: pb.OrchestrationStatus = COMPLETED
) -> pb.OrchestratorAction:
    end = pb.CompleteOrchestrationAction(orchestrationStatus=status, result=wrap(result))
    return pb.OrchestratorAction(id=number, completeOrchestration=end)
