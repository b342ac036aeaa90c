"""The voices there are, and what an SSML document asks them to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE: Final = "{http://www.w3.org/2001/10/synthesis}"
NAMES: Final = (
    ("en-AU", "Natasha", "Female"),
    ("en-AU", "William", "Male"),
    ("en-GB", "Sonia", "Female"),
    ("en-GB", "Ryan", "Male"),
    ("en-US", "AvaMultilingual", "Female"),
    ("en-US", "Jenny", "Female"),
    ("en-US", "Guy", "Male"),
    ("de-DE", "Katja", "Female"),
    ("fr-FR", "Denise", "Female"),
)
LONGEST_SSML: Final = 64 * 1024


class SsmlError(ValueError):
    """What the service does not say."""


@dataclass(frozen=True, slots=True)
class Script:
    voice: str
    text: str


def listed() -> list[dict[str, Any]]:
    return [
        {
            "Name": f"Microsoft Server Speech Text to Speech Voice ({locale}, {name}Neural)",
            "DisplayName": name,
            "LocalName": name,
            "ShortName": f"{locale}-{name}Neural",
            "Gender": gender,
            "Locale": locale,
            "SampleRateHertz": "24000",
            "VoiceType": "Neural",
            "Status": "GA",
            "WordsPerMinute": "150",
        }
        for locale, name, gender in NAMES
    ]


def read(ssml: bytes) -> Script:
    """Raises SsmlError for a document that the service would refuse."""
    if len(ssml) > LONGEST_SSML:
        raise SsmlError("The SSML is too long.")
    if b"<!DOCTYPE" in ssml or b"<!ENTITY" in ssml:
        raise SsmlError("SSML parsing error: a document type is not allowed.")
    try:
        root = ET.fromstring(ssml)  # noqa: S314 - without declarations there are no entities
    except ET.ParseError as error:
        raise SsmlError(f"SSML parsing error: {error}") from error
    if root.tag != f"{NAMESPACE}speak" or root.get("version") != "1.0":
        raise SsmlError("SSML parsing error: the root must be speak of version 1.0.")
    voices = list(root.iter(f"{NAMESPACE}voice"))
    if not voices:
        raise SsmlError("SSML parsing error: no voice is named.")
    known = {f"{locale}-{name}Neural" for locale, name, _ in NAMES}
    name = voices[0].get("name", "")
    if name not in known:
        raise SsmlError(f"Unsupported voice {name}.")
    text = " ".join(" ".join("".join(_texts(voice)).split()) for voice in voices)
    return Script(name, text)


def _texts(element: ET.Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag.rpartition("}")[2] in {"p", "s", "break"}:
            yield " "
        yield from _texts(child)
        yield child.tail or ""
