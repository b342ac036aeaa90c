"""The prompts and the fixed sentences, read once, at their first use.

A prompt is a file of instructions with its bounds in front; beside it stand the examples it shows
and the cases a model is held against. Each version is a file of its own, and a version that was
used is not edited: what was said to a candidate can be traced to the words that led to it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shared.domain.interview.answers import Cues
from shared.domain.interview.guard import shingles
from shared.domain.interview.speech import Phrases
from shared.domain.language import Message, ModelSize, Prompt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOLDER: Final = Path(__file__).parent
FENCE: Final = "---\n"
DEFAULT_LANGUAGE: Final = "en"
LANGUAGES: Final = ("en", "de", "fr", "es", "pt", "zh")


@dataclass(frozen=True)
class Instructions:
    """The fixed part of a prompt, with its bounds."""

    purpose: str
    version: str
    text: str
    rules: str  # the text without its examples, whose questions may be asked
    size: ModelSize
    temperature: float
    max_output_tokens: int
    seconds: float
    first_token_seconds: float | None = None
    next_token_seconds: float | None = None
    canary: str = ""  # a word that may appear nowhere else

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        """What would show that the instructions themselves are being told."""
        return shingles(self.rules)

    def prompt(self, data: Sequence[str], correlation: Mapping[str, str]) -> Prompt:
        """The instructions, and behind them the data in its blocks."""
        return Prompt(
            purpose=self.purpose,
            version=self.version,
            messages=(Message("system", self.text), Message("user", "\n".join(data))),
            size=self.size,
            max_output_tokens=self.max_output_tokens,
            temperature=self.temperature,
            seconds=self.seconds,
            first_token_seconds=self.first_token_seconds,
            next_token_seconds=self.next_token_seconds,
            correlation=correlation,
        )


@dataclass(frozen=True, slots=True)
class Language:
    """How the interviewer speaks and understands by itself in one language."""

    code: str
    name: str
    phrases: Phrases
    practice: Phrases  # the same, where nobody else reads along and nobody decides
    vigil: Mapping[str, str]  # what is said when nobody has answered for a while, or the time is over
    coaching: Mapping[str, str]
    cues: Cues

    def phrases_of(self, kind: str) -> Phrases:
        return self.practice if kind == "practice" else self.phrases


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What a candidate agrees to or refuses, word for word."""

    version: str
    locale: str
    text: str

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


class Prompts:
    """Finds prompts by purpose and languages by tag; what was read is kept."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._instructions: dict[tuple[str, int], Instructions] = {}
        self._languages: dict[str, Language] = {}

    def instructions(self, purpose: str, version: int = 1) -> Instructions:
        key = (purpose, version)
        if key not in self._instructions:
            self._instructions[key] = self._read(purpose, version)
        return self._instructions[key]

    def language(self, tag: str) -> Language:
        """The language of a tag such as `de-AT`; English for one that we do not speak."""
        code = tag.partition("-")[0].lower()
        code = code if code in LANGUAGES else DEFAULT_LANGUAGE
        if code not in self._languages:
            facts = _parsed(self._folder / "languages" / f"{code}.yaml")
            self._languages[code] = _language(code, facts)
        return self._languages[code]

    def consent_text(self, locale: str, version: str) -> ConsentText | None:
        """The text on recording in this version; None if it never had one."""
        texts = self._consents["versions"].get(version)
        if texts is None:
            return None
        code = self.language(locale).code
        return ConsentText(version, code, texts[code])

    def current_consent_text(self, locale: str) -> ConsentText:
        version = self._consents["current"]
        code = self.language(locale).code
        return ConsentText(version, code, self._consents["versions"][version][code])

    @cached_property
    def _consents(self) -> dict[str, Any]:
        found: dict[str, Any] = _parsed(self._folder / "consent" / "recording.yaml")
        return found

    def _read(self, purpose: str, version: int) -> Instructions:
        folder = self._folder / purpose
        _, front, body = (folder / f"v{version}.md").read_text(encoding="utf-8").split(FENCE, 2)
        facts = _loaded(front)
        examples = folder / "examples.yaml"
        rules = body.strip()
        text = rules + (_shown(_parsed(examples)) if examples.exists() else "")
        return Instructions(text=text, rules=rules, size=ModelSize(facts.pop("size")), **facts)


def _shown(examples: Sequence[Mapping[str, Any]]) -> str:
    lines = ["", "", "Examples"]
    for each in examples:
        reply = json.dumps(each["reply"], ensure_ascii=False)
        lines.append(f"{_given(each)}\nReply: {reply}")
    return "\n".join(lines)


def _given(example: Mapping[str, Any]) -> str:
    if "allowed" in example:
        return f"Allowed: {example['allowed']}. Answer: {example['answer']}"
    data = {key: value for key, value in example.items() if key != "reply"}
    return f"Data: {json.dumps(data, ensure_ascii=False)}"


def _language(code: str, facts: Mapping[str, Any]) -> Language:
    cues: dict[str, Any] = {
        key: tuple(tuple(each) if isinstance(each, list) else each for each in values)
        for key, values in facts["cues"].items()
    }
    phrases = Phrases(**facts["phrases"])
    practice = replace(phrases, **facts["practice"])
    return Language(code, facts["name"], phrases, practice, facts["vigil"], facts["coaching"], Cues(**cues))


def _parsed(path: Path) -> Any:  # noqa: ANN401 - whatever the file says
    return _loaded(path.read_text(encoding="utf-8"))


def _loaded(text: str) -> Any:  # noqa: ANN401 - likewise
    import yaml  # noqa: PLC0415 - 20 ms that a cold start need not pay

    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe one
