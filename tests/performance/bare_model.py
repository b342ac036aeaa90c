"""A bare streaming proxy to the model: the raw events pass through, and nothing else happens."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

HEADERS = {"Content-Type": "application/json"}


class Proxy:
    """Asks the model the same each time, whatever it is asked itself."""

    def __init__(self, model: str, key: str, prompt: bytes) -> None:
        self._url = f"{model}/openai/v1/chat/completions"
        self._headers = HEADERS | {"Authorization": f"Bearer {key}"}
        self._prompt = prompt
        self._session: aiohttp.ClientSession | None = None

    async def turn(self, request: Request) -> StreamingResponse:
        await request.json()
        return StreamingResponse(self._events(), media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[bytes]:
        self._session = self._session or aiohttp.ClientSession()
        async with self._session.post(self._url, data=self._prompt, headers=self._headers) as answer:
            answer.raise_for_status()
            async for chunk in answer.content.iter_any():
                yield chunk


if __name__ == "__main__":
    port, model, key, prompt = sys.argv[1:]
    proxy = Proxy(model, key, Path(prompt).read_bytes())
    app = Starlette(routes=[Route("/turn", proxy.turn, methods=["POST"])])
    uvicorn.run(app, host="127.0.0.1", port=int(port), access_log=False, log_level="warning")
