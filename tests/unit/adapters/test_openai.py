"""The language model's adapter in parts: text of unfinished JSON, strict schemas, tokens, the wire."""

import gzip
import hashlib
import json
from datetime import date
from enum import StrEnum
from typing import Any, Literal

import pytest
import tiktoken
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field
from tiktoken_ext import openai_public  # type: ignore[import-untyped]

from local.simulators.openai import schemas
from shared.adapters.openai import wire
from shared.adapters.openai.first_text import FirstText
from shared.adapters.openai.schema import UnsuitableShapeError, first_field, schema_name, strict_schema
from shared.adapters.openai.tokens import SHA256, VOCABULARY, WORDS, Tokens
from shared.domain.language import MESSAGE_TOKENS, REPLY_TOKENS, Message, Prompt, Usage, truncate
from shared.errors import UpstreamError

SHARED = Tokens()
TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\/\b\n\u2028🙂é{}'), max_size=60)
REST = st.dictionaries(
    st.text("abc", min_size=1, max_size=5), st.integers() | st.text(max_size=5), max_size=3
)


def split(text: str, places: list[int]) -> list[str]:
    cuts = sorted({place % (len(text) + 1) for place in places})
    ends = [*cuts, len(text)]
    return [text[start:end] for start, end in zip([0, *cuts], ends, strict=True)]


def read(pieces: list[str], field: str = "say") -> str:
    reader = FirstText(field)
    return "".join(reader.feed(piece) for piece in pieces)


@given(TEXT, REST, st.booleans(), st.sampled_from([None, 2]), st.lists(st.integers(0, 999), max_size=40))
def test_however_the_json_is_split_the_pieces_are_its_first_text(
    text: str, rest: dict[str, Any], ascii_only: bool, indent: int | None, places: list[int]
) -> None:
    whole = json.dumps({"say": text, **rest}, ensure_ascii=ascii_only, indent=indent)

    assert read(split(whole, places)) == text


@given(TEXT, st.booleans())
def test_letter_by_letter_nothing_is_held_back_but_an_escape(text: str, ascii_only: bool) -> None:
    reader = FirstText("say")
    given_so_far = ""
    for letter in json.dumps({"say": text}, ensure_ascii=ascii_only):
        new = reader.feed(letter)
        given_so_far += new
        assert not any("\ud800" <= sign <= "\udfff" for sign in new)

    assert given_so_far == text


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (['{"say":"a\\', "n", 'b"}'], "a\nb"),
        (['{"say":"\\ud8', "3d", "\\ude", '42!"}'], "🙂!"),
        (['{"say":"\\ud83d', 'x"}'], "\ufffdx"),
        (['{"say":"\\ud83d\\n"}'], "\ufffd\n"),
        (['{"say":"\\ud83d\\u0041"}'], "\ufffdA"),
        (['{"say":"\\ude42"}'], "\ufffd"),
        (['{"say":"a', '","say":"b"}'], "a"),
        (['{"say":"a\\xb"}'], "a"),
        (['{"other":"a","say":"b"}'], ""),
        (['{"say":7}'], ""),
        (['["say"]'], ""),
        (["<html>" * 100, '{"say":"a"}'], ""),
        ([' \n{ "say" ', " : ", '"a'], "a"),
    ],
)
def test_texts_that_are_odd(pieces: list[str], text: str) -> None:
    assert read(pieces) == text


class Level(StrEnum):
    LOW = "low"
    HIGH = "high"


class Quote(BaseModel):
    """What was said."""

    model_config = ConfigDict(extra="forbid")

    words: str = Field(min_length=3, max_length=200, description="verbatim")
    level: Level = Level.LOW
    kind: Literal["quote"] = "quote"


class Rating(BaseModel):
    say: str = Field(max_length=10)
    score: int = Field(ge=0, le=4, default=2)
    share: float | None = Field(default=None, gt=0, lt=1)
    quotes: list[Quote] = Field(default_factory=list, min_length=1, max_length=3)
    best: Quote
    other: Quote | Literal["none"] | None = None
    on: date | None = None
    answer: Literal["yes", "no", 3] = "yes"


