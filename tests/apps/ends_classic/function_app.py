"""Functions that raise what would end a process."""

import asyncio
import time

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)


class OddError(BaseException):
    """What `except Exception` does not catch."""


ENDS = {"exit": SystemExit, "interrupt": KeyboardInterrupt, "odd": OddError, "cancel": asyncio.CancelledError}


@app.route(route="loop/{kind}")
async def on_the_loop(req: func.HttpRequest) -> func.HttpResponse:
    raise ENDS[req.route_params["kind"]]("over")


@app.route(route="thread/{kind}")
def in_a_thread(req: func.HttpRequest) -> func.HttpResponse:
    raise ENDS[req.route_params["kind"]]("over")


@app.route(route="block/{seconds:double}")
async def block(req: func.HttpRequest) -> func.HttpResponse:
    print("blocking", flush=True)
    time.sleep(float(req.route_params["seconds"]))
    return func.HttpResponse("over")


@app.activity_trigger(input_name="kind")
async def end(kind: str) -> str:
    raise ENDS[kind]("over")


@app.orchestration_trigger(context_name="context")
def ended(context: df.DurableOrchestrationContext):
    return (yield context.call_activity("end", context.get_input()))


@app.orchestration_trigger(context_name="context")
def ends(context: df.DurableOrchestrationContext):
    raise ENDS[context.get_input()]("over")
    yield
