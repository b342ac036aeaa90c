"""Attempts to give the interviewer orders, found by rule in what a candidate says.

A finding is for people to look at. It changes no step, no question and no score: whoever talks
about such things in good faith loses nothing, and whoever tries gains nothing. What was said in
such a sentence is only no evidence of a competency.
"""

import base64
import codecs
import html
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import unquote

from shared.domain.interview.orders_in_languages import IN_LANGUAGES
from shared.domain.interview.wording import INVISIBLE, normalised, sentence_spans

MOST_ATTEMPTS: Final = 5
LONGEST_READ: Final = 50_000
# signs that look like Latin letters; folded so that a word written with them is still that word
LOOKALIKES: Final = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455\u0501\u0261\u0131\u03bf\u03b1\u03bd\u03c4",
    "aeopcyxisdgioavt",
)
LEET: Final = str.maketrans("013457@$", "oieastas")
BASE64: Final = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{16,}={0,2}")
HEXADECIMAL: Final = re.compile(r"(?<!\w)(?:[0-9a-fA-F]{2} ?){12,}(?!\w)")
BINARY: Final = re.compile(r"(?<!\d)(?:[01]{8} ?){8,}(?!\d)")
ESCAPED: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
HYPHENATED: Final = re.compile(r"(?<=\w)-(?=\w)")
PUNCTUATION: Final = ".!?,;:\u2026\u3002\uff01\uff1f "
BRIEF: Final = 6  # words
FEWEST_LETTERS: Final = 12
TELLTALES: Final = (
    "instruct", "prompt", "rubric", "rule", "score", "rate", "rating", "grade", "level", "mark", "you are",
    "pretend", "evaluat", "candidate", "anweisung", "instrucc",
)  # fmt: skip
SPACED: Final = re.compile(r"\b(?:\w[ .\-_*]){4,}\w\b")

_PRIOR: Final = (
    r"(?:all |any |every |each |of |the |your |my |these |those |this |and |previous |prior |above |earlier "
    r"|preceding |existing |current |original |given |former |scoring |grading |evaluation )*"
)
_ORDERS: Final = r"(?:instructions?|prompts?|directions?|directives?|guidelines?|rules?|constraints?|orders)"
_START: Final = r"(?:^|[.!?:;,\"'(] ?|\b(?:please|now|then|and|so|just|you must|you should) )"
_SCORE: Final = r"(?:score|level|rating|grade|mark)s?"
_BOT: Final = r"(?:ai|assistant|interviewer|bot|system|model|chatbot|grader|evaluator|llm|gpt|chatgpt)"

