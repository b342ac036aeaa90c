"""The routes of Azure OpenAI: the v1 interface, and the dated one by deployment."""

from __future__ import annotations

import asyncio
import re
import secrets
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulators.checks import DENIED, RefusedError, bearer, same
from local.simulators.openai import answers, asked, chat, embeddings, responses
from local.simulators.wire import drop

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from local.simulators.openai.answers import Answer
    from local.simulators.world import World

API_VERSION: Final = re.compile(r"20\d\d-\d\d-\d\d(-preview)?")
UNDATED: Final = frozenset({"", "v1", "preview", "latest"})
CREATED: Final = 1_732_060_800


def routes(world: World) -> list[BaseRoute]:
    service = OpenAI(world)
    world.faults.offer("openai", answers.FAULTS)
    world.scripts.accept("openai", answers.check_script)
    dated = "/openai/deployments/{deployment}"
    return [
        Route("/openai/v1/chat/completions", service.chat, methods=["POST"]),
        Route("/openai/v1/responses", service.respond, methods=["POST"]),
        Route("/openai/v1/responses/input_tokens", service.count, methods=["POST"]),
        Route("/openai/v1/embeddings", service.embed, methods=["POST"]),
        Route("/openai/v1/models", service.models, methods=["GET"]),
        Route("/openai/v1/models/{model}", service.model, methods=["GET"]),
        Route(f"{dated}/chat/completions", service.chat, methods=["POST"]),
        Route(f"{dated}/embeddings", service.embed, methods=["POST"]),
        Route("/openai/responses", service.respond, methods=["POST"]),
    ]


class OpenAI:
    """Every route checks the key, reads strictly, and answers as the service does."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def chat(self, request: Request) -> Response:
        wanted = asked.chat(await self._body(request), request.path_params.get("deployment"))
        answer = answers.make(self._world, request, wanted)
        if wanted.stream:
            return chat.streamed(wanted, answer, _headers())
        return await self._whole(request, answer, chat.whole(wanted, answer))

    async def respond(self, request: Request) -> Response:
        wanted = asked.response(await self._body(request))
        answer = answers.make(self._world, request, wanted)
        if wanted.stream:
            return responses.streamed(wanted, answer, _headers())
        return await self._whole(request, answer, responses.whole(wanted, answer))

    async def count(self, request: Request) -> Response:
        wanted = asked.response(await self._body(request))
        return JSONResponse({"object": "response.input_tokens", "input_tokens": wanted.tokens})

    async def embed(self, request: Request) -> Response:
        body = embeddings.answer(await self._body(request), request.path_params.get("deployment"))
        return JSONResponse(body, headers=_headers())

    async def models(self, request: Request) -> Response:
        self._let_in(request)
        return JSONResponse({"object": "list", "data": [_described(name) for name in _names()]})

    async def model(self, request: Request) -> Response:
        self._let_in(request)
        if (name := request.path_params["model"]) not in _names():
            asked.unknown_model()
        return JSONResponse(_described(name))

    async def _whole(self, request: Request, answer: Answer, body: dict[str, Any]) -> Response:
        seconds = answer.first_token_delay + answer.token_delay * len(answer.pieces)
        if seconds:
            await asyncio.sleep(seconds)
        if answer.cut_after is not None:
            drop(request)
            await request.receive()
        return JSONResponse(body, headers=_headers())

    async def _body(self, request: Request) -> dict[str, Any]:
        self._let_in(request)
        try:
            body = await request.json()
        except ValueError:
            asked.invalid("We could not parse the JSON body of your request.")
        if not isinstance(body, dict):
            asked.invalid("The body of your request must be a JSON object.")
        return body

    def _let_in(self, request: Request) -> None:
        key = self._world.keys.openai
        if not same(request.headers.get("api-key"), key) and not same(bearer(request), key):
            raise RefusedError(401, "401", DENIED)
        version = request.query_params.get("api-version", "")
        known = version in UNDATED if "/v1/" in request.url.path else API_VERSION.fullmatch(version)
        if not known:
            raise RefusedError(404, "404", "Resource not found")


def _names() -> list[str]:
    return [*asked.CHAT_MODELS, *embeddings.DIMENSIONS]


def _described(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": CREATED, "owned_by": "system"}


def _headers() -> dict[str, str]:
    identifier = secrets.token_hex(16)
    return {
        "apim-request-id": identifier,
        "x-request-id": identifier,
        "x-ms-region": "Australia East",
        "x-ratelimit-remaining-requests": "999",
        "x-ratelimit-remaining-tokens": "999000",
    }
