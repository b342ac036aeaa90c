"""The language model's operations."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from pydantic import BaseModel

from shared.adapters.azure.credentials import Credentials
from shared.adapters.openai.faults import openai_fault
from shared.adapters.openai.language_model import Deployments, OpenAILanguageModel
from shared.domain.language import Message, Prompt
from shared.domain.secret import Secret
from tests.integration.faults.table import Operation, Place

CHAT = "/openai/v1/chat/completions$"


class Reply(BaseModel):
    say: str


def make_model(place: Place) -> OpenAILanguageModel:
    return OpenAILanguageModel(
        place.url,
        Deployments("gpt-4o", "gpt-4o-mini", "text-embedding-3-small"),
        Credentials().bearer(Secret(place.keys.openai)),
        place.guard("language_model", openai_fault),
    )


@asynccontextmanager
async def model_at(place: Place) -> AsyncGenerator[OpenAILanguageModel]:
    model = make_model(place)
    try:
        yield model
    finally:
        await model.close()


def prompt(place: Place) -> Prompt:
    told = Message("user", "I kept the queue short by asking for help early, and said so to everybody.")
    return Prompt("interviewer", "1", (told,), seconds=place.seconds)


async def _complete(place: Place) -> object:
    async with model_at(place) as model:
        return await model.complete(prompt(place))


async def _answer(place: Place) -> object:
    async with model_at(place) as model:
        return await model.answer(prompt(place), Reply)


async def _stream(place: Place) -> object:
    async with model_at(place) as model:
        return [each async for each in model.stream(prompt(place), Reply)]


async def _embed(place: Place) -> object:
    async with model_at(place) as model:
        return await model.embed(["one", "two"])


OPERATIONS = [
    Operation("language_model.complete", service="openai", path=CHAT, run=_complete),
    Operation("language_model.answer", service="openai", path=CHAT, run=_answer),
    Operation(
        "language_model.stream",
        service="openai",
        path=CHAT,
        run=_stream,
        streams=True,
        attempts=2,
        exempt={"cut": "after the event that ends it, nothing of a stream matters"},
    ),
    Operation("language_model.embed", service="openai", path="/openai/v1/embeddings$", run=_embed),
]