class Tree(BaseModel):
    name: str
    children: list["Tree"]


class Forest(BaseModel):
    say: str
    tree: Tree


@pytest.mark.parametrize("shape", [Quote, Rating, Forest])
def test_a_schema_is_as_the_service_demands(shape: type[BaseModel]) -> None:
    schemas.check(strict_schema(shape))


def test_bounds_that_a_strict_schema_may_not_hold_are_told_in_words() -> None:
    properties = strict_schema(Rating)["properties"]

    assert properties["say"] == {"type": "string", "description": "(at most 10 characters)"}
    assert properties["quotes"]["description"] == "(at least 1 items, at most 3 items)"
    assert strict_schema(Quote)["properties"]["words"]["description"] == (
        "verbatim (at least 3 characters, at most 200 characters)"
    )
    assert set(strict_schema(Rating)["required"]) == set(Rating.model_fields)


class OpenMap(BaseModel):
    say: str
    counts: dict[str, int]


class Anything(BaseModel):
    say: str
    what: Any


class Pair(BaseModel):
    say: str
    pair: tuple[int, str]


class One(BaseModel):
    deeper: "Two"


class Two(BaseModel):
    deeper: "Three"


class Three(BaseModel):
    deeper: "Four"


class Four(BaseModel):
    deeper: "Five"


class Five(BaseModel):
    deeper: Quote


WIDE = type("Wide", (BaseModel,), {"__annotations__": {f"field_{number}": int for number in range(101)}})


@pytest.mark.parametrize("shape", [OpenMap, Anything, Pair, Tree, One, WIDE])
def test_a_shape_that_cannot_be_strict_is_refused_here(shape: type[BaseModel]) -> None:
    with pytest.raises(UnsuitableShapeError):
        strict_schema(shape)


@pytest.mark.parametrize("shape", [Forest, Rating])
def test_a_stream_begins_with_a_text(shape: type[BaseModel]) -> None:
    assert first_field(shape) == "say"


class Backwards(BaseModel):
    level: Level
    say: str


def test_a_shape_that_begins_otherwise_cannot_be_streamed() -> None:
    with pytest.raises(UnsuitableShapeError):
        first_field(Backwards)


def test_a_purpose_names_the_schema_as_the_service_takes_it() -> None:
    assert schema_name("score.behaviour/v2") == "score_behaviour_v2"
    assert schema_name("") == "answer"
    assert len(schema_name("x" * 100)) == 64


def test_the_vocabulary_is_the_one_that_tiktoken_demands(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = gzip.decompress(VOCABULARY.read_bytes())
    assert hashlib.sha256(data).hexdigest() == SHA256

    cache = tmp_path_factory.mktemp("vocabulary")
    address = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"
    (cache / hashlib.sha1(address.encode()).hexdigest()).write_bytes(data)  # noqa: S324 - tiktoken's naming
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(cache))
    theirs = openai_public.o200k_base()

    assert "|".join(WORDS) == theirs["pat_str"]
    assert Tokens()._encoding._mergeable_ranks == theirs["mergeable_ranks"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("hello world", 2),
        ("Tell me about a time you kept a queue short.", 11),
        ("naïve café, 北京 🙂", 7),
        ("<|endoftext|>", 7),
        ('{"say": "I see.", "action": "probe"}', 13),
        ("0123456789" * 10, 34),
        (" " * 100, 2),
    ],
)
def test_tokens_agree_with_the_vocabulary(text: str, count: int) -> None:
    assert SHARED.count(text) == count


@pytest.mark.parametrize("letter", [" ", "\u00a0", "\t", "a"])
def test_a_text_that_would_exhaust_the_tokeniser_is_counted(letter: str) -> None:
    assert 0 < SHARED.count(letter * 1_000_000) <= 1_000_000


