"""What the Functions host makes of a text or a JSON value that a function returns as its answer.

It reads a text as JSON if it can. An object with a `body` then describes the whole answer; every
other value is written out again as .NET writes it, always as text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from local.host.protos import RpcHttp, TypedData

_TEXT = {"content-type": "text/plain; charset=utf-8"}


def answer_from(text: str) -> RpcHttp:
    """Make the answer; its body is what .NET would send for this text."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return _plain(text)
    if isinstance(value, dict):
        described = {name.casefold(): part for name, part in value.items()}
        if "body" in described:
            return _described(described)
    return _plain(_shown(text, value))


def _described(parts: Mapping[str, Any]) -> RpcHttp:
    headers = parts.get("headers")
    given = headers if isinstance(headers, Mapping) else {}
    texts = {name: _inside(value) for name, value in given.items()}
    folded = {name.casefold() for name in texts}
    missing = {name: value for name, value in _TEXT.items() if name not in folded}
    return RpcHttp(
        status_code=str(_status(parts)),
        headers={**missing, **texts},
        body=TypedData(string=_inside(parts["body"])),
    )


def _status(parts: Mapping[str, Any]) -> int:
    value = parts.get("statuscode", parts.get("status"))
    try:
        return int(value) if isinstance(value, (int, str)) else 200
    except ValueError:
        return 200


def _plain(text: str) -> RpcHttp:
    return RpcHttp(status_code="200", headers=dict(_TEXT), body=TypedData(string=text))


def _shown(text: str, value: Any) -> str:  # noqa: ANN401 - any JSON
    """Write a value that stands alone: documents indented, simple values as they are."""
    if isinstance(value, (dict, list)):
        return json.dumps(value, indent=2, ensure_ascii=False)
    return text.strip() if isinstance(value, (int, float)) and not isinstance(value, bool) else _inside(value)


def _inside(value: Any) -> str:  # noqa: ANN401 - any JSON
    """Write a value of a description: documents in one line."""
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return str(value)
