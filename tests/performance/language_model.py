"""What a streamed turn costs through the language model's adapter, beside the SDK it is made of.

The model is the simulator without any delay; a turn is forty tokens of speech and an action.
"""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from openai import AsyncOpenAI, DefaultAioHttpClient
from pydantic import BaseModel

from shared.adapters.azure.credentials import Credentials
from shared.adapters.clock.system import SystemClock
from shared.adapters.openai import wire
from shared.adapters.openai.faults import openai_fault
from shared.adapters.openai.language_model import Deployments, OpenAILanguageModel
from shared.adapters.openai.tokens import Tokens
from shared.adapters.policies.guard import Guards
from shared.domain.language import Message, Prompt
from shared.domain.secret import Secret
from tests.simulators import Simulators

TURNS = 400
WARM_UP = 30
CALLERS = (1, 16)
CALLS = 5_000
TOKENS = 40
PROMPT = Prompt(
    "interviewer",
    "1",
    (Message("system", "You interview. " * 200), Message("user", "I kept the queue short. " * 20)),
)


class Reply(BaseModel):
    say: str
    action: str


SPOKEN = {"say": " ".join(["word"] * TOKENS), "action": "probe"}


@dataclass
class Cost:
    cpu_ms: float
    first_ms: float

    @property
    def per_core(self) -> float:
        return 1000 / self.cpu_ms


type Turn = Callable[[], Awaitable[float]]


async def _measure(turn: Turn, callers: int) -> Cost:
    for _ in range(WARM_UP):
        await turn()
    firsts: list[float] = []

    async def caller() -> None:
        for _ in range(TURNS // callers):
            firsts.append(await turn())  # noqa: PERF401 - one after another

    began = time.process_time()
    await asyncio.gather(*(caller() for _ in range(callers)))
    cpu = time.process_time() - began
    return Cost(1000 * cpu / len(firsts), 1000 * statistics.median(firsts))


def _ours(model: OpenAILanguageModel) -> Turn:
    async def turn() -> float:
        began, first = time.perf_counter(), 0.0
        async for _ in model.stream(PROMPT, Reply):
            first = first or time.perf_counter() - began
        return first

    return turn


def _request() -> dict[str, Any]:
    body = wire.request(PROMPT, "gpt-4o", PROMPT.messages, Reply)
    return body | {"stream": True, "stream_options": {"include_usage": True}}


def _raw(client: AsyncOpenAI) -> Turn:
    body = _request()

    async def turn() -> float:
        began, first = time.perf_counter(), 0.0
        async with client.chat.completions.with_streaming_response.create(**body) as response:
            async for _ in response.iter_bytes():
                first = first or time.perf_counter() - began
        return first

    return turn


def _objects(client: AsyncOpenAI) -> Turn:
    body = _request()

    async def turn() -> float:
        began, first = time.perf_counter(), 0.0
        async for chunk in await client.chat.completions.create(**body):
            if chunk.choices and chunk.choices[0].delta.content:
                first = first or time.perf_counter() - began
        return first

    return turn


async def _turns(url: str, key: str) -> None:
    guarded = Guards(SystemClock()).of("language_model", openai_fault)
    deployments = Deployments("gpt-4o", "gpt-4o-mini", "text-embedding-3-small")
    model = OpenAILanguageModel(url, deployments, Credentials().bearer(Secret(key)), guarded)
    arguments: dict[str, Any] = {"base_url": f"{url}/openai/v1/", "api_key": key, "max_retries": 0}
    usual = AsyncOpenAI(**arguments)
    fast = AsyncOpenAI(**arguments, http_client=DefaultAioHttpClient())
    title = f"streamed turns of {TOKENS} tokens"
    print(f"\n{title:<44}{'callers':>8}{'CPU ms':>9}{'/s core':>9}{'first ms':>10}")
    for name, turn in (
        ("raw events, SDK over aiohttp", _raw(fast)),
        ("our adapter", _ours(model)),
        ("objects, SDK over aiohttp", _objects(fast)),
        ("objects, SDK as it comes", _objects(usual)),
    ):
        for callers in CALLERS:
            cost = await _measure(turn, callers)
            figures = f"{cost.cpu_ms:>9.2f}{cost.per_core:>9.0f}{cost.first_ms:>10.2f}"
            print(f"{name if callers == CALLERS[0] else '':<44}{callers:>8}{figures}")
    for client in (usual, fast, model):
        await client.close()


async def _guard() -> None:
    guarded = Guards(SystemClock()).of("language_model", openai_fault)

    async def nothing() -> None:
        pass

    await guarded.call("nothing", nothing)
    began = time.perf_counter()
    for _ in range(CALLS):
        await guarded.call("nothing", nothing)
    print(f"\na call under its policy costs {(time.perf_counter() - began) / CALLS * 1e6:.0f} µs")


def _tokens() -> None:
    tokens, text = Tokens(), "I kept the queue short by asking for help early. " * 1000
    began = time.perf_counter()
    tokens.load()
    loaded = time.perf_counter()
    count = tokens.count(text)
    print(f"vocabulary loaded in {1000 * (loaded - began):.0f} ms, once")
    print(f"{count} tokens counted in {1000 * (time.perf_counter() - loaded):.1f} ms")


def run() -> None:
    with Simulators() as simulators:
        simulators.script("openai", json=SPOKEN, times=None)
        asyncio.run(_turns(simulators.url, simulators.keys.openai))
    asyncio.run(_guard())
    _tokens()


if __name__ == "__main__":
    run()