def test_where_a_long_text_is_sliced_nothing_is_lost() -> None:
    text = "I kept the queue short. " * 9_000

    assert 54_001 <= SHARED.count(text) <= 54_001 + len(text) // 100_000
    assert SHARED.cut(text, 10**6) == text


def test_the_models_we_use_have_this_vocabulary() -> None:
    assert {tiktoken.encoding_name_for_model(name) for name in ("gpt-4o", "gpt-4o-mini", "gpt-4.1")} == {
        "o200k_base"
    }


@settings(deadline=None)  # whichever test counts first loads the vocabulary
@given(st.text(max_size=80), st.integers(0, 30))
def test_a_text_that_is_cut_is_a_beginning_that_fits(text: str, most: int) -> None:
    cut = SHARED.cut(text, most)

    assert text.startswith(cut)
    assert SHARED.count(cut) <= most
    assert (cut == text) == (SHARED.count(text) <= most)


CONTENT = st.text("ab 🙂", max_size=20)
MESSAGES = st.lists(st.builds(Message, st.sampled_from(["system", "user", "assistant"]), CONTENT), max_size=8)


@settings(deadline=None)  # likewise
@given(MESSAGES, st.integers(0, 120))
def test_truncated_messages_fit_and_lose_the_oldest_first(messages: list[Message], most: int) -> None:
    kept = truncate(messages, most, SHARED.count, SHARED.cut)
    system = [each for each in messages if each.role == "system"]
    others = [each for each in messages if each.role != "system"]
    kept_others = [each for each in kept if each.role != "system"]

    assert [each for each in kept if each.role == "system"] == system
    cost = sum(SHARED.count(each.content) + MESSAGE_TOKENS for each in kept) + REPLY_TOKENS
    assert cost <= most or not kept_others
    if kept_others and kept_others != others[-len(kept_others) :]:
        assert len(kept_others) == 1
        assert others[-1].content.startswith(kept_others[0].content)


def event(**choice: Any) -> bytes:
    return b"data: " + json.dumps({"model": "m", "choices": [{"index": 0, **choice}]}).encode() + b"\n\n"


def said(text: str) -> bytes:
    return event(delta={"content": text}, finish_reason=None)


USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 2}}
END = (
    event(delta={}, finish_reason="stop")
    + b"data: "
    + json.dumps({"model": "m", "choices": [], "usage": USAGE}).encode()
    + b"\n\ndata: [DONE]\n\n"
)
STREAM = (
    b'data: {"choices":[],"prompt_filter_results":[]}\n\n: a comment\n\n'
    + said("Grüß")
    + said(" dich 🙂")
    + END
)


@given(st.lists(st.integers(0, 9999), max_size=30))
def test_however_the_bytes_arrive_a_stream_says_the_same(places: list[int]) -> None:
    cuts = sorted({place % len(STREAM) for place in places})
    stream = wire.Stream("text/event-stream; charset=utf-8")

    chunks = [STREAM[start:end] for start, end in zip([0, *cuts], [*cuts, len(STREAM)], strict=True)]
    text = "".join(fragment for chunk in chunks for fragment in stream.feed(chunk))

    assert text == "Grüß dich 🙂"
    assert stream.is_done
    assert stream.said() == wire.Said("Grüß dich 🙂", "m", Usage(7, 3, 2))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (event(delta={"refusal": "I cannot"}, finish_reason=None), "content_filtered"),
        (event(delta={}, finish_reason="content_filter"), "content_filtered"),
        (event(delta={}, finish_reason="length"), "answer_cut"),
        (b'data: {"error":{"code":"content_filter"}}\n\n', "content_filtered"),
        (b'data: {"error":{"message":"overloaded"}}\n\n', "upstream_error"),
        (b'data: {"error":"overloaded"}\n\n', "upstream_error"),
        (b"data: {oh\n\n", "upstream_error"),
        (b"data: []\n\n", "upstream_error"),
        (b'data: {"choices":{"a":1}}\n\n', "upstream_error"),
        (b'data: {"choices":["a"]}\n\n', "upstream_error"),
        (b"x" * 300_000, "upstream_error"),
    ],
)
def test_a_stream_that_goes_wrong(data: bytes, code: str) -> None:
    stream = wire.Stream("text/event-stream")
    assert list(stream.feed(said("I"))) == ["I"]

    with pytest.raises(UpstreamError) as caught:
        list(stream.feed(data))

    assert caught.value.code == code


