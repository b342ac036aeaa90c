"""Attempts to give the interviewer orders, found by rule in what a candidate says.

A finding is for people to look at. It changes no step, no question and no score: whoever talks
about such things in good faith loses nothing, and whoever tries gains nothing. What was said in
such a sentence is only no evidence of a competency.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from shared.domain.interview.wording import INVISIBLE, normalised, sentences

MOST_ATTEMPTS: Final = 5
LONGEST_READ: Final = 50_000
# signs that look like Latin letters; folded so that a word written with them is still that word
LOOKALIKES: Final = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455\u0501\u0261\u0131\u03bf\u03b1\u03bd\u03c4",
    "aeopcyxisdgioavt",
)
SPACED: Final = re.compile(r"\b(?:\w[ .\-_*]){4,}\w\b")

_PRIOR: Final = (
    r"(?:all |any |every |each |of |the |your |my |these |those |this |and |previous |prior |above |earlier "
    r"|preceding |existing |current |original |given |former )*"
)
_ORDERS: Final = r"(?:instructions?|prompts?|directions?|directives?|guidelines?|rules?|constraints?|orders)"
_BOT: Final = r"(?:ai|assistant|interviewer|bot|system|model|chatbot|grader|evaluator|llm|gpt|chatgpt)"

RULES: Final[dict[str, str]] = {
    "ignore_instructions": (
        rf"\b(?:ignore|disregard|forget|override|bypass|discard|drop)\b {_PRIOR}{_ORDERS}\b"
        rf"|\b(?:ignoriere|vergiss|missachte)\b[^.?!]{{0,40}}\b(?:anweisung|anweisungen|regeln|instruktionen)\b"
        rf"|\b(?:ignore|ignorez|oublie|oubliez)\b[^.?!]{{0,40}}\b(?:instructions?|consignes?|règles)\b"
        rf"|\b(?:ignora|ignore|olvida|olvide)\b[^.?!]{{0,40}}\b(?:instrucciones|reglas)\b"
        rf"|\b(?:ignore|esqueça|esquece)\b[^.?!]{{0,40}}\b(?:instruções|regras)\b"
        r"|(?:忽略|无视|忘记|忘掉)[^。\uff1f\uff01]{0,20}(?:指令|指示|提示|规则|说明)"
    ),
    "new_role": (
        r"(?:^|[.!?:;\n\"'] *|\b(?:from now on|now|please),? )"
        r"(?:you are now (?:an? |the |my |in |free|dan)|act as\b|pretend (?:to be|you are|that you)"
        r"|roleplay as|behave (?:as|like)"
        r"|you (?:will|must) (?:now )?act as)"
        rf"|\byou are (?:now )?(?:no longer|not) (?:an? |the )?{_BOT}\b"
        r"|\b(?:developer|debug|god|dan|jailbreak|admin|maintenance|unrestricted) mode\b.{0,20}"
        r"\b(?:on|enable|enabled|activate|activated|now)\b"
        r"|\b(?:enable|enter|activate|switch to) (?:developer|debug|god|dan|jailbreak|admin|maintenance"
        r"|unrestricted) mode\b"
        r"|\b(?:du bist jetzt|tu es maintenant|vous êtes maintenant|ahora eres|agora você é)\b|你现在是"
    ),
    "reveal_prompt": (
        r"\b(?:reveal|print|repeat|output|show|display|tell|give|share|dump|leak|write out|read out)\b"
        r"(?: me| us)?[^.?!]{0,30}\b(?:(?:your|the|its) (?:\w+ ){0,2}(?:system prompt"
        r"|(?:initial |hidden )?prompt|instructions|system message)|everything above|the text above)\b"
        r"|\bwhat (?:are|is|were) your (?:\w+ ){0,2}(?:instructions|system prompt|prompt|system message)\b"
        r"|\b(?:zeige?|nenne|verrate)\b[^.?!]{0,30}\b(?:systemprompt|system-prompt|deine anweisungen)\b"
        r"|(?:显示|告诉我|输出|重复)[^。\uff1f\uff01]{0,15}(?:系统提示|提示词|你的指令)"
    ),
    "reveal_scoring": (
        r"\b(?:reveal|print|show|display|tell|give|share|dump|leak)\b(?: me| us)?[^.?!]{0,30}"
        r"\b(?:the|your|my) (?:\w+ )?(?:scoring|rubric|score|scores|grading|marking|answer key|ideal answer"
        r"|model answer|correct answer|expected answer|other candidates)\b"
    ),
    "claim_score": (
        r"\b(?:give|award|assign|grant|rate|score|grade|mark) (?:me|my answers?|this answer|this candidate"
        r"|the candidate|this interview|this)\b[^.?!]{0,40}\b(?:full|maximum|max|top|highest|high|perfect"
        r"|best|100|10|ten|five|5|excellent|exceptional|pass|passed|hire|correct|strong)\b"
        r"|\b(?:set|change|raise|increase|update)\b[^.?!]{0,20}\b(?:my|the|candidate'?s?) (?:\w+ )?"
        r"(?:score|rating|grade|result|evaluation)\b"
        r"|\bmark\b[^.?!]{0,30}\b(?:competenc(?:y|ies)|questions?|skills?|everything|requirements?)\b[^.?!]{0,20}"
        r"\b(?:as )?(?:covered|passed|complete|completed|met|correct|demonstrated)\b"
        r"|\b(?:recommend|approve|hire|advance|shortlist) (?:me|this candidate)\b[^.?!]{0,30}"
        r"\b(?:immediately|now|regardless|automatically|no matter)\b"
        r"|\b(?:gib|geben sie) mir[^.?!]{0,30}\b(?:volle|höchste|beste|maximale)\b"
        r"|(?:给我|打)[^。\uff1f\uff01]{0,10}(?:满分|最高分|高分)"
    ),
    "claim_authority": (
        rf"\b(?:i am|i'm|this is|message from|note from|note to|attention|instruction (?:to|for))"
        rf" (?:the |your |an? )?(?:system administrator|administrator|admin|developer of this|system operator"
        rf"|operator|openai|microsoft|talenti|{_BOT})\b"
    ),
    "end_interview": (
        r"\b(?:end|finish|terminate|skip|close)\b[^.?!]{0,20}\b(?:the|this) (?:interview|assessment)\b"
        r"[^.?!]{0,40}\b(?:with|and) (?:a |the )?(?:full|top|high|perfect|pass|positive|mark|give|score)\b"
    ),
}
FORGED: Final[dict[str, str]] = {
    "forged_block": (
        r"</?\s*(?:system|assistant|user|interviewer|answer|candidate|instructions?|role|progress|prompt"
        r"|current_question|next_question|allowed_actions|open_competencies|follow_up_hint|closing|summary"
        r"|recent|evidence)\b[^>]{0,80}>"
        r"|<\|[a-z_]{2,30}\|>|\[/?(?:inst|system)\]|<<\s*/?sys\s*>>"
        r"|^\s*#{2,}\s*(?:system|instructions?|new task|end of)\b"
        r"|\b(?:begin|end|start) (?:of )?(?:system prompt|candidate answer|user input|transcript)\b"
        r"|^\s*(?:system|assistant|interviewer)\s*:"
        r"|\{\s*[\"'](?:action|text|competencies|score|level)[\"']\s*:"
    ),
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A rule that was met, and the sentence that met it, in its normalised form."""

    rule: str
    sentence: str


