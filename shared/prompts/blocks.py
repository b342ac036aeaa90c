"""Data on its way to a model: in named blocks, with nothing in it that could end its block."""

import json
from collections.abc import Mapping
from typing import Any

from shared.domain.interview.wording import INVISIBLE


def escaped(text: str) -> str:
    return INVISIBLE.sub("", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def block(tag: str, text: str, **attributes: object) -> str:
    named = "".join(
        f' {name}="{escaped(str(value)).replace(chr(34), "&quot;")}"' for name, value in attributes.items()
    )
    return f"<{tag}{named}>{escaped(text)}</{tag}>"


def json_block(tag: str, facts: Mapping[str, Any]) -> str:
    return block(tag, json.dumps(facts, ensure_ascii=False, separators=(",", ":")))
