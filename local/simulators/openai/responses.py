"""Responses, whole and streamed."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from local.simulators.openai.answers import PROMPT_SAFE, SAFE
from local.simulators.openai.stream import EventStream, encoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.simulators.openai.answers import Answer
    from local.simulators.openai.asked import Asked

INCOMPLETE: Final = {"length": "max_output_tokens", "content_filter": "content_filter"}


def whole(asked: Asked, answer: Answer) -> dict[str, Any]:
    rendered = _Rendered(asked, answer)
    return rendered.response(
        rendered.final_status, [rendered.item(rendered.final_status, rendered.part(answer.text))]
    )


def streamed(asked: Asked, answer: Answer, headers: dict[str, str]) -> EventStream:
    rendered = _Rendered(asked, answer)
    before = list(rendered.before())
    # numbered as they are sent: the pieces come between
    pieces = list(rendered.pieces())
    after = [] if answer.silent_end else list(rendered.after())
    return EventStream(answer, before, iter(pieces), after, headers)


class _Rendered:
    """One answer in the terms of this interface."""

    def __init__(self, asked: Asked, answer: Answer) -> None:
        self._asked = asked
        self._answer = answer
        self._numbers = count()
        self._place = {"item_id": f"msg_{answer.identifier}", "output_index": 0, "content_index": 0}

    @property
    def final_status(self) -> str:
        return "incomplete" if self._answer.finish in INCOMPLETE else "completed"

    def response(self, status: str, output: list[dict[str, Any]]) -> dict[str, Any]:
        asked, answer, done = self._asked.body, self._answer, status != "in_progress"
        reason = INCOMPLETE.get(answer.finish)
        return {
            "id": f"resp_{answer.identifier}",
            "object": "response",
            "created_at": answer.created,
            "status": status,
            "background": False,
            "content_filters": [
                {"source_type": "prompt", "content_filter_results": PROMPT_SAFE, "blocked": False},
                {"source_type": "completion", "content_filter_results": SAFE, "blocked": False},
            ],
            "error": None,
            "incomplete_details": {"reason": reason} if done and reason else None,
            "instructions": asked.get("instructions"),
            "max_output_tokens": asked.get("max_output_tokens"),
            "metadata": asked.get("metadata") or {},
            "model": self._asked.model,
            "output": output,
            "parallel_tool_calls": True,
            "previous_response_id": None,
            "reasoning": {"effort": None, "summary": None},
            "service_tier": "default",
            "store": asked.get("store", True),
            "temperature": asked.get("temperature", 1.0),
            "text": asked.get("text") or {"format": {"type": "text"}},
            "tool_choice": "auto",
            "tools": [],
            "top_p": asked.get("top_p", 1.0),
            "truncation": asked.get("truncation", "disabled"),
            "usage": self._usage() if done else None,
            "user": asked.get("user"),
        }

    def item(self, status: str, *content: dict[str, Any]) -> dict[str, Any]:
        identifier = self._place["item_id"]
        return {
            "id": identifier,
            "type": "message",
            "role": "assistant",
            "status": status,
            "content": list(content),
        }

    def part(self, text: str) -> dict[str, Any]:
        if self._answer.refused:
            return {"type": "refusal", "refusal": text}
        return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}

    def before(self) -> Iterator[bytes]:
        started = self.response("in_progress", [])
        yield self._event("response.created", response=started)
        yield self._event("response.in_progress", response=started)
        yield self._event("response.output_item.added", output_index=0, item=self.item("in_progress"))
        yield self._event("response.content_part.added", **self._place, part=self.part(""))

    def pieces(self) -> Iterator[bytes]:
        kind = "response.refusal.delta" if self._answer.refused else "response.output_text.delta"
        more: dict[str, Any] = {} if self._answer.refused else {"logprobs": []}
        for piece in self._answer.pieces:
            yield self._event(kind, **self._place, delta=piece, **more)

    def after(self) -> Iterator[bytes]:
        text, status = self._answer.text, self.final_status
        part = self.part(text)
        if self._answer.refused:
            yield self._event("response.refusal.done", **self._place, refusal=text)
        else:
            yield self._event("response.output_text.done", **self._place, text=text, logprobs=[])
        yield self._event("response.content_part.done", **self._place, part=part)
        item = self.item(status, part)
        yield self._event("response.output_item.done", output_index=0, item=item)
        yield self._event(f"response.{status}", response=self.response(status, [item]))

    def _event(self, kind: str, **more: Any) -> bytes:  # noqa: ANN401 - each kind has its own fields
        event = {"type": kind, "sequence_number": next(self._numbers), **more}
        return f"event: {kind}\ndata: ".encode() + encoded(event) + b"\n\n"

    def _usage(self) -> dict[str, Any]:
        given, made = self._asked.tokens, self._answer.tokens
        return {
            "input_tokens": given,
            "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
            "output_tokens": made,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": given + made,
        }
