"""The LanguageModel port: one suite for the fake, and for the adapter on the simulator or on Azure."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Literal, Protocol

import pytest
from pydantic import BaseModel, Field

from shared.adapters.azure.credentials import Credentials
from shared.adapters.clock.system import SystemClock
from shared.adapters.openai.faults import openai_fault
from shared.adapters.openai.language_model import Deployments, OpenAILanguageModel
from shared.adapters.policies.guard import Guarded, Guards
from shared.adapters.policies.table import POLICIES
from shared.domain.language import Message, ModelSize, Prompt, Structured, TextPiece
from shared.domain.secret import Secret
from shared.errors import RateLimitedError, TalentiError, UnavailableError, UpstreamError
from shared.ports.language_model import LanguageModel
from tests import real_azure
from tests.fakes.language_model import FakeLanguageModel, Line
from tests.simulators import Simulators

QUICK = replace(POLICIES["language_model"], base_seconds=0.01, jitter_seconds=0.0)
FILTERED = UpstreamError("The filter stopped the answer.", code="content_filtered")
CUT = UpstreamError("The answer was too long.", code="answer_cut")


class Reply(BaseModel):
    say: str = Field(description="what is said aloud", max_length=400)
    action: Literal["probe", "advance"]
    notes: list[str] = Field(max_length=3)


REPLY = Reply(say='Thank you. "Short" queues\nneed 🙂 people \\ and time.', action="probe", notes=["a"])
WRONG = {"say": "Thank you.", "action": "sing", "notes": []}


def prompt(**changes: Any) -> Prompt:
    asked = Prompt(
        "contract",
        "1",
        (
            Message(
                "system", "You interview. Answer in two short sentences; the action is probe or advance."
            ),
            Message("user", "I kept the queue short by asking for help early."),
        ),
        size=ModelSize.SMALL,
        max_output_tokens=200,
        seed=7,
        seconds=20,
    )
    return replace(asked, **changes)


class Stage(Protocol):
    """What a test can make the model behind the port do next."""

    @property
    def model(self) -> LanguageModel: ...

    def says(self, *values: object) -> None: ...

    def fails(self, error: TalentiError) -> None: ...

    def breaks_off(self, value: BaseModel) -> None: ...

    def is_late(self, value: BaseModel, seconds: float) -> None: ...

    def left_early(self) -> int: ...


class FakeStage:
    def __init__(self) -> None:
        self.model = FakeLanguageModel()

    def says(self, *values: Any) -> None:
        self.model.says(*values)

    def fails(self, error: TalentiError) -> None:
        self.model.says(error)

    def breaks_off(self, value: BaseModel) -> None:
        self.model.says(Line(value, error=UnavailableError("The connection broke off."), after=3))

    def is_late(self, value: BaseModel, seconds: float) -> None:
        self.model.says(Line(value, first_seconds=seconds))

    def left_early(self) -> int:
        return self.model.closed


class SimulatorStage:
    def __init__(self, model: OpenAILanguageModel, simulators: Simulators) -> None:
        self.model = model
        self._simulators = simulators

    def says(self, *values: object) -> None:
        for value in values:
            if isinstance(value, str):
                self._simulators.script("openai", text=value)
            else:
                told = value.model_dump() if isinstance(value, BaseModel) else value
                self._simulators.script("openai", json=told)

    def fails(self, error: TalentiError) -> None:
        match error:
            case RateLimitedError():
                self._simulators.fault("openai", "status", status=429, retry_after=60)
            case UnavailableError():
                self._simulators.fault("openai", "status", status=503, times=9)
            case UpstreamError(code="content_filtered"):
                self._simulators.fault("openai", "content_filter", on="prompt")
            case UpstreamError(code="answer_cut"):
                self._simulators.fault("openai", "length", after=1)
            case _:
                self._simulators.fault("openai", "html", times=9)

    def breaks_off(self, value: BaseModel) -> None:
        self.says(value)
        self._simulators.fault("openai", "cut", after=8)

    def is_late(self, value: BaseModel, seconds: float) -> None:
        self.says(value)
        self._simulators.fault("openai", "first_token_delay", seconds=seconds)

    def left_early(self) -> int:
        return len(self._simulators.journal("openai"))


def guarded() -> Guarded:
    return Guards(SystemClock(), {"language_model": QUICK}).of("language_model", openai_fault)


@pytest.fixture(params=["fake", pytest.param("simulator", marks=pytest.mark.azure)])
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    if request.param == "fake":
        yield FakeStage()
        return
    simulators: Simulators = request.getfixturevalue("simulators")
    deployments = Deployments("gpt-4o", "gpt-4o-mini", "text-embedding-3-small")
    prove = Credentials().bearer(Secret(simulators.keys.openai))
    model = OpenAILanguageModel(simulators.url, deployments, prove, guarded())
    yield SimulatorStage(model, simulators)
    await model.close()


@pytest.fixture(params=["fake", pytest.param("adapter", marks=pytest.mark.azure)])
async def any_model(request: pytest.FixtureRequest) -> AsyncIterator[LanguageModel]:
    """A model that answers as it likes: for what a real one must hold as well."""
    if request.param == "fake":
        fake = FakeLanguageModel()
        fake.always(lambda _, shape: REPLY if shape else "Tell me more.")
        yield fake
        return
    if real_azure.is_configured():
        settings, credentials = real_azure.settings().language, Credentials()
        deployments = Deployments(
            settings.large_deployment, settings.small_deployment, settings.embedding_deployment
        )
        model = OpenAILanguageModel(
            settings.endpoint, deployments, credentials.bearer(settings.key), guarded()
        )
        yield model
        await model.close()
        await credentials.close()
        return
    simulators: Simulators = request.getfixturevalue("simulators")
    simulators.script("openai", json=REPLY.model_dump(), match={"task": "contract"}, times=None)
    prove = Credentials().bearer(Secret(simulators.keys.openai))
    model = OpenAILanguageModel(
        simulators.url, Deployments("gpt-4o", "gpt-4o-mini", "text-embedding-3-small"), prove, guarded()
    )
    yield model
    await model.close()


async def test_a_text(any_model: LanguageModel) -> None:
    completion = await any_model.complete(prompt())

    assert completion.text
    assert completion.model
    assert completion.usage.input_tokens > 0
    assert completion.usage.output_tokens > 0


async def test_an_answer_in_the_shape_asked_for(any_model: LanguageModel) -> None:
    answer = await any_model.answer(prompt(), Reply)

    assert isinstance(answer.value, Reply)
    assert answer.value.say
    assert answer.usage.input_tokens > 0


async def test_a_stream_gives_the_text_in_pieces_and_then_the_whole_once(any_model: LanguageModel) -> None:
    items = [item async for item in any_model.stream(prompt(first_token_seconds=15), Reply)]

    *pieces, whole = items
    texts = [piece.text for piece in pieces if isinstance(piece, TextPiece)]
    assert isinstance(whole, Structured)
    assert len(texts) == len(pieces)
    assert all(texts)
    assert "".join(texts) == whole.value.say
    assert whole.usage.output_tokens > 0


async def test_one_vector_a_text_in_their_order(any_model: LanguageModel) -> None:
    first, second, again = await any_model.embed(["queues", "a ship at sea", "queues"])

    assert len(first) == len(second) > 0
    assert first == pytest.approx(again, abs=1e-3)
    assert first != second
    assert await any_model.embed([]) == ()


async def test_tokens_are_counted(any_model: LanguageModel) -> None:
    short, long = any_model.count_tokens("queue"), any_model.count_tokens("queue " * 50)

    assert any_model.count_tokens("") == 0
    assert 0 < short < long


async def test_truncating_keeps_the_system_messages_and_the_last_ones(any_model: LanguageModel) -> None:
    messages = (
        Message("system", "Interview."),
        *(
            Message("user" if number % 2 else "assistant", f"Message {number} of ten.")
            for number in range(10)
        ),
    )

    kept = any_model.truncate(messages, 60)

    assert kept[0] == messages[0]
    assert 0 < len(kept) - 1 < 10
    assert kept[1:] == messages[-(len(kept) - 1) :]
    assert any_model.truncate(messages, 10_000) == messages


async def test_truncating_cuts_a_last_message_that_does_not_fit(any_model: LanguageModel) -> None:
    messages = (Message("system", "Interview."), Message("user", "queue " * 500))

    system, last = any_model.truncate(messages, 60)

    assert system == messages[0]
    assert messages[1].content.startswith(last.content)
    assert 20 <= any_model.count_tokens(last.content) <= 60


async def test_every_character_of_the_text_arrives(stage: Stage) -> None:
    stage.says(REPLY)

    items = [item async for item in stage.model.stream(prompt(), Reply)]

    assert "".join(item.text for item in items if isinstance(item, TextPiece)) == REPLY.say
    assert [item.value for item in items if isinstance(item, Structured)] == [REPLY]


async def test_an_answer_out_of_shape_is_repaired_and_all_tokens_are_counted(stage: Stage) -> None:
    stage.says(REPLY)
    once = await stage.model.answer(prompt(), Reply)
    stage.says(WRONG, WRONG, REPLY)

    answer = await stage.model.answer(prompt(), Reply)

    assert (once.repairs, answer.repairs) == (0, 2)
    assert answer.value == REPLY
    assert answer.usage.output_tokens > once.usage.output_tokens


async def test_after_two_repairs_it_gives_up(stage: Stage) -> None:
    stage.says(WRONG, WRONG, WRONG)

    with pytest.raises(UpstreamError) as caught:
        await stage.model.answer(prompt(), Reply)

    assert caught.value.code == "upstream_error"


async def test_a_stream_out_of_shape_is_an_error_after_its_pieces(stage: Stage) -> None:
    stage.says(WRONG)
    seen: list[object] = []

    with pytest.raises(UpstreamError):
        await into(seen, stage.model.stream(prompt(), Reply))

    assert "".join(piece.text for piece in seen if isinstance(piece, TextPiece)) == "Thank you."


async def into(seen: list[object], items: AsyncGenerator[Any]) -> None:
    async for item in items:
        seen.append(item)  # noqa: PERF401 - what came before an error counts


async def ask(stage: Stage, how: str, asked: Prompt) -> object:
    match how:
        case "complete":
            return await stage.model.complete(asked)
        case "answer":
            return await stage.model.answer(asked, Reply)
        case _:
            return [item async for item in stage.model.stream(asked, Reply)]


@pytest.mark.parametrize("how", ["complete", "answer", "stream"])
@pytest.mark.parametrize(
    "error",
    [
        UnavailableError("The language model cannot be reached."),
        RateLimitedError("The language model is busy.", retry_after=60),
        UpstreamError("An answer that cannot be read."),
        FILTERED,
        CUT,
    ],
    ids=lambda error: str(error.code),
)
async def test_what_goes_wrong_has_a_name(stage: Stage, how: str, error: TalentiError) -> None:
    stage.fails(error)

    with pytest.raises(type(error)) as caught:
        await ask(stage, how, prompt())

    assert caught.value.code == error.code
    assert "queue" not in caught.value.message


async def test_a_stream_that_breaks_off_is_an_error_and_is_not_begun_again(stage: Stage) -> None:
    stage.breaks_off(REPLY)
    seen: list[object] = []

    with pytest.raises(UnavailableError):
        await into(seen, stage.model.stream(prompt(), Reply))

    assert seen
    assert all(isinstance(item, TextPiece) for item in seen)


async def test_a_first_piece_that_is_late_is_not_waited_for(stage: Stage) -> None:
    stage.is_late(REPLY, seconds=30)
    loop = asyncio.get_running_loop()
    began = loop.time()

    with pytest.raises(UnavailableError):
        await ask(stage, "stream", prompt(first_token_seconds=0.2))

    assert loop.time() - began < 5


async def test_a_stream_can_be_left_early(stage: Stage) -> None:
    stage.says(REPLY)

    async with aclosing(stage.model.stream(prompt(), Reply)) as items:
        first = await anext(items)

    assert isinstance(first, TextPiece)
    assert stage.left_early() == 1
