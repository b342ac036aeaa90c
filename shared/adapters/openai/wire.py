"""Chat completions on the wire: the request as JSON, and of the answer no more than is needed.

The answers are read raw through the SDK's client: building its object for each token of a stream
costs several times what everything else does. The interface is chat completions, which knows a
seed, says how an answer ended, and is spoken by every server that claims to be compatible.
"""

from __future__ import annotations

import asyncio
import json
import sys
from array import array
from base64 import b64decode
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic_core import from_json

from shared.adapters.openai.faults import FILTERED, cut, filtered
from shared.adapters.openai.schema import schema_name, strict_schema
from shared.domain.language import Usage
from shared.errors import UpstreamError

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterator, Sequence

    from httpx2 import URL, AsyncClient, Response
    from openai import APIStatusError, AsyncAPIResponse, AsyncOpenAI
    from pydantic import BaseModel

    from shared.domain.language import Message, Prompt, Vector

LARGEST_ANSWER: Final = 4 * 2**20
LARGEST_EVENT: Final = 2**18
UNREADABLE: Final = "The language model gave an answer that cannot be read."
DONE: Final = b"[DONE]"
DRAIN_SECONDS: Final = 0.5
AGENT: Final = "talenti"


@dataclass(frozen=True, slots=True)
class Clients:
    """The SDK's client, and below it the one that holds its connections."""

    sdk: AsyncOpenAI
    http: AsyncClient

    async def close(self) -> None:
        await self.sdk.close()


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer said in the end."""

    text: str
    model: str
    usage: Usage


def request(
    prompt: Prompt, deployment: str, messages: Sequence[Message], shape: type[BaseModel] | None = None
) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": deployment,
        "messages": [{"role": each.role, "content": each.content} for each in messages],
        "max_completion_tokens": prompt.max_output_tokens,
        "temperature": prompt.temperature,
    }
    if prompt.seed is not None:
        body["seed"] = prompt.seed
    if shape is not None:
        described = {"name": schema_name(prompt.purpose), "strict": True, "schema": strict_schema(shape)}
        body["response_format"] = {"type": "json_schema", "json_schema": described}
    return body


def as_it_stands(body: dict[str, Any]) -> dict[str, Any]:
    """The body as arguments of the SDK, which else walks all of it and finds nothing to change."""
    return {"model": body["model"], "messages": (), "extra_body": body}


async def asked(http: AsyncClient, address: URL, proof: str, body: dict[str, Any]) -> Response:
    """What was answered, unread, on the connections of the SDK.

    Its client would do the same, after a millisecond spent on options that are never set: a fifth of what
    a turn may cost before its first word.
    """
    from httpx2 import Request  # noqa: PLC0415 - loaded by the first use of the model

    headers = {"Authorization": f"Bearer {proof}", "Content-Type": "application/json", "User-Agent": AGENT}
    request = Request(
        "POST",
        address,
        headers=headers,
        content=json.dumps(body).encode(),
        extensions={"timeout": http.timeout.as_dict()},
    )
    response = await http.send(request, stream=True)
    if response.is_success:
        return response
    async with aclosing(response):
        await response.aread()
        raise _refused(response)


def _refused(response: Response) -> APIStatusError:
    """As the SDK tells it."""
    from openai import APIStatusError  # noqa: PLC0415 - likewise

    try:
        told = response.json()
    except ValueError:
        told = None
    problem = told.get("error", told) if isinstance(told, dict) else told
    return APIStatusError(f"status {response.status_code}", response=response, body=problem)


async def body_of(response: AsyncAPIResponse[Any]) -> bytes:
    """The whole body, of an answer that is not absurdly large."""
    pieces, size = [], 0
    async for piece in response.iter_bytes():
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise UpstreamError(UNREADABLE)
        pieces.append(piece)
    return b"".join(pieces)


def said(body: bytes) -> Said:
    """The text of a whole answer. Raises UpstreamError if there is none to be had."""
    answer = _object(body)
    choice = _choice(answer)
    message = _dict(choice.get("message"))
    _judge(choice.get("finish_reason"), message.get("refusal"))
    text = message.get("content")
    if not isinstance(text, str) or choice.get("finish_reason") is None:
        raise UpstreamError(UNREADABLE)
    return Said(text, str(answer.get("model", "")), _usage(answer))


def vectors(body: bytes, expected: int) -> tuple[list[Vector], int]:
    """As many vectors as texts were sent, in their order, and the tokens they cost."""
    answer = _object(body)
    found = answer.get("data")
    if not isinstance(found, list) or len(found) != expected:
        raise UpstreamError(UNREADABLE)
    try:
        in_order = sorted(found, key=lambda each: each["index"])
        return [_vector(each["embedding"]) for each in in_order], _usage(answer).input_tokens
    except (KeyError, TypeError, ValueError):
        raise UpstreamError(UNREADABLE) from None


def _vector(embedding: str | list[float]) -> Vector:
    """Little-endian numbers in base64, or a list from servers that know no other form."""
    if isinstance(embedding, list):
        return tuple(map(float, embedding))
    numbers = array("f", b64decode(embedding, validate=True))
    if sys.byteorder == "big":
        numbers.byteswap()
    return tuple(numbers)


class Stream:
    """A streamed answer, fed with the bytes of its events."""

    def __init__(self, content_type: str) -> None:
        if not content_type.startswith("text/event-stream"):
            raise UpstreamError(UNREADABLE)
        self.is_done = False
        self._rest = b""
        self._fragments: list[str] = []
        self._model = ""
        self._usage = Usage()
        self._finish: object = None

    def feed(self, chunk: bytes) -> Iterator[str]:
        """What the answer goes on with, one event after the other.

        Raises UpstreamError for a refusal, a filter, a cut, nonsense.
        """
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > LARGEST_EVENT:
            raise UpstreamError(UNREADABLE)
        for line in lines:
            if line.startswith(b"data:") and (fragment := self._take(line[5:].strip())):
                self._fragments.append(fragment)
                yield fragment

    def said(self) -> Said:
        """At the end. Raises UpstreamError if the answer never said that it was one."""
        if self._finish is None:
            raise UpstreamError("The language model's answer ended without a reason.")
        return Said("".join(self._fragments), self._model, self._usage)

    def _take(self, data: bytes) -> str:
        if data == DONE:
            self.is_done = True
            return ""
        event = _object(data)
        if event.get("error"):
            raise filtered() if _dict(event["error"]).get("code") == FILTERED else UpstreamError(UNREADABLE)
        self._model = str(event.get("model") or self._model)
        if event.get("usage"):
            self._usage = _usage(event)
        if not event.get("choices"):
            return ""
        choice = _choice(event)
        delta = _dict(choice.get("delta"))
        self._finish = choice.get("finish_reason") or self._finish
        _judge(self._finish, delta.get("refusal"))
        return str(delta.get("content") or "")


async def drain(chunks: AsyncIterable[bytes]) -> None:
    """Read to the very end, so that the connection can be used again; nothing there matters."""
    with suppress(Exception):
        async with asyncio.timeout(DRAIN_SECONDS):
            async for _ in chunks:
                pass


def _judge(finish: object, refusal: object) -> None:
    if refusal or finish == FILTERED:
        raise filtered()
    if finish == "length":
        raise cut()


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = from_json(body)
    except ValueError:
        raise UpstreamError(UNREADABLE) from None
    if not isinstance(found, dict):
        raise UpstreamError(UNREADABLE)
    return found


def _choice(answer: dict[str, Any]) -> dict[str, Any]:
    choices = answer.get("choices")
    if not isinstance(choices, list) or not choices:
        raise UpstreamError(UNREADABLE)
    return _dict(choices[0])


def _dict(value: object) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UpstreamError(UNREADABLE)
    return value


def _usage(answer: dict[str, Any]) -> Usage:
    told = _dict(answer.get("usage"))
    details = _dict(told.get("prompt_tokens_details"))
    return Usage(
        input_tokens=_count(told.get("prompt_tokens")),
        output_tokens=_count(told.get("completion_tokens")),
        cached_tokens=_count(details.get("cached_tokens")),
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0
