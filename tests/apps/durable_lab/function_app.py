"""Orchestrations that take the local host's task hub to its limits."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import azure.durable_functions as df
import azure.functions as func
from durabletask.client import OrchestrationQuery

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


# Activities


@app.activity_trigger(input_name="value")
async def echo(value: object) -> object:
    return value


@app.activity_trigger(input_name="plan")
async def note(plan: dict) -> int:
    """Leave a line in a file, so that a test sees how often it ran."""
    with Path(plan["file"]).open("a") as file:
        file.write(f"{plan['text']}\n")
    await asyncio.sleep(plan.get("seconds", 0))
    return plan.get("value", 0)


@app.activity_trigger(input_name="file")
async def fail_unless_there(file: str) -> str:
    if not Path(file).exists():
        raise FileNotFoundError("the file is not there yet")
    return "found"


# Orchestrators


@app.orchestration_trigger(context_name="context")
def empty(context: df.DurableOrchestrationContext):
    return context.get_input()


@app.orchestration_trigger(context_name="context")
def chain(context: df.DurableOrchestrationContext):
    value = 0
    for _ in range(context.get_input()):
        value = (yield context.call_activity("echo", value)) + 1
    return value


@app.orchestration_trigger(context_name="context")
def fan(context: df.DurableOrchestrationContext):
    tasks = [context.call_activity("echo", number) for number in range(context.get_input())]
    return sum((yield context.task_all(tasks)))


@app.orchestration_trigger(context_name="context")
def noted_chain(context: df.DurableOrchestrationContext):
    plan = context.get_input()
    total = 0
    for step in range(plan["steps"]):
        note = {"file": plan["file"], "text": str(step), "seconds": plan["seconds"], "value": step}
        total += yield context.call_activity("note", note)
    return total


@app.orchestration_trigger(context_name="context")
def nap(context: df.DurableOrchestrationContext):
    before = context.current_utc_datetime
    yield context.create_timer(before + timedelta(seconds=context.get_input()))
    return (context.current_utc_datetime - before).total_seconds()


@app.orchestration_trigger(context_name="context")
def many_naps(context: df.DurableOrchestrationContext):
    plan = context.get_input()
    due = context.current_utc_datetime + timedelta(seconds=plan["seconds"])
    yield context.task_all([context.create_timer(due) for _ in range(plan["count"])])
    return plan["count"]


@app.orchestration_trigger(context_name="context")
def wait_for(context: df.DurableOrchestrationContext):
    return (yield context.wait_for_external_event(context.get_input()))


@app.orchestration_trigger(context_name="context")
def delegate(context: df.DurableOrchestrationContext):
    """Call the named child with its input; give back what it gave, and its parent."""
    plan = context.get_input()
    return (yield context.call_sub_orchestrator(plan["child"], plan["input"], plan.get("id")))


@app.orchestration_trigger(context_name="context")
def delegate_and_listen(context: df.DurableOrchestrationContext):
    """Wait for a child and for an event, whichever order they come in."""
    child = context.call_sub_orchestrator("nap", context.get_input())
    event = context.wait_for_external_event("go")
    yield context.task_all([child, event])
    return "both"


@app.orchestration_trigger(context_name="context")
def who_am_i(context: df.DurableOrchestrationContext):
    yield context.call_activity("echo", 1)
    return {"parent": context.parent_instance_id, "id": context.instance_id, "version": context.version}


@app.orchestration_trigger(context_name="context")
def renew(context: df.DurableOrchestrationContext):
    """First generation: a long timer and an event. Second: a timer only; say what fired."""
    generation = context.get_input()
    if generation == 1:
        context.create_timer(context.current_utc_datetime + timedelta(seconds=1.5))
        yield context.wait_for_external_event("renew")
        context.continue_as_new(2)
        return None
    before = context.current_utc_datetime
    yield context.create_timer(before + timedelta(seconds=3))
    return (context.current_utc_datetime - before).total_seconds()


@app.orchestration_trigger(context_name="context")
def collect(context: df.DurableOrchestrationContext):
    """Take one event per generation until three are there."""
    seen = context.get_input() or []
    seen.append((yield context.wait_for_external_event("item")))
    if len(seen) == 3:
        return seen
    context.continue_as_new(seen)
    return None


@app.orchestration_trigger(context_name="context")
def early_and_late(context: df.DurableOrchestrationContext):
    """Wait only after a while: an event raised before must be kept."""
    yield context.create_timer(context.current_utc_datetime + timedelta(seconds=0.3))
    return (yield context.wait_for_external_event("Early"))


@app.orchestration_trigger(context_name="context")
def tell(context, given):
    """Raise an event for another orchestration, in the SDK's native way."""
    plan = given
    context.send_event(plan["to"], "told", data=plan["text"])
    yield context.call_activity("echo", input=1)


@app.orchestration_trigger(context_name="context")
def rewindable(context: df.DurableOrchestrationContext):
    plan = context.get_input()
    first = yield context.call_activity("note", {"file": plan["log"], "text": "first"})
    second = yield context.call_activity("fail_unless_there", plan["flag"])
    return [first, second]


