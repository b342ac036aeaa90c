"""Chooses who answers: by the task that the schema names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from local.simulators.model.reading import sentences
from local.simulators.model.shape import Shape

if TYPE_CHECKING:
    from local.simulators.model.prompt import Prompt


def answer(prompt: Prompt) -> str:
    """The text of the answer; JSON where a schema asks for it."""
    if prompt.schema is None:
        return _talk(prompt)
    filled = Shape(prompt.schema, sentences(prompt.data)[:20]).fill({})
    return json.dumps(filled, ensure_ascii=False)


def _talk(prompt: Prompt) -> str:
    asked = sentences(prompt.data)
    said = f" You said: {asked[-1][:300]}" if asked else ""
    return f"I am a stand-in for a language model, and I follow rules rather than think.{said}"
