"""Plays a workflow through the SDK's own executor, turn by turn, as a host does, and keeps its history.

A recording is a JSON file: the start, and for each turn what came in, what the workflow asked for,
and its status. `replayed` gives the same to the code as it is now. To record anew, after a change
that has a version of its own:

    python -m tests.histories.recorder

A recording is never written over: runs under way have that history.
"""

import base64
import heapq
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

import durabletask.internal.orchestrator_service_pb2 as pb
from azure.durable_functions.worker import DurableFunctionsWorker
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.wrappers_pb2 import StringValue

FOLDER: Final = Path(__file__).parent
BEGINNING: Final = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
INSTANT: Final = timedelta(milliseconds=20)
MOST_TURNS: Final = 500

type Workflow = Any  # a generator of one argument, which the SDK types otherwise
type Answer = Callable[[Any], Any]
"""What an activity gives; an exception is its failure."""


def record(
    workflow: Workflow,
    key: str,
    message: Any,
    activities: Mapping[str, Answer],
    events: Sequence[tuple[timedelta, str, Any]] = (),
    version: str = "1",
) -> dict[str, Any]:
    """Play it to its end; time passes only where it waits."""
    return _Recorder(workflow, key, version).run(message, activities, events)


def replayed(workflow: Workflow, recording: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the code of now asks for at each turn of that history."""
    past: list[pb.HistoryEvent] = []
    told = []
    for turn in recording["turns"]:
        news = [ParseDict(each, pb.HistoryEvent()) for each in turn["news"]]
        told.append(_told(_execute(workflow, recording["key"], past, news)))
        past += news + [ParseDict(each, pb.HistoryEvent()) for each in turn["scheduled"]]
    return told


class _Recorder:
    def __init__(self, workflow: Workflow, key: str, version: str) -> None:
        self._workflow, self._key, self._version = workflow, key, version
        self._now = BEGINNING
        self._due: list[tuple[datetime, int, pb.HistoryEvent]] = []
        self._number = count()

    def run(
        self, message: Any, activities: Mapping[str, Answer], events: Sequence[tuple[timedelta, str, Any]]
    ) -> dict[str, Any]:
        for after, name, data in events:
            raised = pb.EventRaisedEvent(name=name, input=_text(data))
            self._comes(BEGINNING + after, pb.HistoryEvent(eventId=-1, eventRaised=raised))
        news = [self._began(), self._started(message)]
        past: list[pb.HistoryEvent] = []
        turns: list[dict[str, Any]] = []
        while len(turns) < MOST_TURNS:
            response = _execute(self._workflow, self._key, past, news)
            scheduled = [self._schedule(each, activities) for each in response.actions]
            happened = [each for each in scheduled if each is not None]
            turns.append({"news": _plain(news), "scheduled": _plain(happened), **_told(response)})
            if any(each.HasField("completeOrchestration") for each in response.actions):
                return {"key": self._key, "version": self._version, "turns": turns}
            past += news + happened
            self._now, _, event = heapq.heappop(self._due)
            news = [self._began(), event]
        raise AssertionError("it goes on for ever")

    def _schedule(
        self, action: pb.OrchestratorAction, activities: Mapping[str, Answer]
    ) -> pb.HistoryEvent | None:
        if action.HasField("scheduleTask"):
            self._comes(self._now + INSTANT, _performed(action, activities))
            task = pb.TaskScheduledEvent(name=action.scheduleTask.name, input=action.scheduleTask.input)
            return pb.HistoryEvent(eventId=action.id, taskScheduled=task)
        if action.HasField("createTimer"):
            at = action.createTimer.fireAt
            fired = pb.TimerFiredEvent(fireAt=at, timerId=action.id)
            self._comes(at.ToDatetime(tzinfo=UTC), pb.HistoryEvent(eventId=-1, timerFired=fired))
            return pb.HistoryEvent(eventId=action.id, timerCreated=pb.TimerCreatedEvent(fireAt=at))
        assert action.HasField("completeOrchestration"), "this workflow asks for more than is recorded"
        return None

    def _comes(self, at: datetime, event: pb.HistoryEvent) -> None:
        heapq.heappush(self._due, (max(at, self._now), next(self._number), event))

    def _began(self) -> pb.HistoryEvent:
        stamp = Timestamp()
        stamp.FromDatetime(self._now)
        return pb.HistoryEvent(eventId=-1, timestamp=stamp, orchestratorStarted=pb.OrchestratorStartedEvent())

    def _started(self, message: Any) -> pb.HistoryEvent:
        started = pb.ExecutionStartedEvent(
            name=self._workflow.__name__,
            version=StringValue(value=self._version),
            input=_text(message),
            orchestrationInstance=pb.OrchestrationInstance(instanceId=self._key),
        )
        return pb.HistoryEvent(eventId=-1, executionStarted=started)


def _performed(action: pb.OrchestratorAction, activities: Mapping[str, Answer]) -> pb.HistoryEvent:
    try:
        result = activities[action.scheduleTask.name](json.loads(action.scheduleTask.input.value))
    except Exception as error:  # noqa: BLE001 - whatever an activity raises
        details = pb.TaskFailureDetails(errorType=type(error).__name__, errorMessage="failed")
        failed = pb.TaskFailedEvent(taskScheduledId=action.id, failureDetails=details)
        return pb.HistoryEvent(eventId=-1, taskFailed=failed)
    completed = pb.TaskCompletedEvent(taskScheduledId=action.id, result=_text(result))
    return pb.HistoryEvent(eventId=-1, taskCompleted=completed)


def _execute(
    workflow: Workflow, key: str, past: Sequence[pb.HistoryEvent], news: Sequence[pb.HistoryEvent]
) -> pb.OrchestratorResponse:
    request = pb.OrchestratorRequest(instanceId=key, pastEvents=past, newEvents=news)
    body = base64.b64encode(request.SerializeToString()).decode()
    answer = DurableFunctionsWorker().execute_orchestration_request(workflow, body)
    response = pb.OrchestratorResponse()
    response.ParseFromString(base64.b64decode(answer))
    return response


def _told(response: pb.OrchestratorResponse) -> dict[str, Any]:
    """What a host acts on, and what the API shows."""
    return {"actions": _plain(response.actions), "status": json.loads(response.customStatus.value or "null")}


def _plain(messages: Sequence[Any]) -> list[dict[str, Any]]:
    return [MessageToDict(each) for each in messages]


def _text(value: Any) -> StringValue:
    return StringValue(value=json.dumps(value))


def main() -> None:
    from tests.histories.cases import CASES  # noqa: PLC0415 - they know this module

    for name, case in CASES.items():
        path = FOLDER / f"{name}.json"
        if not path.exists():
            path.write_text(json.dumps(case(), indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
