"""Chat completions, whole and streamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from local.simulators.openai.answers import PROMPT_SAFE, SAFE
from local.simulators.openai.stream import EventStream, encoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.simulators.openai.answers import Answer
    from local.simulators.openai.asked import Asked

FINGERPRINT: Final = "fp_b705f0c291"
PROMPT_RESULTS: Final = [{"prompt_index": 0, "content_filter_results": PROMPT_SAFE}]
DONE: Final = b"data: [DONE]\n\n"
FIRST: Final = (
    b"data: "
    + encoded(
        {
            "choices": [],
            "created": 0,
            "id": "",
            "model": "",
            "object": "",
            "prompt_filter_results": PROMPT_RESULTS,
        }
    )
    + b"\n\n"
)
FILTERED: Final = {**SAFE, "hate": {"filtered": True, "severity": "medium"}}


def whole(asked: Asked, answer: Answer) -> dict[str, Any]:
    filtered = FILTERED if answer.finish == "content_filter" else SAFE
    return {
        "id": f"chatcmpl-{answer.identifier}",
        "object": "chat.completion",
        "created": answer.created,
        "model": asked.version,
        "system_fingerprint": FINGERPRINT,
        "choices": [
            {
                "index": 0,
                "message": {
                    "role": "assistant",
                    "content": None if answer.refused else answer.text,
                    "refusal": answer.text if answer.refused else None,
                    "annotations": [],
                },
                "finish_reason": None if answer.silent_end else answer.finish,
                "logprobs": None,
                "content_filter_results": filtered,
            }
        ],
        "prompt_filter_results": PROMPT_RESULTS,
        "usage": usage(asked, answer),
    }


def streamed(asked: Asked, answer: Answer, headers: dict[str, str]) -> EventStream:
    chunks = _Chunks(asked, answer)
    after = [] if answer.silent_end else [chunks.finish(), *chunks.usage(), DONE]
    return EventStream(answer, [FIRST, chunks.first()], chunks.pieces(), after, headers)


def usage(asked: Asked, answer: Answer) -> dict[str, Any]:
    return {
        "prompt_tokens": asked.tokens,
        "completion_tokens": answer.tokens,
        "total_tokens": asked.tokens + answer.tokens,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


class _Chunks:
    """Chunks that differ in their delta only are written around it."""

    def __init__(self, asked: Asked, answer: Answer) -> None:
        self._asked = asked
        self._answer = answer
        self._shell: dict[str, Any] = {
            "created": answer.created,
            "id": f"chatcmpl-{answer.identifier}",
            "model": asked.version,
            "object": "chat.completion.chunk",
            "system_fingerprint": FINGERPRINT,
            **({"usage": None} if asked.include_usage else {}),
        }

    def first(self) -> bytes:
        return self._chunk({"content": "", "refusal": None, "role": "assistant"})

    def pieces(self) -> Iterator[bytes]:
        part = "refusal" if self._answer.refused else "content"
        before, after = self._chunk({part: "\0"}, SAFE).split(encoded("\0"))
        for piece in self._answer.pieces:
            yield before + encoded(piece) + after

    def finish(self) -> bytes:
        filtered = FILTERED if self._answer.finish == "content_filter" else {}
        return self._chunk({}, filtered, self._answer.finish)

    def usage(self) -> list[bytes]:
        if not self._asked.include_usage:
            return []
        return [_event({**self._shell, "choices": [], "usage": usage(self._asked, self._answer)})]

    def _chunk(
        self, delta: dict[str, Any], filtered: dict[str, Any] | None = None, finish: str | None = None
    ) -> bytes:
        choice = {
            "content_filter_results": filtered or {},
            "delta": delta,
            "finish_reason": finish,
            "index": 0,
            "logprobs": None,
        }
        return _event({"choices": [choice], **self._shell})


def _event(value: object) -> bytes:
    return b"data: " + encoded(value) + b"\n\n"
