"""The language model behind the v1 interface of Azure OpenAI, or of any server that speaks it."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from shared import telemetry
from shared.adapters.azure.clients import CONNECT_SECONDS, PerLoop
from shared.adapters.openai import wire
from shared.adapters.openai.first_text import FirstText
from shared.adapters.openai.schema import first_field
from shared.adapters.openai.tokens import Tokens
from shared.adapters.openai.wire import Clients, Said
from shared.domain import language
from shared.domain.language import Completion, Message, ModelSize, Prompt, Structured, TextPiece, Usage
from shared.errors import UpstreamError
from shared.telemetry import Attribute

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

    from httpx2 import URL, AsyncClient

    from shared.adapters.policies.guard import Guarded
    from shared.domain.language import Vector

REPAIRS: Final = 2
WRITE_SECONDS: Final = 10.0
POOL_SECONDS: Final = 5.0
MOST_CONNECTIONS: Final = 100
TEXTS_AT_ONCE: Final = 256
MOST_FAULTS: Final = 10
FIRST_LETTERS: Final = 32  # of what came at once: the first words do not wait until all of it is read
UNSHAPED: Final = "The language model did not keep to the shape that was asked for."


@dataclass(frozen=True, slots=True)
class Deployments:
    large: str
    small: str
    embedding: str


class OpenAILanguageModel:
    """`prove` gives what stands after `Bearer`, a key or a fresh token, before each request."""

    def __init__(
        self, endpoint: str, deployments: Deployments, prove: Callable[[], Awaitable[str]], guarded: Guarded
    ) -> None:
        self._base = f"{endpoint}/openai/v1/"
        self._deployments = deployments
        self._prove = prove
        self._guarded = guarded
        self._clients = PerLoop(self._new_clients)
        self._tokens = Tokens()
        self._is_loaded = False

    async def complete(self, prompt: Prompt) -> Completion:
        said = await self._ask("complete", prompt, prompt.messages, None, prompt.seconds)
        return Completion(said.text, said.model, said.usage)

    async def answer[Shape: BaseModel](self, prompt: Prompt, shape: type[Shape]) -> Structured[Shape]:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + prompt.seconds
        messages, usage = prompt.messages, Usage()
        for repairs in range(REPAIRS + 1):
            if loop.time() >= deadline:
                break
            said = await self._ask("answer", prompt, messages, shape, deadline - loop.time())
            usage += said.usage
            try:
                return Structured(shape.model_validate_json(said.text), said.model, usage, repairs)
            except ValidationError as error:
                messages = (*prompt.messages, Message("assistant", said.text), _complaint(error))
        raise UpstreamError(UNSHAPED)

    async def stream[Shape: BaseModel](
        self, prompt: Prompt, shape: type[Shape]
    ) -> AsyncGenerator[TextPiece | Structured[Shape]]:
        field = first_field(shape)
        loop = asyncio.get_running_loop()
        began = loop.time()
        http = (await self._opened()).http
        items = self._guarded.stream(
            "stream",
            partial(self._pieces, http, prompt, shape),
            seconds=prompt.seconds,
            first_seconds=prompt.first_token_seconds,
            next_seconds=prompt.next_token_seconds,
            facts=self._facts(prompt),
        )
        spoken, said = "", Said("", "", Usage())
        async with aclosing(items):
            async for item in items:
                if isinstance(item, Said):
                    self._account(prompt, item.usage)
                    said = item
                    continue
                if not item:
                    continue
                if not spoken:
                    telemetry.measure_first_token(loop.time() - began, self._named(prompt))
                spoken += item
                yield TextPiece(item)
        yield Structured(_shaped(said, shape, field, spoken), said.model, said.usage)

    async def embed(self, texts: Sequence[str]) -> tuple[Vector, ...]:
        vectors: list[Vector] = []
        for start in range(0, len(texts), TEXTS_AT_ONCE):
            vectors += await self._embed(texts[start : start + TEXTS_AT_ONCE])
        return tuple(vectors)

    def count_tokens(self, text: str) -> int:
        return self._tokens.count(text)

    def truncate(self, messages: Sequence[Message], max_tokens: int) -> tuple[Message, ...]:
        return language.truncate(messages, max_tokens, self._tokens.count, self._tokens.cut)

    async def close(self) -> None:
        await self._clients.close()

    async def _ask(
        self,
        operation: str,
        prompt: Prompt,
        messages: Sequence[Message],
        shape: type[BaseModel] | None,
        seconds: float,
    ) -> Said:
        client = (await self._opened()).sdk
        body = wire.as_it_stands(wire.request(prompt, self._deployment(prompt), messages, shape))

        async def ask() -> Said:
            async with client.chat.completions.with_streaming_response.create(**body) as response:
                return wire.said(await wire.body_of(response))

        said = await self._guarded.call(operation, ask, seconds=seconds, facts=self._facts(prompt))
        self._account(prompt, said.usage)
        return said

    async def _pieces(
        self, http: AsyncClient, prompt: Prompt, shape: type[BaseModel]
    ) -> AsyncGenerator[str | Said]:
        """What is new of the first field, as it arrives, then what the answer said.

        Behind the first text an empty one is a sign of life: the rest of the object is on its way.
        """
        body = wire.request(prompt, self._deployment(prompt), prompt.messages, shape)
        body |= {"stream": True, "stream_options": {"include_usage": True}}
        text, begun = FirstText(first_field(shape)), False
        proof = await self._prove()
        async with aclosing(await wire.asked(http, self._completions, proof, body)) as response:
            stream = wire.Stream(response.headers.get("content-type", ""))
            chunks = response.aiter_bytes()
            async for chunk in chunks:
                waiting = ""
                for fragment in stream.feed(chunk):
                    waiting += fragment
                    if not begun and len(waiting) >= FIRST_LETTERS:
                        new, waiting = text.feed(waiting), ""
                        begun = bool(new)
                        if begun:
                            yield new
                new = text.feed(waiting)
                begun = begun or bool(new)
                if begun:
                    yield new
                if stream.is_done:
                    await wire.drain(chunks)
        yield stream.said()

    async def _embed(self, texts: Sequence[str]) -> list[Vector]:
        client = (await self._opened()).sdk
        named: dict[str, str] = {
            Attribute.MODEL: self._deployments.embedding,
            Attribute.PURPOSE: "embedding",
        }

        async def ask() -> tuple[list[Vector], int]:
            async with client.embeddings.with_streaming_response.create(
                model=self._deployments.embedding,
                input=[text or " " for text in texts],
                encoding_format="base64",
            ) as response:
                return wire.vectors(await wire.body_of(response), len(texts))

        vectors, tokens = await self._guarded.call("embed", ask, facts=named)
        telemetry.count_model_tokens(named, Usage(input_tokens=tokens))
        return vectors

    async def _opened(self) -> Clients:
        if not self._is_loaded:
            # 400 ms of work, during which other turns go on; what another thread loads is waited for there
            await asyncio.to_thread(import_module, "openai")
            self._is_loaded = True
        return self._clients.get()

    def _new_clients(self) -> Clients:
        import httpx2  # noqa: PLC0415 - loaded by the first use of the model
        from openai import AsyncOpenAI, DefaultAioHttpClient  # noqa: PLC0415 - likewise

        seconds = self._guarded.policy.seconds  # the deadline of each call cuts earlier
        timeout = httpx2.Timeout(seconds, connect=CONNECT_SECONDS, write=WRITE_SECONDS, pool=POOL_SECONDS)
        limits = httpx2.Limits(max_connections=MOST_CONNECTIONS)
        # half the work per token of the SDK's own transport
        # and what was said in a talk goes to no address but ours
        http = DefaultAioHttpClient(timeout=timeout, limits=limits, follow_redirects=False)
        sdk = AsyncOpenAI(
            base_url=self._base, api_key=self._prove, timeout=timeout, max_retries=0, http_client=http
        )
        return Clients(sdk, http)

    @cached_property
    def _completions(self) -> URL:
        from httpx2 import URL  # noqa: PLC0415 - loaded by the first use of the model

        return URL(f"{self._base}chat/completions")

    def _deployment(self, prompt: Prompt) -> str:
        return self._deployments.large if prompt.size is ModelSize.LARGE else self._deployments.small

    def _named(self, prompt: Prompt) -> dict[str, str]:
        return {Attribute.MODEL: self._deployment(prompt), Attribute.PURPOSE: prompt.purpose}

    def _facts(self, prompt: Prompt) -> dict[str, str]:
        return {**prompt.correlation, **self._named(prompt), Attribute.PROMPT_VERSION: prompt.version}

    def _account(self, prompt: Prompt, usage: Usage) -> None:
        telemetry.count_model_tokens(self._named(prompt), usage)


def _shaped[Shape: BaseModel](said: Said, shape: type[Shape], field: str, spoken: str) -> Shape:
    try:
        value = shape.model_validate_json(said.text)
    except ValidationError:
        raise UpstreamError(UNSHAPED) from None
    if from_json(said.text)[field] != spoken:  # a field that is there twice
        raise UpstreamError(UNSHAPED)
    return value


def _complaint(error: ValidationError) -> Message:
    """What the model is told of its answer: the names of the fields at fault, and what was expected."""
    faults = "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'the answer'}: {fault['msg']}"
        for fault in error.errors(include_url=False, include_input=False)[:MOST_FAULTS]
    )
    return Message(
        "user", f"Your answer does not keep to the schema ({faults}). Give the whole answer again, corrected."
    )
