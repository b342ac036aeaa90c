"""Endpoints on the product's own edge kit: they take bodies, files and ids, and stream."""

import asyncio
import time
from dataclasses import replace
from typing import Annotated
from uuid import UUID

import azure.durable_functions as df
from fastapi import File, Request, UploadFile
from pydantic import Field

from shared.contracts.base import Body, Contract
from shared.errors import NotFoundError
from shared.http.api import Api
from shared.http.edge import OPEN, Delivery, Edge
from shared.http.guard import Guard
from shared.http.headers import preflight
from shared.http.sse import EventStream, ServerSentEvent

edge = Edge(
    delivery=lambda: Delivery(cors_origins=("http://localhost:5173",), over_https=False),
    guard=Guard(tokens=NotImplemented, rate_limits=NotImplemented),  # every endpoint is open
    repeats=NotImplemented,  # and none keeps its answers
)
api = Api("Lab", edge, OPEN)
left: list[str] = []


class Message(Body):
    message: str = Field(min_length=1, max_length=50_000)


class Reply(Contract):
    message: str


@api.post("/api/v1/echo")
async def echo(message: Message) -> Reply:
    return Reply(message=message.message)


@api.post("/api/v1/upload", policy=replace(OPEN, max_body_bytes=16 * 2**20))
async def upload(file: Annotated[UploadFile, File()]) -> int:
    return len(await file.read())


@api.get("/api/v1/things/{thing_id}")
async def thing(thing_id: UUID) -> UUID:
    return thing_id


@api.get("/api/v1/crash")
async def crash() -> None:
    raise RuntimeError("ada@example.com")


@api.get("/api/v1/stream/{count}")
async def stream(count: int, pause: float = 0.0) -> EventStream:
    async def events():
        for number in range(count):
            yield ServerSentEvent("token", {"number": number, "made": time.time()})
            await asyncio.sleep(pause)

    return EventStream(events())


@api.get("/api/v1/forever/{name}")
async def forever(name: str) -> EventStream:
    async def events():
        try:
            while True:
                yield ServerSentEvent("token", {"name": name})
                await asyncio.sleep(0.01)
        finally:
            left.append(name)

    return EventStream(events())


@api.get("/api/v1/left")
async def those_who_left() -> list[str]:
    return left


@api.route("/api/{rest:path}", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
async def fallback(request: Request):
    if request.method == "OPTIONS":
        return preflight()
    raise NotFoundError("Route not found.")


app = df.DFApp()
app.register_functions(api.blueprint)