RULES: Final[dict[str, str]] = {
    "ignore_instructions": (
        rf"\b(?:ignore|disregard|forget|override|bypass|discard|drop)\b {_PRIOR}{_ORDERS}\b"
        rf"|\b(?:ignoriere|vergiss|missachte)\b[^.?!]{{0,40}}\b(?:anweisung|anweisungen|regeln"
        rf"|instruktionen)\b"
        rf"|\b(?:ignore|ignorez|oublie|oubliez)\b[^.?!]{{0,40}}\b(?:instructions?|consignes?|règles)\b"
        rf"|\b(?:ignora|ignore|olvida|olvide)\b[^.?!]{{0,40}}\b(?:instrucciones|reglas)\b"
        rf"|\b(?:ignore|esqueça|esquece)\b[^.?!]{{0,40}}\b(?:instruções|regras)\b"
        r"|(?:忽略|无视|忘记|忘掉)[^。\uff1f\uff01]{0,20}(?:指令|指示|提示|规则|说明)"
        r"|\b(?:ignora|ignori|dimentica)\b[^.?!]{0,40}\b(?:istruzioni|regole)\b"
        r"|\b(?:negeer|vergeet)\b[^.?!]{0,40}\b(?:instructies|regels)\b"
        r"|(?:игнорируй|забудь)[^.?!]{0,40}(?:инструкци|правил)"
        r"|(?:指示|命令|ルール)[^。]{0,10}(?:無視|忘れ)"
        rf"|{_START}(?:stop following|do not follow|don't follow) {_PRIOR}{_ORDERS}\b"
        r"|\byour (?:new|actual|true) (?:task|job|goal|role|purpose|objective) is\b"
        r"|\b(?:ignore|disregard|forget) (?:all |everything |anything )?(?:that |what )?(?:came|comes"
        r"|was said|you were told|you have been told)\b[^.?!]{0,20}\b(?:before|above|so far|earlier)\b"
        r"|\b(?:all |the )?(?:previous|prior|earlier|above) (?:instructions|prompts?) (?:are|is) (?:now )?"
        r"(?:void|cancell?ed|null|obsolete|invalid)\b"
        r"|\b(?:instructions|prompt) above\b[^.?!]{0,20}\b(?:no longer|do not|don't) (?:apply|count|hold)\b"
        r"|\bonly my (?:instructions|orders|rules) (?:count|apply|matter)\b"
        r"|\b(?:ignore|disregard|forget|override)(?:all|any|the|your|previous|prior|above|earlier)+"
        r"(?:instructions?|rules?|prompts?)"
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
        r"|\b(?:let us|let's) play (?:a )?game\b[^.?!]{0,60}\b(?:you|level|score)\b"
        r"|\bimagine (?:that )?you(?: are|'re) (?:the|an?|my) (?:hiring manager|recruiter|evaluator"
        r"|interviewer"
        r"|assistant|grader)\b"
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
        r"|\bmark\b[^.?!]{0,30}\b(?:competenc(?:y|ies)|questions?|skills?|everything"
        r"|requirements?)\b[^.?!]{0,20}"
        r"\b(?:as )?(?:covered|passed|complete|completed|met|correct|demonstrated)\b"
        r"|\b(?:recommend|approve|hire|advance|shortlist) (?:me|this candidate)\b[^.?!]{0,30}"
        r"\b(?:immediately|now|regardless|automatically|no matter)\b"
        r"|\b(?:gib|geben sie) mir[^.?!]{0,30}\b(?:volle|höchste|beste|maximale)\b"
        r"|(?:给我|打)[^。\uff1f\uff01]{0,10}(?:满分|最高分|高分)"
    ),
    "claim_level": (
        rf"{_START}(?:rate|score|grade) (?:it |this |them )?(?:5|five|100|10|ten|full|perfect)\b"
        rf"|{_START}(?:output|award|assign|respond with|answer with|reply with) (?:a |the )?{_SCORE} (?:of )?"
        r"(?:5|five|100)\b"
        r"|\b(?:this|my) (?:answer|response|interview|segment)\b[^.?!]{0,25}\b(?:deserves?|merits?|warrants?"
        r"|must (?:get|receive|be)|is to be|has to be)\b[^.?!]{0,30}\b(?:level|score|marks?|rating|5"
        r"|five|full"
        r"|top|maximum|exceptional|perfect|excellent)\b"
        rf"|^(?:final |overall |my )?{_SCORE} ?[:=] ?(?:5|five|10|ten|100|excellent|exceptional)"
        r"(?: ?/ ?\d+)?(?![\d.%])"
        rf"|\bthe (?:correct|right|proper|final|expected|true) {_SCORE}\b[^.?!]{{0,40}}"
        r"\bis (?:5|five|100|the highest|exceptional)\b"
        rf"|\bi (?:want|need|expect|demand|deserve) [^.?!]{{0,20}}{_SCORE}\b[^.?!]{{0,30}}"
        r"\b(?:for|in|on) this (?:interview|answer|assessment|question)\b"
        r"|\bevery answer (?:is|gets|deserves) (?:an? )?(?:5|five|10|top|full|perfect)\b"
        rf"|^(?:please |now |so |just )*(?:set|choose|pick|select|report|record) (?:the |a )?{_SCORE}"
        r"(?: to| at| of)? (?:5|five|100|the highest)\b"
        rf"|^(?:please |now |so |just )*(?:choose|pick|select) (?:the )?(?:highest|top|maximum) {_SCORE}\b"
        r"|\b(?:whoever|anyone who|everybody who) (?:reads|rates|grades|scores|evaluates) (?:this|it)"
        r"(?: (?:interview|answer|transcript|segment))?,? (?:must|should|has to|will)\b"
        r"|\bcounts? as (?:an? )?(?:level|score|rating|grade) (?:5|five|100)\b"
        r"|\bexpected (?:value|answer|output|result) (?:is|:) (?:level|score|rating) ?(?:5|five|100)\b"
        rf"|\byou (?:will|must|shall|should|have to) (?:now )?(?:output|assign|award|give|return|report)"
        rf" (?:a |the )?{_SCORE} (?:of )?(?:5|five|100)\b"
        r"|\bmy (?:answers?|interview) (?:should|must|has to|have to|ought to) be"
        r" (?:rated|scored|graded|marked)\b"
        r"|\b(?:please|kindly|so kind as to)\b[^.?!]{0,20}\b(?:assign|award|give|grant)\b[^.?!]{0,15}"
        r"\b(?:maximum|highest|top|full)(?: (?:marks?|scores?|levels?|grades?|ratings?|points))?\W*$"
        r"|\blevels? (?:below|under) (?:5|five)\b[^.?!]{0,20}\b(?:disabled|not allowed|forbidden)\b"
        r"|\b(?:treat|consider) (?:all |every |each |the )*criteri(?:a|on)\b[^.?!]{0,15}"
        r"\b(?:satisfied|met|fulfilled|reached)\b"
        r"|\b(?:bewerten?|benoten?)\b[^.?!]{0,40}\b(?:fünf|5|höchst\w*|volle\w*)\b"
        r"|\b(?:attribuez?|donnez?(?:-moi)?|mettez|notez)\b[^.?!]{0,40}"
        r"\b(?:niveau (?:5|cinq)|note maximale|meilleure note|5 sur 5)\b"
        r"|\b(?:califi(?:ca|que)|dame|deme|puntúa|asigna)\b[^.?!]{0,40}"
        r"\b(?:un 5|cinco|(?:puntuación|nota) máxima|nota más alta)\b"
        r"|\b(?:avalie|dê-me|me dê|atribua|classifique)\b[^.?!]{0,40}\b(?:nota (?:5|cinco|máxima)|nível 5)\b"
        r"|\b(?:dammi|assegna|valuta)\b[^.?!]{0,40}\b(?:punteggio massimo|voto massimo|5 su 5)\b"
        r"|\bgeef mij\b[^.?!]{0,30}\bhoogste\b|поставь мне[^.?!]{0,30}(?:высш|максимальн|пят)"
        r"|评为(?:5|五|最高|满)|(?:最高点|満点)[^。]{0,8}(?:付け|くれ|ください)"
    ),
    "claim_verdict": (
        r"\b(?:the|this) candidate\b[^.?!]{0,40}\b(?:has already been|was already|is already|must be"
        r"|should be"
        r"|is to be) (?:approved|passed|hired|cleared|accepted|rated|scored|graded|selected)\b"
        r"|\b(?:candidates?|applicants?) who (?:mention|say|read|include|use) this\b"
        rf"|\b(?:my|the candidate'?s?|this candidate'?s?) {_SCORE} (?:was|is|has been|were|have been)"
        r" (?:already )?(?:raised|set|changed|fixed|increased|confirmed|agreed)\b"
        r"|\bthis (?:interview|answer|assessment) (?:is to be|has to be|must be|was already|has already been)"
        r" (?:graded|rated|scored|marked|approved)\b"
        r"|\bsystem override\b|\bcandidate (?:is |was |has been )?pre-?approved\b"
        r"|\byour (?:rationale|verdict) (?:should|must|has to|is to)\b"
        r"|\bif you are (?:an? |the )?(?:ai|language model|llm|model|bot|evaluator|grader|assistant)\b"
        r"|\bin your (?:summary|evaluation|assessment|report|rationale|feedback),? (?:please )?(?:say|write"
        r"|state|describe|mention|note|claim|put)\b"
        r"|\bwhen (?:summari[sz]|evaluat|scor|rat|grad|assess)ing this (?:interview|answer|candidate"
        r"|transcript)\b"
        r"|^(?:attention|note|notice|message|instructions?)[,:]? (?:to |for )?(?:the |all "
        r"|any )?(?:evaluators?"
        r"|graders?|readers?|raters?|assessors?|models?|ai|whoever)\b"
    ),
    "no_evaluation": (
        rf"{_START}(?:do not|don't|never|must not|may not) (?:evaluate|assess|score|grade|rate|judge|mention"
        r"|critici[sz]e) (?:this (?:answer|candidate|interview|response)|my (?:answers?|interview"
        r"|weakness\w*)|me"
        r"|any weakness\w*)\b"
        r"|\byou must not (?:mention|evaluate|assess|score|criticise) (?:any|this|my|the)\b"
        rf"|{_START}(?:skip|bypass|suspend) (?:the |this |any |your )?(?:evaluation|assessment|scoring"
        rf"|grading"
        r"|evidence|rubric)\b"
    ),
    "forged_evidence": (
        rf"{_START}(?:cite|quote|use|treat|count) (?:this|the following|it|these|my"
        rf"|the question)\b[^.?!]{{0,60}}"
        r"\b(?:as (?:evidence|proof|my answer|an answer)|for every dimension)\b"
        rf"|{_START}(?:add|append|write|insert) (?:to|into) (?:my|the) transcript\b"
    ),
    "claim_points": (
        r"\b(?:mark|set|tick|treat|count|confirm|report|return) (?:every|all|each)(?: one)?(?: of)?"
        r"(?: the| my| these| your)?(?: (?:key|must|should|bonus|known|listed))? points?\b[^.?!]{0,40}"
        r"\b(?:asserted|made|met|said|covered|confirmed|earned|proved)\b"
        rf"|{_START}(?:do not|don't|never|must not) (?:count|report|quote|flag|confirm) (?:any|a|the|my)"
        r" (?:mistakes?|red flags?|flags?)\b"
        rf"|{_START}(?:count|report|confirm) no (?:mistakes?|red flags?|flags?)\b"
        r"|\bset (?:said|taken_back)\b[^.?!]{0,40}\b(?:asserted|not_said|withdrawn)\b"
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
        r"|recent|evidence|segment|dimension|levels?|rubric|rating|stages?|points?|mistakes?)\b[^>]{0,80}>"
        r"|<\|[a-z_]{2,30}\|>|\[/?(?:inst|system)\]|<<\s*/?sys\s*>>"
        r"|^\s*#{2,}\s*(?:system|instructions?|new task|end of)\b"
        r"|\b(?:begin|end|start) (?:of )?(?:system prompt|candidate answer|user input|transcript)\b"
        r"|^\s*(?:system|assistant|interviewer|evaluator|grader|rater)\s*:|\bassistant to=\w"
        r"|<!--[^>]{0,80}\b(?:rat(?:e|er|ing)|level|score|system|evaluat\w+|grader?)\b[^>]{0,80}(?:-->|$)"
        r"|\{\s*[\"'](?:(?:action|competencies|citations|rationale|points|taken_back)[\"']\s*:"
        r"|(?:score|level)[\"']\s*:\s*[\"']?(?:5|10|100)\b)"
    ),
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A rule that was met, and the sentence that met it, in its normalised form."""

    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where in a text an attempt stands: whole sentences."""

    rule: str
    start: int
    end: int


def attempts_in(text: str) -> tuple[Attempt, ...]:
    """What people should look at; each rule once, few at most."""
    if len(text) > LONGEST_READ:
        text = text[:LONGEST_READ]
    found: dict[str, Attempt] = {}
    for attempt in _all(text):
        found.setdefault(attempt.rule, attempt)
    return tuple(found.values())[:MOST_ATTEMPTS]


def attempt_spans(text: str) -> tuple[Stretch, ...]:
    """Every sentence that is part of an attempt, in their order, each once."""
    found: dict[tuple[int, int], str] = {}
    for each in sorted(_stretches(text[:LONGEST_READ]), key=lambda one: (one.start, one.end)):
        found.setdefault((each.start, each.end), each.rule)
    return tuple(Stretch(rule, start, end) for (start, end), rule in found.items())


def _all(text: str) -> Iterator[Attempt]:
    _, forged = _compiled()
    for rule, pattern in forged.items():
        if match := pattern.search(text):
            yield Attempt(rule, normalised(match[0]))
    if hidden := INVISIBLE.search(text):
        yield from _hidden(text, hidden.start())
    for each in _ordering(text):
        yield Attempt(each.rule, normalised(text[each.start : each.end]))


def _stretches(text: str) -> Iterator[Stretch]:
    _, forged = _compiled()
    spans = sentence_spans(text)
    for rule, pattern in forged.items():
        for match in pattern.finditer(text):
            yield from (
                Stretch(rule, start, end)
                for start, end in spans
                if start < match.end() and match.start() < end
            )
    yield from _ordering(text)


def _ordering(text: str) -> Iterator[Stretch]:
    """Sentences that give orders, by themselves or together with their neighbours."""
    spans = sentence_spans(text)
    taken: set[tuple[int, int]] = set()
    for span in spans:
        for rule in _rules_in(readings(text[slice(*span)])):
            taken.add(span)
            yield Stretch(rule, *span)
    for window in _windows(text, spans):
        if taken.isdisjoint(window):
            joined = _folded(" ".join(text[slice(*span)].rstrip(PUNCTUATION) for span in window))
            for rule in _rules_in([joined]):
                taken.update(window)
                yield from (Stretch(rule, *span) for span in window)


def _rules_in(forms: Collection[str]) -> Iterator[str]:
    orders, _ = _compiled()
    return (rule for rule, pattern in orders.items() if any(pattern.search(form) for form in forms))


def _windows(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    """Short sentences side by side, few before many: an order may have been cut into them."""
    brief = [len(text[start:end].split()) <= BRIEF for start, end in spans]
    for width in (2, 3, 4):
        for at in range(len(spans) - width + 1):
            if all(brief[at : at + width]):
                yield spans[at : at + width]


def _hidden(text: str, first: int) -> Iterator[Attempt]:
    """Signs that nobody sees: one may slip in with a paste, many carry a message."""
    if len(INVISIBLE.findall(text, first)) >= 8:
        yield Attempt("hidden_text", "")


def readings(sentence: str) -> frozenset[str]:
    """A sentence as it stands, and as it reads when a simple disguise is taken off."""
    folded = _folded(sentence)
    undisguised = [folded.translate(LEET), HYPHENATED.sub("", folded)]
    if len(folded) >= FEWEST_LETTERS:
        undisguised += [codecs.encode(folded, "rot13"), folded[::-1]]
    if any(map(unicodedata.combining, folded)):
        undisguised.append(_unmarked(folded))
    undisguised += (_folded(each) for each in _decoded(sentence))
    # a disguise that comes off by chance leaves no such word, and need not be read further
    return frozenset({folded, *(each for each in undisguised if any(word in each for word in TELLTALES))})


def _decoded(sentence: str) -> Iterator[str]:
    """What was written in another code, if it is a text."""
    if "&" in sentence:
        yield html.unescape(sentence)
    if "%" in sentence:
        yield unquote(sentence)
    if "\\" in sentence:
        yield ESCAPED.sub(lambda match: chr(int(match[1] or match[2], 16)), sentence)
    for match in BASE64.finditer(sentence):
        with suppress(ValueError):
            yield base64.b64decode(match[0] + "=" * (-len(match[0]) % 4), validate=True).decode("utf-8")
    for match in HEXADECIMAL.finditer(sentence):
        with suppress(ValueError):
            yield bytes.fromhex("".join(match[0].split())).decode("utf-8")
    for match in BINARY.finditer(sentence):
        with suppress(ValueError):
            yield bytes(int(each, 2) for each in match[0].split()).decode("utf-8")


def _unmarked(text: str) -> str:
    """Without what is struck through or drawn under letters."""
    return "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))


def _folded(sentence: str) -> str:
    """As a reader takes it: one look for signs that look alike, letters set apart put together."""
    plain = normalised(sentence).translate(LOOKALIKES)
    return SPACED.sub(lambda match: re.sub(r"[ .\-_*]", "", match[0]), plain)


@cache
def _compiled() -> tuple[dict[str, re.Pattern[str]], dict[str, re.Pattern[str]]]:
    orders = {
        rule: re.compile(
            "|".join(each for each in (pattern, IN_LANGUAGES.get(rule)) if each).translate(LOOKALIKES)
        )
        for rule, pattern in RULES.items()
    }
    forged = {rule: re.compile(pattern, re.MULTILINE | re.IGNORECASE) for rule, pattern in FORGED.items()}
    return orders, forged
