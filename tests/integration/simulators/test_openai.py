"""The OpenAI client against the simulator: both interfaces, whole and streamed, and what goes wrong."""

from collections.abc import AsyncIterator
from typing import Any, Literal

import openai
import pytest
from openai import AsyncAzureOpenAI, AsyncOpenAI
from openai.types.chat import ChatCompletionMessageParam
from pydantic import BaseModel, Field

from tests.simulators import Simulators

HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Hello, who are you?"}]
MODEL = "gpt-4o"
pytestmark = pytest.mark.azure


class Verdict(BaseModel):
    level: Literal["low", "high"]
    reason: str


class Bounded(BaseModel):
    level: int = Field(ge=1, le=5)


@pytest.fixture
async def client(simulators: Simulators) -> AsyncIterator[AsyncOpenAI]:
    key, base = simulators.keys.openai, f"{simulators.url}/openai/v1/"
    async with AsyncOpenAI(base_url=base, api_key=key, max_retries=0, timeout=5) as client:
        yield client


async def test_a_chat_is_answered_and_counted(client: AsyncOpenAI) -> None:
    answer = await client.chat.completions.create(model=MODEL, messages=HELLO)

    assert answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert answer.model.startswith("gpt-4o-20")


async def test_the_older_client_by_deployment_is_answered(simulators: Simulators) -> None:
    async with AsyncAzureOpenAI(
        azure_endpoint=simulators.url, api_key=simulators.keys.openai, api_version="2024-10-21", max_retries=0
    ) as client:
        assert (await client.chat.completions.create(model=MODEL, messages=HELLO)).choices
        assert (await client.responses.create(model=MODEL, input="Hello")).output_text
        assert (await client.embeddings.create(model="text-embedding-3-small", input="Hello")).data

    assert "/openai/deployments/gpt-4o/chat/completions" in {entry["path"] for entry in simulators.journal()}


async def test_a_stream_says_what_the_whole_answer_says(client: AsyncOpenAI) -> None:
    whole = await client.chat.completions.create(model=MODEL, messages=HELLO)
    stream = await client.chat.completions.create(
        model=MODEL, messages=HELLO, stream=True, stream_options={"include_usage": True}
    )
    chunks = [chunk async for chunk in stream]

    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == whole.choices[0].message.content
    assert chunks[0].choices == []  # what the service found in the prompt
    assert "prompt_filter_results" in chunks[0].model_dump()
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage == whole.usage


async def test_usage_is_streamed_only_on_request(client: AsyncOpenAI) -> None:
    stream = await client.chat.completions.create(model=MODEL, messages=HELLO, stream=True)

    assert [chunk.usage async for chunk in stream if chunk.usage] == []


async def test_the_same_question_has_the_same_answer(client: AsyncOpenAI) -> None:
    texts = {
        (await client.chat.completions.create(model=MODEL, messages=HELLO, seed=4)).choices[0].message.content
        for _ in range(3)
    }

    assert len(texts) == 1


async def test_structured_answers_keep_to_their_schema(client: AsyncOpenAI) -> None:
    chat = await client.chat.completions.parse(model=MODEL, messages=HELLO, response_format=Verdict)
    response = await client.responses.parse(model=MODEL, input="Hello", text_format=Verdict)

    assert isinstance(chat.choices[0].message.parsed, Verdict)
    assert isinstance(response.output_parsed, Verdict)


async def test_a_schema_that_is_not_strict_is_refused(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match=r"'(minimum|maximum)' is not permitted"):
        await client.chat.completions.parse(model=MODEL, messages=HELLO, response_format=Bounded)
    with pytest.raises(openai.BadRequestError, match="Invalid schema for response_format 'Bounded'"):
        await client.responses.parse(model=MODEL, input="Hello", text_format=Bounded)


async def test_a_response_streams_every_event_in_order(client: AsyncOpenAI) -> None:
    async with client.responses.stream(model=MODEL, input="Hello", store=False) as stream:
        events = [event async for event in stream]
        final = await stream.get_final_response()

    kinds = [event.type for event in events if event.type != "response.output_text.delta"]
    assert kinds == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == final.output_text
    assert final.status == "completed"
    assert final.usage is not None


async def test_input_tokens_are_counted(client: AsyncOpenAI) -> None:
    counted = await client.responses.input_tokens.count(model=MODEL, input="word " * 100)

    assert 100 <= counted.input_tokens <= 150


@pytest.mark.parametrize("key", ["wrong", "local-openai-keys"])
async def test_a_wrong_key_is_not_let_in(simulators: Simulators, key: str) -> None:
    async with AsyncOpenAI(
        base_url=f"{simulators.url}/openai/v1/", api_key=key, max_retries=0, default_headers={"api-key": key}
    ) as client:
        with pytest.raises(openai.AuthenticationError):
            await client.chat.completions.create(model=MODEL, messages=HELLO)