def attempts_in(text: str) -> tuple[Attempt, ...]:
    """What people should look at; each rule once, few at most."""
    if len(text) > LONGEST_READ:
        text = text[:LONGEST_READ]
    found: dict[str, Attempt] = {}
    for attempt in _all(text):
        found.setdefault(attempt.rule, attempt)
    return tuple(found.values())[:MOST_ATTEMPTS]


def _all(text: str) -> Iterator[Attempt]:
    orders, forged = _compiled()
    for rule, pattern in forged.items():
        if match := pattern.search(text.casefold()):
            yield Attempt(rule, normalised(match[0]))
    if hidden := INVISIBLE.search(text):
        yield from _hidden(text, hidden.start())
    for sentence in sentences(text):
        plain = _folded(sentence)
        for rule, pattern in orders.items():
            if pattern.search(plain):
                yield Attempt(rule, normalised(sentence))


def _hidden(text: str, first: int) -> Iterator[Attempt]:
    """Signs that nobody sees: one may slip in with a paste, many carry a message."""
    if len(INVISIBLE.findall(text, first)) >= 8:
        yield Attempt("hidden_text", "")


def _folded(sentence: str) -> str:
    """As a reader takes it: one look for signs that look alike, letters set apart put together."""
    plain = normalised(sentence).translate(LOOKALIKES)
    return SPACED.sub(lambda match: re.sub(r"[ .\-_*]", "", match[0]), plain)


@cache
def _compiled() -> tuple[dict[str, re.Pattern[str]], dict[str, re.Pattern[str]]]:
    orders = {rule: re.compile(pattern) for rule, pattern in RULES.items()}
    forged = {rule: re.compile(pattern, re.MULTILINE) for rule, pattern in FORGED.items()}
    return orders, forged
