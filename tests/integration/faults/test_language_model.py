"""What only the language model's adapter on the wire can show."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import psutil
import pytest

from shared.domain.language import ModelSize, TextPiece
from shared.errors import UnavailableError, UpstreamError
from tests.integration.faults.operations.language_model import Reply, make_model, model_at, prompt
from tests.integration.faults.table import Place
from tests.simulators import Simulators

pytestmark = pytest.mark.azure


@pytest.fixture
def place(simulators: Simulators) -> Place:
    return Place.at(simulators.url, simulators.keys, 20)


def connections(simulators: Simulators) -> set[int]:
    port = int(simulators.url.rsplit(":", 1)[1])
    return {
        each.laddr.port
        for each in psutil.Process().net_connections("tcp")
        if each.status == psutil.CONN_ESTABLISHED and each.raddr.port == port
    }


async def test_streams_one_after_another_use_one_connection(simulators: Simulators, place: Place) -> None:
    async with model_at(place) as model:
        before = connections(simulators)
        used = []
        for _ in range(4):
            assert [item async for item in model.stream(prompt(place), Reply)]
            used.append(connections(simulators) - before)

    assert len(used[0]) == 1
    assert used == [used[0]] * 4


async def test_leaving_a_stream_closes_its_connection(simulators: Simulators, place: Place) -> None:
    simulators.script("openai", json={"say": "one two three four five six seven"}, token_delay=0.2)
    async with model_at(place) as model:
        before = connections(simulators)
        async with aclosing(model.stream(prompt(place), Reply)) as items:
            assert isinstance(await anext(items), TextPiece)
            assert connections(simulators) - before
        async with asyncio.timeout(2):
            while connections(simulators) - before:  # noqa: ASYNC110 - the system tells nobody
                await asyncio.sleep(0.01)


async def test_a_field_that_is_there_twice_is_refused(simulators: Simulators, place: Place) -> None:
    simulators.script("openai", text='{"say": "what was heard", "say": "what would be kept"}')

    async with model_at(place) as model:
        with pytest.raises(UpstreamError):
            _ = [item async for item in model.stream(prompt(place), Reply)]


async def test_a_refusal_in_the_middle_of_a_stream_has_its_name(simulators: Simulators, place: Place) -> None:
    simulators.fault("openai", "refusal")

    async with model_at(place) as model:
        with pytest.raises(UpstreamError) as caught:
            _ = [item async for item in model.stream(prompt(place), Reply)]

    assert caught.value.code == "content_filtered"


async def test_what_was_wrong_goes_back_to_the_model(simulators: Simulators, place: Place) -> None:
    simulators.script("openai", json={"said": "I see."})
    simulators.script("openai", json={"say": "I see."})

    async with model_at(place) as model:
        answer = await model.answer(prompt(place), Reply)

    sent = [entry["json"] for entry in simulators.journal("openai")]
    assert answer.repairs == 1
    assert [message["role"] for message in sent[1]["messages"]] == ["user", "assistant", "user"]
    assert sent[1]["messages"][1]["content"] == '{"said": "I see."}'
    assert "say: Field required" in sent[1]["messages"][2]["content"]


async def test_an_answer_of_absurd_size_is_not_read(simulators: Simulators, place: Place) -> None:
    simulators.fault("openai", "huge", mib=64, times=None)
    before = psutil.Process().memory_info().rss

    async with model_at(place) as model:
        with pytest.raises(UpstreamError):
            await model.complete(prompt(place))

    assert psutil.Process().memory_info().rss - before < 40 * 2**20


async def test_the_size_chooses_the_model(simulators: Simulators, place: Place) -> None:
    async with model_at(place) as model:
        await model.complete(prompt(place))
        await model.complete(replace(prompt(place), size=ModelSize.SMALL))

    assert [entry["json"]["model"] for entry in simulators.journal("openai")] == ["gpt-4o", "gpt-4o-mini"]


async def test_vectors_of_many_texts_are_asked_for_in_parts(simulators: Simulators, place: Place) -> None:
    texts = [f"text {number}" for number in range(300)]

    async with model_at(place) as model:
        vectors = await model.embed(texts)
        (alone,) = await model.embed(["text 299"])

    assert [len(entry["json"]["input"]) for entry in simulators.journal("openai")] == [256, 44, 1]
    assert len(vectors) == 300
    assert vectors[-1] == alone


async def test_a_model_that_keeps_failing_is_left_alone(simulators: Simulators, place: Place) -> None:
    simulators.fault("openai", "status", status=500, times=None)
    async with model_at(place) as model:
        for _ in range(2):
            with pytest.raises(UnavailableError):
                await model.complete(prompt(place))
        asked = len(simulators.journal("openai"))
        with pytest.raises(UnavailableError) as caught:
            await model.complete(prompt(place))

    assert asked == len(simulators.journal("openai")) == 5
    assert 25 < caught.value.retry_after <= 30


def test_another_loop_uses_a_client_of_its_own(place: Place) -> None:
    model = make_model(place)

    async def ask() -> str:
        text = (await model.complete(prompt(place))).text
        await model.close()
        return text

    assert asyncio.run(ask()) == asyncio.run(ask())
