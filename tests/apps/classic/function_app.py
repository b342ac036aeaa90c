import asyncio
import json
import logging
import os
import sys
import threading
import time

import azure.functions as func
from more import blueprint

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
app.register_functions(blueprint)

events = []


def described(req, **more):
    body = {
        "method": req.method,
        "url": req.url,
        "headers": dict(req.headers),
        "params": dict(req.params),
        "route_params": dict(req.route_params),
        "body": req.get_body().decode("latin-1"),
        **more,
    }
    return func.HttpResponse(json.dumps(body), mimetype="application/json")


@app.route()
async def echo(req: func.HttpRequest) -> func.HttpResponse:
    return described(req)


@app.route(route="plain")
async def plain(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("ok")


@app.route(route="thread")
def in_thread(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(threading.current_thread().name)


@app.route(route="text")
async def text(req: func.HttpRequest) -> str:
    return "plain text"


@app.route(route="nothing")
async def nothing(req: func.HttpRequest):
    return None


@app.route(route="bytes", methods=["POST"])
async def octets(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(req.get_body(), mimetype="application/octet-stream")


@app.route(route="status/{code:int}")
async def status(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("body", status_code=int(req.route_params["code"]))


@app.route(route="items/special", methods=["GET"])
async def literal(req: func.HttpRequest) -> func.HttpResponse:
    return described(req, function="literal")


@app.route(route="items/{id:int}", methods=["GET"])
async def constrained(req: func.HttpRequest) -> func.HttpResponse:
    return described(req, function="constrained")


@app.route(route="items/{name}", methods=["GET"])
async def parameter(req: func.HttpRequest) -> func.HttpResponse:
    return described(req, function="parameter")


@app.route(route="items/{*rest}", methods=["GET"])
async def catch_all(req: func.HttpRequest) -> func.HttpResponse:
    return described(req, function="catch_all")


@app.route(route="optional/{id:int?}")
async def optional(req: func.HttpRequest) -> func.HttpResponse:
    return described(req)


@app.route(route="cookies")
async def cookies(req: func.HttpRequest) -> func.HttpResponse:
    response = func.HttpResponse("ok")
    response.headers.add("Set-Cookie", "a=1; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=60")
    response.headers.add("Set-Cookie", "b=2; Expires=Wed, 21 Oct 2065 07:28:00 GMT; Domain=example.org")
    return response


@app.route(route="bad-header")
async def bad_header(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("ok", headers={"X-Name": "caf\u00e9"})


@app.route(route="form", methods=["POST"])
async def form(req: func.HttpRequest) -> func.HttpResponse:
    files = {name: file.read().decode() for name, file in req.files.items()}
    return func.HttpResponse(json.dumps({"form": dict(req.form), "files": files}))


@app.route(route="fail")
async def fail(req: func.HttpRequest) -> func.HttpResponse:
    raise ValueError("failed on purpose")


@app.route(route="exit")
async def leave(req: func.HttpRequest) -> func.HttpResponse:
    sys.exit(3)


@app.route(route="context")
async def with_context(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    trace = context.trace_context
    body = {
        "function": context.function_name,
        "directory": context.function_directory,
        "invocation": context.invocation_id,
        "traceparent": trace.trace_parent,
        "tracestate": trace.trace_state,
    }
    return func.HttpResponse(json.dumps(body))


@app.route(route="environment/{name}")
async def environment(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(os.environ.get(req.route_params["name"], ""))


@app.route(route="log")
async def log(req: func.HttpRequest) -> func.HttpResponse:
    logging.info("an information line")
    logging.debug("a debug line")
    return func.HttpResponse("ok")


@app.route(route="slow/{seconds:double}")
async def slow(req: func.HttpRequest) -> func.HttpResponse:
    events.append("slow started")
    try:
        await asyncio.sleep(float(req.route_params["seconds"]))
    except asyncio.CancelledError:
        events.append("slow cancelled")
        raise
    events.append("slow ended")
    return func.HttpResponse("slept")


@app.route(route="slow-thread/{seconds:double}")
def slow_thread(req: func.HttpRequest) -> func.HttpResponse:
    time.sleep(float(req.route_params["seconds"]))
    return func.HttpResponse("slept")


@app.route(route="events")
async def seen_events(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(json.dumps(events))


@app.route(route="switched-off")
async def switched_off(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("must not be reached")


@app.route(route="with-key", auth_level=func.AuthLevel.FUNCTION)
async def with_key(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("opened")


@app.route(route="admins", auth_level=func.AuthLevel.ADMIN)
async def for_admins(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("opened")


@app.route(route="unwritten")
@app.generic_output_binding(arg_name="message", type="signalR", hubName="chat")
async def unwritten(req: func.HttpRequest, message: func.Out[str]) -> func.HttpResponse:
    message.set("nobody hears this")
    return func.HttpResponse("ok")


@app.route(route="unknown-input")
@app.generic_input_binding(arg_name="rows", type="sql", commandText="select 1")
async def unknown_input(req: func.HttpRequest, rows: str) -> func.HttpResponse:
    return func.HttpResponse("must not be reached")