def test_what_comes_at_once_is_read_one_event_after_the_other() -> None:
    burst = wire.Stream("text/event-stream").feed(said("I see. ") + b"data: {oh\n\n")

    assert next(burst) == "I see. "
    with pytest.raises(UpstreamError):
        next(burst)


def test_a_stream_that_never_says_why_it_ended_has_failed() -> None:
    stream = wire.Stream("text/event-stream")
    assert list(stream.feed(said("I see."))) == ["I see."]

    with pytest.raises(UpstreamError):
        stream.said()


def test_what_is_no_stream_is_not_read() -> None:
    with pytest.raises(UpstreamError):
        wire.Stream("text/html")


def whole(**choice: Any) -> bytes:
    return json.dumps({"model": "m", "choices": [choice], "usage": USAGE}).encode()


def test_a_whole_answer() -> None:
    body = whole(message={"content": "I see.", "refusal": None}, finish_reason="stop")

    assert wire.said(body) == wire.Said("I see.", "m", Usage(7, 3, 2))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (whole(message={"content": None, "refusal": "I cannot"}, finish_reason="stop"), "content_filtered"),
        (whole(message={"content": "I"}, finish_reason="content_filter"), "content_filtered"),
        (whole(message={"content": "I"}, finish_reason="length"), "answer_cut"),
        (whole(message={"content": "I see."}, finish_reason=None), "upstream_error"),
        (whole(message={"content": None}, finish_reason="stop"), "upstream_error"),
        (whole(message="I see.", finish_reason="stop"), "upstream_error"),
        (b'{"choices":[]}', "upstream_error"),
        (b"<html>", "upstream_error"),
        (b"[]", "upstream_error"),
    ],
)
def test_a_whole_answer_that_is_none(body: bytes, code: str) -> None:
    with pytest.raises(UpstreamError) as caught:
        wire.said(body)

    assert caught.value.code == code


def embeddings(*rows: Any) -> bytes:
    return json.dumps({"data": rows, "usage": {"prompt_tokens": 4}}).encode()


def test_vectors_come_in_the_order_of_their_texts_in_either_form() -> None:
    body = embeddings({"index": 1, "embedding": [0.5]}, {"index": 0, "embedding": "AACAPw=="})

    assert wire.vectors(body, 2) == ([(1.0,), (0.5,)], 4)


@pytest.mark.parametrize(
    "body",
    [
        embeddings({"index": 0, "embedding": [0.5]}),
        embeddings({"index": 0, "embedding": "!"}, {"index": 1, "embedding": [1]}),
        embeddings({"index": 0, "embedding": "AAA="}, {"index": 1, "embedding": [1]}),
        embeddings({"index": 0}, {"index": 1}),
        embeddings("a", "b"),
        embeddings({"index": 0, "embedding": None}, {"index": 1, "embedding": ["x"]}),
        b"{}",
    ],
)
def test_vectors_that_are_none(body: bytes) -> None:
    with pytest.raises(UpstreamError):
        wire.vectors(body, 2)


def test_a_seed_and_a_shape_are_sent_if_there_are_any() -> None:
    plain = Prompt("a.b", "1", (Message("user", "x"),))
    seeded = Prompt("a.b", "1", (Message("user", "x"),), seed=0)

    assert "seed" not in wire.request(plain, "d", plain.messages)
    assert wire.request(seeded, "d", plain.messages)["seed"] == 0
    described = wire.request(plain, "d", plain.messages, Quote)["response_format"]["json_schema"]
    assert (described["name"], described["strict"]) == ("a_b", True)
