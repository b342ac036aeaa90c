"""Request targets as Kestrel reads them: decoded once, dot segments resolved. Pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote

_PLAIN = re.compile(rb"/[A-Za-z0-9_~/:@!$&'()*+,;=-]*(?:\.[A-Za-z0-9_~:@!$&'()*+,;=-]+)?")
_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")
_URL_SAFE = "/:@!$&'()*+,;=~"
_KEPT_ESCAPE = re.compile(r"%25(?=[0-9A-Fa-f]{2})")


def decoded_path(raw: bytes) -> str | None:
    """Decode a raw path; None is a path that Kestrel answers with 400."""
    if _PLAIN.fullmatch(raw):
        return raw.decode("ascii")
    if not raw.startswith(b"/") or not raw.isascii() or b"\0" in raw:
        return None
    path = _ESCAPES.sub(_unescape, raw).decode("utf-8")
    return None if "\0" in path else _without_dot_segments(path)


def _unescape(found: re.Match[bytes]) -> bytes:
    """Decode a run of escapes as far as it is UTF-8; an escaped slash is kept as it is."""
    run = found[0]
    octets = bytes.fromhex(run.decode("ascii").replace("%", ""))
    decoded = bytearray()
    at = 0
    while at < len(octets):
        size = _sequence_length(octets, at)
        if size == 0 or octets[at] == 0x2F:
            decoded += run[at * 3 : at * 3 + 3]
            at += 1
        else:
            decoded += octets[at : at + size]
            at += size
    return bytes(decoded)


def _sequence_length(octets: bytes, at: int) -> int:
    """Give the length of the UTF-8 sequence that starts here, or 0 where none does."""
    for size in range(1, 5):
        try:
            octets[at : at + size].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return size
    return 0


def _without_dot_segments(path: str) -> str:
    if "/." not in path:
        return path
    segments: list[str] = []
    parts = path.split("/")[1:]
    for part in parts:
        if part == "..":
            del segments[-1:]
        elif part != ".":
            segments.append(part)
    if parts[-1] in {".", ".."}:
        segments.append("")
    return "/" + "/".join(segments)


def encoded_path(path: str) -> str:
    """Escape a decoded path for a URL; an escape that is still there is not escaped again."""
    if path.isascii() and _PLAIN.fullmatch(path.encode()):
        return path
    return _KEPT_ESCAPE.sub("%", quote(path, safe=_URL_SAFE))


def query_values(query: bytes) -> dict[str, str]:
    """Read a query string: names without regard to case, repeated values joined with a comma."""
    if not query:
        return {}
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="replace")
    values: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for name, value in pairs:
        values.setdefault(names.setdefault(name.casefold(), name), []).append(value)
    joined = {name: ",".join(parts) for name, parts in values.items()}
    return {name: value for name, value in joined.items() if value}  # the host drops empty values