async def test_an_unknown_deployment_is_not_found(client: AsyncOpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        await client.chat.completions.create(model="gpt-99", messages=HELLO)

    assert caught.value.code == "DeploymentNotFound"


async def test_a_prompt_beyond_the_context_is_refused(client: AsyncOpenAI) -> None:
    long: list[ChatCompletionMessageParam] = [{"role": "user", "content": "x" * 4 * 128_001}]

    with pytest.raises(openai.BadRequestError) as caught:
        await client.chat.completions.create(model=MODEL, messages=long)

    assert caught.value.code == "context_length_exceeded"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"messages": []}, "empty array"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "robot"),
        ({"messages": [{"role": "user", "content": 4}]}, "expected a string"),
        ({"temperature": 3}, "temperature"),
        ({"seed": "four"}, "seed"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"n": 2}, "'n' must be 1"),
        ({"colour": "red"}, "Unrecognized request argument supplied: colour"),
        ({"tools": []}, "does not play 'tools'"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"response_format": {"type": "json_object"}}, "must contain the word 'json'"),
        ({"response_format": {"type": "yaml"}}, "yaml"),
        ({"response_format": {"type": "json_schema"}}, "json_schema"),
    ],
)
async def test_a_request_that_the_service_would_refuse_is_refused(
    client: AsyncOpenAI, more: dict[str, Any], said: str
) -> None:
    with pytest.raises(openai.BadRequestError, match=said):
        await client.post(
            "/chat/completions", body={"model": MODEL, "messages": HELLO, **more}, cast_to=object
        )


async def test_a_limit_of_tokens_cuts_the_answer(client: AsyncOpenAI) -> None:
    chat = await client.chat.completions.create(model=MODEL, messages=HELLO, max_completion_tokens=3)
    response = await client.responses.create(model=MODEL, input="Hello", max_output_tokens=3)

    assert chat.choices[0].finish_reason == "length"
    assert chat.usage is not None
    assert chat.usage.completion_tokens == 3
    assert response.status == "incomplete"
    assert response.incomplete_details is not None
    assert response.incomplete_details.reason == "max_output_tokens"


async def test_laid_ready_answers_come_in_order_and_where_they_fit(
    simulators: Simulators, client: AsyncOpenAI
) -> None:
    simulators.script("openai", text="for the mini", match={"model": "mini$"})
    simulators.script("openai", json={"level": "low", "reason": "laid ready"}, match={"task": "Verdict"})
    simulators.script("openai", text="for anybody")

    parsed = await client.chat.completions.parse(model=MODEL, messages=HELLO, response_format=Verdict)
    plain = await client.chat.completions.create(model=MODEL, messages=HELLO)
    mini = await client.chat.completions.create(model="gpt-4o-mini", messages=HELLO)

    assert parsed.choices[0].message.parsed == Verdict(level="low", reason="laid ready")
    assert plain.choices[0].message.content == "for anybody"
    assert mini.choices[0].message.content == "for the mini"


async def test_too_many_requests_have_the_code_of_azure(simulators: Simulators, client: AsyncOpenAI) -> None:
    simulators.fault("openai", "status", status=429, retry_after=1)

    with pytest.raises(openai.RateLimitError) as caught:
        await client.chat.completions.create(model=MODEL, messages=HELLO)

    assert caught.value.code == "429"
    assert caught.value.response.headers["retry-after"] == "1"


async def test_a_filtered_prompt_is_refused(simulators: Simulators, client: AsyncOpenAI) -> None:
    simulators.fault("openai", "content_filter")

    with pytest.raises(openai.BadRequestError) as caught:
        await client.chat.completions.create(model=MODEL, messages=HELLO)

    assert caught.value.code == "content_filter"
    assert isinstance(caught.value.body, dict)
    assert caught.value.body["innererror"]["code"] == "ResponsibleAIPolicyViolation"


@pytest.mark.parametrize(
    ("kind", "more", "finish"),
    [("length", {}, "length"), ("content_filter", {"on": "answer"}, "content_filter")],
)
async def test_an_answer_that_breaks_off_says_why(
    simulators: Simulators, client: AsyncOpenAI, kind: str, more: dict[str, str], finish: str
) -> None:
    simulators.fault("openai", kind, **more)

    answer = await client.chat.completions.create(model=MODEL, messages=HELLO)

    assert answer.choices[0].finish_reason == finish


