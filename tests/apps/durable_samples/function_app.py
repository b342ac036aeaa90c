"""The well-known durable scenarios, written as an app's author writes them."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from datetime import timedelta

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


# Starting any of the orchestrations


@app.route(route="start/{name}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    body = req.get_body()
    given = json.loads(body) if body else None
    instance_id = await client.start_new(
        req.route_params["name"], instance_id=req.params.get("id"), client_input=given
    )
    return client.create_check_status_response(req, instance_id)


@app.route(route="run/{name}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def run(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    """Start and wait: the answer is the result, or the links when it takes longer."""
    body = req.get_body()
    given = json.loads(body) if body else None
    instance_id = await client.start_new(req.route_params["name"], client_input=given)
    patience = int(req.params.get("ms", "10000"))
    return await client.wait_for_completion_or_create_check_status_response(
        req, instance_id, timeout_in_milliseconds=patience, retry_interval_in_milliseconds=50
    )


@app.route(route="sync-start/{name}", methods=["POST"])
@app.durable_client_input(client_name="client")
def sync_start(req: func.HttpRequest, client) -> func.HttpResponse:
    instance_id = client.schedule_new_orchestration(req.route_params["name"])
    state = client.wait_for_orchestration_completion(instance_id, timeout=10)
    return func.HttpResponse(state.serialized_output, mimetype="application/json")


# Function chaining


@app.orchestration_trigger(context_name="context")
def hello_cities(context: df.DurableOrchestrationContext):
    greetings = []
    for city in ("Tokyo", "Seattle", "London"):
        greetings.append((yield context.call_activity("greet", city)))
    return greetings


@app.activity_trigger(input_name="city")
def greet(city: str) -> str:
    return f"Hello {city}!"


# Fan-out, fan-in


@app.orchestration_trigger(context_name="context")
def count_letters(context: df.DurableOrchestrationContext):
    words = yield context.call_activity("list_words", context.get_input())
    counts = yield context.task_all([context.call_activity("count", word) for word in words])
    return sum(counts)


@app.activity_trigger(input_name="text")
async def list_words(text: str) -> list:
    await asyncio.sleep(0)
    return text.split()


@app.activity_trigger(input_name="word", activity="count")
async def count_one(word: str) -> int:
    return len(word)


# Retries


@app.orchestration_trigger(context_name="context")
def stubborn(context: df.DurableOrchestrationContext):
    options = df.RetryOptions(first_retry_interval_in_milliseconds=20, max_number_of_attempts=3)
    try:
        return (yield context.call_activity_with_retry("flaky", options, context.get_input()))
    except Exception as error:
        return f"gave up: {'out of luck' in str(error)}"


_attempts: dict[str, int] = {}


@app.activity_trigger(input_name="plan")
def flaky(plan: dict) -> int:
    key = plan["key"]
    _attempts[key] = _attempts.get(key, 0) + 1
    if _attempts[key] <= plan["failures"]:
        raise ValueError("out of luck")
    return _attempts[key]


@app.orchestration_trigger(context_name="context")
def parent_that_retries(context: df.DurableOrchestrationContext):
    options = df.RetryOptions(first_retry_interval_in_milliseconds=20, max_number_of_attempts=3)
    return (yield context.call_sub_orchestrator_with_retry("flaky_child", options, context.get_input()))


@app.orchestration_trigger(context_name="context")
def flaky_child(context: df.DurableOrchestrationContext):
    return (yield context.call_activity("flaky", context.get_input()))


# Monitor: look again and again, each look in a generation of its own


@app.orchestration_trigger(context_name="context")
def monitor(context: df.DurableOrchestrationContext):
    state = context.get_input()
    if state["looks"] >= state["until"]:
        return {"looks": state["looks"]}
    context.set_custom_status({"looked": state["looks"]})
    yield context.create_timer(context.current_utc_datetime + timedelta(milliseconds=30))
    state["looks"] += 1
    context.continue_as_new(state)


# Human interaction: an approval raced against the clock


@app.orchestration_trigger(context_name="context")
def approval(context: df.DurableOrchestrationContext):
    deadline = context.current_utc_datetime + timedelta(seconds=context.get_input()["seconds"])
    timer = context.create_timer(deadline)
    answer = context.wait_for_external_event("Approval")
    winner = yield context.task_any([answer, timer])
    if winner == timer:
        return "escalated"
    timer.cancel()
    return "approved" if answer.result else "rejected"


# Aggregator: an entity counts


@app.entity_trigger(context_name="context")
def Counter(context: df.DurableEntityContext):
    current = context.get_state(lambda: 0)
    if context.operation_name == "add":
        current += context.get_input()
        context.set_result(current)
    elif context.operation_name == "reset":
        current = 0
    elif context.operation_name == "get":
        context.set_result(current)
    elif context.operation_name == "break":
        raise RuntimeError("the counter is broken")
    context.set_state(current)


@app.route(route="counters/{key}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def add_to_counter(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    entity = df.EntityId("Counter", req.route_params["key"])
    await client.signal_entity(entity, "add", int(req.params["by"]))
    return func.HttpResponse(status_code=202)


@app.route(route="counters/{key}", methods=["GET"])
@app.durable_client_input(client_name="client")
async def read_counter(req: func.HttpRequest, client: df.DurableOrchestrationClient) -> func.HttpResponse:
    response = await client.read_entity_state(df.EntityId("Counter", req.route_params["key"]))
    if not response.entity_exists:
        return func.HttpResponse(status_code=404)
    return func.HttpResponse(json.dumps(response.entity_state), mimetype="application/json")


@app.orchestration_trigger(context_name="context")
def use_counter(context: df.DurableOrchestrationContext):
    entity = df.EntityId("Counter", context.get_input())
    context.signal_entity(entity, "add", 3)
    after = yield context.call_entity(entity, "add", 4)
    try:
        yield context.call_entity(entity, "break")
    except Exception as error:
        logging.info("as expected: %s", error)
        return after
    return "nothing broke"


# Calling HTTP durably


@app.orchestration_trigger(context_name="context")
def fetch(context: df.DurableOrchestrationContext):
    response = yield context.call_http(method="GET", uri=context.get_input())
    return {"status": response.status_code, "content": response.content}


@app.route(route="slow-thing", methods=["GET"])
def slow_thing(req: func.HttpRequest) -> func.HttpResponse:
    """Answer 202 with a place to look at, and there the result: the asynchronous HTTP pattern."""
    if "ready" in req.params:
        return func.HttpResponse("the result")
    headers = {"Location": f"{req.url}?ready=1", "Retry-After": "0"}
    return func.HttpResponse(status_code=202, headers=headers)


# Sub-orchestrations side by side


@app.orchestration_trigger(context_name="context")
def greet_in_parallel(context: df.DurableOrchestrationContext):
    children = [context.call_sub_orchestrator("greet_one", name) for name in context.get_input()]
    return (yield context.task_all(children))


@app.orchestration_trigger(context_name="context")
def greet_one(context: df.DurableOrchestrationContext):
    return (yield context.call_activity("greet", context.get_input()))


# Failing


@app.orchestration_trigger(context_name="context")
def failing(context: df.DurableOrchestrationContext):
    yield context.call_activity("fail", "the disk is full")


@app.activity_trigger(input_name="text")
def fail(text: str) -> str:
    raise OSError(text)


@app.activity_trigger(input_name="seconds")
def sleep_in_thread(seconds: float) -> str:
    time.sleep(seconds)
    return "slept"
