"""Streams that raise what would end a process."""

import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response, StreamingResponse

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

ENDS = {"exit": SystemExit, "interrupt": KeyboardInterrupt}


@app.route(route="stream/{kind}")
async def stream(req: Request) -> StreamingResponse:
    async def parts():
        yield b"begun"
        raise ENDS[req.path_params["kind"]]("over")

    return StreamingResponse(parts())


@app.route(route="threads/{kind}")
async def threads(req: Request) -> StreamingResponse:
    def parts():
        yield b"begun"
        raise ENDS[req.path_params["kind"]]("over")

    return StreamingResponse(parts())


@app.route(route="plain")
async def plain(req: Request) -> Response:
    return Response("ok")
