import asyncio
import json
import time

import azure.functions as func
from azurefunctions.extensions.http.fastapi import JSONResponse, Request, Response, StreamingResponse

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

ended = []


@app.route(route="plain", methods=[func.HttpMethod.GET])
async def plain(req: Request) -> Response:
    return Response("ok")


@app.route(route="thread", methods=[func.HttpMethod.GET])
def in_thread(req: Request) -> Response:
    return Response("from a thread")


@app.route(route="echo/{name}/{number:int?}")
async def echo(req: Request) -> JSONResponse:
    return JSONResponse(
        {
            "method": req.method,
            "url": str(req.url),
            "path_params": req.path_params,
            "query": req.query_params.multi_items(),
            "headers": req.headers.items(),
            "body": (await req.body()).decode("latin-1"),
        }
    )


@app.route(route="events/{count:int}")
async def events(req: Request) -> StreamingResponse:
    count = int(req.path_params["count"])
    pause = float(req.query_params.get("pause", 0))

    async def produce():
        for number in range(count):
            yield f"data: {number} {time.monotonic()}\n\n"
            await asyncio.sleep(pause)

    return StreamingResponse(produce(), media_type="text/event-stream")


@app.route(route="endless/{name}")
async def endless(req: Request) -> StreamingResponse:
    name = req.path_params["name"]

    async def produce():
        try:
            while True:
                yield "tick\n"
                await asyncio.sleep(0.02)
        finally:
            ended.append(name)

    return StreamingResponse(produce())


@app.route(route="ended")
async def seen_ended(req: Request) -> JSONResponse:
    return JSONResponse(ended)


@app.route(route="upload", methods=[func.HttpMethod.POST])
async def upload(req: Request) -> JSONResponse:
    """Record when each part arrives, so that a test sees whether it came as it was sent."""
    parts = [(len(part), time.monotonic()) async for part in req.stream() if part]
    return JSONResponse(parts)


@app.route(route="mirror", methods=[func.HttpMethod.POST])
async def mirror(req: Request) -> Response:
    return Response(await req.body(), media_type="application/octet-stream")


@app.route(route="form", methods=[func.HttpMethod.POST])
async def form(req: Request) -> JSONResponse:
    fields = await req.form()
    return JSONResponse({name: str(value) for name, value in fields.items()})


@app.route(route="cookies")
async def cookies(req: Request) -> Response:
    response = Response("ok", status_code=201)
    response.set_cookie("a", "1", httponly=True)
    response.set_cookie("b", "2")
    return response


@app.route(route="fail")
async def fail(req: Request) -> Response:
    raise ValueError("failed on purpose")


@app.route(route="fail-later")
async def fail_later(req: Request) -> StreamingResponse:
    async def produce():
        yield "first\n"
        await asyncio.sleep(0.05)
        raise ValueError("failed in the stream")

    return StreamingResponse(produce())


@app.route(route="slow/{seconds:double}")
async def slow(req: Request) -> Response:
    await asyncio.sleep(float(req.path_params["seconds"]))
    ended.append("slow")
    return Response("slept")


@app.route(route="kept")
async def kept(req: Request) -> JSONResponse:
    """Tell how many requests the worker library still holds, besides this one."""
    from azure_functions_runtime.http_v2 import http_coordinator  # noqa: PLC0415 - a look inside

    return JSONResponse(len(http_coordinator._context_references))


@app.route(route="json-bytes")
async def raw(req: Request) -> Response:
    return Response(json.dumps({"a": 1}).encode(), media_type="application/json")