@app.orchestration_trigger(context_name="context")
def calls_the_missing(context: df.DurableOrchestrationContext):
    yield context.call_activity("nobody", 1)


_runs = []


@app.orchestration_trigger(context_name="context")
def changes_its_mind(context: df.DurableOrchestrationContext):
    _runs.append(1)
    if len(_runs) % 2:
        yield context.call_activity("echo", 1)
    else:
        yield context.create_timer(context.current_utc_datetime + timedelta(seconds=1))


@app.orchestration_trigger(context_name="context")
def crashes_outside(context: df.DurableOrchestrationContext):
    yield context.call_activity("echo", 1)
    raise LookupError("nothing found")


@app.orchestration_trigger(context_name="context")
def take_one_of_many(context, seen):
    """Let events come together, use one per generation and carry the others over."""
    seen = seen or []
    if not seen:
        yield context.create_timer(timedelta(seconds=0.4))
    seen.append((yield context.wait_for_external_event("item")))
    if len(seen) == 3:
        return seen
    context.continue_as_new(seen, save_events=True)
    return None


# Entities


@app.entity_trigger(context_name="context")
def account(context: df.DurableEntityContext):
    balance = context.get_state(lambda: 0)
    if context.operation_name == "deposit":
        balance += context.get_input()
    elif context.operation_name == "set":
        balance = context.get_input()
    context.set_state(None if context.operation_name == "delete" else balance)
    context.set_result(balance)


@app.entity_trigger(context_name="context", entity_name="Forwarder")
def forward(context, key):
    context.signal_entity(df.EntityId("account", key), "deposit", 7)
    context.set_state("forwarded")


@app.orchestration_trigger(context_name="context")
def careful_deposit(context, given):
    """Read, think, write: only right when nobody else gets in between."""
    plan = given
    entity = df.EntityId("account", plan["key"])
    with (yield context.lock_entities([entity])):
        balance = yield context.call_entity(entity, "get")
        yield context.create_timer(context.current_utc_datetime + timedelta(seconds=plan["seconds"]))
        yield context.call_entity(entity, "set", balance + plan["amount"])
    return balance


@app.orchestration_trigger(context_name="context")
def locks_and_waits(context, given):
    keys = given
    with (yield context.lock_entities([df.EntityId("account", key) for key in keys])):
        context.set_custom_status("locked")
        yield context.wait_for_external_event("release")


@app.orchestration_trigger(context_name="context")
def late_signal(context, given):
    plan = given
    due = context.current_utc_datetime + timedelta(seconds=plan["seconds"])
    context.signal_entity(df.EntityId("account", plan["key"]), "deposit", plan["amount"], due)
    yield context.call_activity("echo", input=1)


# What only a durable client can do


@app.route(route="client/{what}/{id}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def use_client(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    what, instance_id = req.route_params["what"], req.route_params["id"]
    given = req.get_json() if req.get_body() else None
    try:
        answer = await _USES[what](client, instance_id, given)
    except Exception as error:
        code = getattr(error, "code", lambda: None)()
        return func.HttpResponse(json.dumps({"error": getattr(code, "name", repr(error))}), status_code=409)
    return func.HttpResponse(json.dumps(answer, default=str), mimetype="application/json")


def _soon(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def _start(client, key, given):
    later = _soon(given["seconds"]) if "seconds" in given else None
    return await client.schedule_new_orchestration(
        given["name"], input=given.get("input"), instance_id=key, start_at=later, version=given.get("version")
    )


async def _wait(client, key, given):
    return (await client.wait_for_orchestration_completion(key, timeout=given)).serialized_output


async def _signal_later(client, key, given):
    entity = df.EntityId("account", key)
    await client.signal_entity(entity, "deposit", given["amount"], signal_time=_soon(given["seconds"]))


async def _get(client, key, given):
    state = await client.get_orchestration_state(key)
    return state and {"status": state.runtime_status.name, "output": state.serialized_output}


async def _history(client, key, given):
    events = await client.get_orchestration_history(key)
    return [[type(event).__name__, event.timestamp.year] for event in events]


async def _query(client, key, given):
    query = OrchestrationQuery(max_instance_count=given["page"], fetch_inputs_and_outputs=True)
    states = await client.get_all_orchestration_states(query)
    return sorted(state.instance_id for state in states if state.instance_id.startswith(key))


async def _purge(client, key, given):
    return (await client.purge_orchestration(key)).deleted_instance_count


_USES = {
    "start": _start,
    "start-later": _start,
    "start-version": _start,
    "wait": _wait,
    "terminate-all": lambda client, key, _: client.terminate_orchestration(
        key, output="enough", recursive=True
    ),
    "signal-later": _signal_later,
    "get": _get,
    "history": _history,
    "query": _query,
    "rewind": lambda client, key, _: client.rewind_orchestration(key, reason="try again"),
    "raise": lambda client, key, given: client.raise_orchestration_event(
        key, given["name"], data=given.get("data")
    ),
    "purge": _purge,
}


@app.route(route="threads", methods=["GET"])
def threads(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(str(len(list(Path("/proc/self/task").iterdir()))))