async def test_a_refusal_is_no_content(simulators: Simulators, client: AsyncOpenAI) -> None:
    simulators.fault("openai", "refusal", times=3)

    chat = await client.chat.completions.parse(model=MODEL, messages=HELLO, response_format=Verdict)
    response = await client.responses.parse(model=MODEL, input="Hello", text_format=Verdict)
    async with client.responses.stream(model=MODEL, input="Hello") as stream:
        events = [event.type async for event in stream]

    assert chat.choices[0].message.refusal
    assert chat.choices[0].message.parsed is None
    assert response.output_parsed is None
    assert "response.refusal.delta" in events
    assert "response.refusal.done" in events


async def test_json_may_lie(simulators: Simulators, client: AsyncOpenAI) -> None:
    simulators.fault("openai", "lying_json")

    with pytest.raises(ValueError, match="level"):
        await client.chat.completions.parse(model=MODEL, messages=HELLO, response_format=Verdict)


@pytest.mark.parametrize("interface", ["chat", "responses"])
async def test_a_stream_is_cut_after_so_many_pieces(
    simulators: Simulators, client: AsyncOpenAI, interface: str
) -> None:
    simulators.fault("openai", "cut", after=2)
    heard: list[str] = []

    with pytest.raises(openai.APIConnectionError):
        await hear(client, interface, heard)

    assert len(heard) == 2


@pytest.mark.parametrize("interface", ["chat", "responses"])
async def test_a_stream_ends_without_saying_so(
    simulators: Simulators, client: AsyncOpenAI, interface: str
) -> None:
    simulators.fault("openai", "no_finish", after=2)

    heard: list[str] = []
    await hear(client, interface, heard)

    assert len(heard) == 2


async def test_a_whole_answer_is_cut_too(simulators: Simulators, client: AsyncOpenAI) -> None:
    simulators.fault("openai", "cut")

    with pytest.raises(openai.APIConnectionError):
        await client.chat.completions.create(model=MODEL, messages=HELLO)


async def test_the_first_token_keeps_a_client_waiting(simulators: Simulators, client: AsyncOpenAI) -> None:
    simulators.fault("openai", "first_token_delay", seconds=30, times=2)
    heard: list[str] = []

    with pytest.raises(openai.APITimeoutError):
        await hear(client.with_options(timeout=0.2), "chat", heard)
    with pytest.raises(openai.APITimeoutError):
        await client.with_options(timeout=0.2).responses.create(model=MODEL, input="Hello")
    assert heard == []


async def test_models_are_listed(client: AsyncOpenAI) -> None:
    names = {model.id async for model in client.models.list()}

    assert {"gpt-4o", "gpt-4o-mini", "text-embedding-3-small"} <= names
    assert (await client.models.retrieve(MODEL)).id == MODEL
    with pytest.raises(openai.NotFoundError):
        await client.models.retrieve("gpt-99")


async def test_embeddings_are_the_same_in_both_forms(client: AsyncOpenAI) -> None:
    texts = ["I tested the release twice.", "测试很重要"]
    packed = await client.embeddings.create(model="text-embedding-3-small", input=texts)
    plain = await client.embeddings.create(
        model="text-embedding-3-small", input=texts, encoding_format="float", dimensions=1536
    )

    assert [len(each.embedding) for each in packed.data] == [1536, 1536]
    for one, other in zip(packed.data, plain.data, strict=True):
        assert one.embedding == pytest.approx(other.embedding, abs=1e-6)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"input": []}, openai.BadRequestError),
        ({"input": ""}, openai.BadRequestError),
        ({"input": [[1, 2]]}, openai.BadRequestError),
        ({"input": "x" * 40_000}, openai.BadRequestError),
        ({"dimensions": 4000}, openai.BadRequestError),
        ({"encoding_format": "hex"}, openai.BadRequestError),
        ({"colour": "red"}, openai.BadRequestError),
        ({"model": "gpt-4o"}, openai.NotFoundError),
    ],
)
async def test_embeddings_that_the_service_would_refuse_are_refused(
    client: AsyncOpenAI, more: dict[str, Any], error: type[openai.APIStatusError]
) -> None:
    body = {"model": "text-embedding-3-small", "input": "text", **more}

    with pytest.raises(error):
        await client.post("/embeddings", body=body, cast_to=object)


async def hear(client: AsyncOpenAI, interface: str, heard: list[str]) -> None:
    if interface == "chat":
        async for chunk in await client.chat.completions.create(model=MODEL, messages=HELLO, stream=True):
            if chunk.choices and chunk.choices[0].delta.content:
                heard.append(chunk.choices[0].delta.content)  # noqa: PERF401 - what came before a fault counts
    else:
        async for event in await client.responses.create(model=MODEL, input="Hello", stream=True):
            if event.type == "response.output_text.delta":
                heard.append(event.delta)  # noqa: PERF401 - likewise
