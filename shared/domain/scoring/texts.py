"""Texts about a result: sentences of a model, of which only those stay that the transcript proves.

A sentence comes with its quotes. Code reads each quote again; a sentence without one that is found is
cut. Where no model wrote, quotes that were verified speak for themselves, or nothing is said.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.domain.interview.wording import sentences
from shared.domain.scoring.evidence import Evidence
from shared.domain.scoring.records import Citation, Pass, VerifiedQuote
from shared.domain.scoring.signals import AT_LEAST_MEDIUM, RISKS, Risk, risk_level

type Facts = Mapping[str, Any]

MOST_SENTENCES: Final = 8
MOST_QUOTES_BY_RULE: Final = 3
LONGEST_SENTENCE: Final = 600
LONGEST_QUOTE: Final = 240
LONGEST_NOTES: Final = 8_000

DOUBTS: Final[Mapping[str, str]] = {
    "generic_wording": "Wording that could be anybody's answer",
    "contradiction": "Statements that contradict each other",
    "no_concrete_example": "No concrete example where one was asked for",
}
SIGNALS: Final[Mapping[str, str]] = {"tab_switch": "changes of the tab", "copy_paste": "pastes"}

VERDICT: Final = r"(?:exceptional|outstanding|strong|good|adequate|developing|weak|excellent|poor|average)"
MANNER: Final = (
    r"\b(?:accent\w*|tone of voice|(?:your|their|his|her) (?:tone|voice|manner|appearance|smile)"
    r"|enthusias\w+|nervous\w*|confident(?:ly)?|self-confiden\w+|sounded|charisma\w*|charming|body language"
    r"|eye contact|cheerful\w*|passionate(?:ly)?|akzent|selbstbewusst\w*|nervös\w*|begeister\w+"
    r"|enthousias\w+|nerveu\w+|entusias\w+|nervios\w+|nervos\w+|acento|sotaque)\b|口音|紧张|自信|热情"
)
"""How somebody comes across is said to nobody, by whatever model."""
NOT_FOR_CANDIDATES: Final[Mapping[str, str]] = {
    "number": r"\d|%|[\u2150-\u218f\u2460-\u249b]|\b(?:per ?cent|percentage|percentile)\b",
    "score": (
        r"\b(?:scor(?:e|es|ed|ing)|points?|marks?|grad(?:e|es|ed|ing)|rating|rated|level|levels|band|bands"
        r"|rubric|weight(?:s|ed|ing)?|threshold)\b"
        r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten) (?:out )?of (?:five|ten|a hundred)\b"
        rf"|\b(?:is|are|was|were|as|be|overall|performance|interview|candidate) {VERDICT}\b"
        r"(?! (?:example|enough to))"
        r"|\b(?:excellent\w*|outstanding|exceptional\w*|stars|top marks?)\b|\bgot an? [a-f][+-]?(?=[.,;!]|$)"
        r"|\b(?:punkt\w*|schulnote\w*|bestnote|höchstnote|bewert\w+|stufe|niveaux?|notation|puntuaci\w+|nivel"
        r"|pontua\w+|nível|sehr gut|ausgezeichnet\w*|hervorragend\w*|mangelhaft\w*|très bien|insuffisant\w*"
        r"|sobresaliente|excelente\w*)\b"
        r"|\b(?:gute[nr]?|beste|ihre|bonne|mauvaise|votre|su|buena|mala|sua|boa|má) not(?:en?|as?)\b"
        r"|分数|评分|等级|得分|[满高低]分|优秀|良好|及格|[一二三四五六七八九十百]分(?![钟之析类种步])"
    ),
    "comparison": (
        r"\b(?:rank(?:s|ed|ing)?|shortlist\w*|better than|worse than|compared (?:to|with)"
        r"|(?:other|most|many|all|fellow) (?:candidates?|applicants?|people)"
        r"|(?:above|below) average|top (?:candidate|performer|tier|group)s?"
        r"|among the (?:best|top|strongest|weakest)"
        r"|(?:came|come|placed|finished) (?:first|second|third|last)|(?:nobody|no one|few) did"
        r"|besser als|schlechter als|meilleure? que|mejor que|peor que|melhor (?:do )?que|pior (?:do )?que"
        r"|andere\w* (?:bewerber|kandidat)\w*|autres candidats|otros candidatos"
        r"|outros candidatos)\b|其他候选人|比别人|比其他"
    ),
    "recommendation": (
        r"\b(?:recommend\w*|hire|hired|hiring|reject\w*|proceed(?:ing)? (?:to|with)|advance (?:you|to)"
        r"|next (?:round|stage|step in the process)|job offer|offer you|(?:un)?successful candidate"
        r"|you have the job|good news|working with you|welcome (?:aboard|to the team)|congratulations"
        r"|you(?:'ve| have)? (?:passed|failed)(?! (?:to|on|over|along|it))|bestanden|durchgefallen"
        r"|(?:un)?suitable|good fit|strong fit|(?:not )?a fit for|you (?:will|would) (?:get|be offered)"
        r"|empfehl\w+|einstell\w+|recommand\w+|embauch\w+|recomend\w+|contrat\w+)\b|推荐|录用"
    ),
    "environment": (
        r"\b(?:(?:company|team|organi[sz]ation)(?:'s)? culture|work(?:ing)? environment|fast-paced"
        r"|(?:this|the|our) (?:company|employer|organi[sz]ation) (?:expects?|values?|wants?|needs?|prefers?"
        r"|looks? for|is looking))\b"
    ),
    "manner": MANNER,
}
"""In the languages that we speak, the words of a grade, a comparison or a promise."""

FORBIDDEN: Final = {name: re.compile(rule, re.IGNORECASE) for name, rule in NOT_FOR_CANDIDATES.items()}

NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")

TOLD: Final[Mapping[str, str]] = {
    "en": "You told this in concrete terms: “{quote}”",
    "de": "Das haben Sie konkret erzählt: „{quote}“",
    "fr": "Vous l'avez raconté de façon concrète : « {quote} »",
    "es": "Lo contó de forma concreta: «{quote}»",
    "pt": "Contou isto de forma concreta: «{quote}»",
    "zh": "您具体地讲到“{quote}”",
}
SAID: Final = "The candidate said: “{quote}”"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and where the words stand that show it."""

    text: str
    quotes: tuple[VerifiedQuote, ...]

    def as_facts(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "quotes": [
                {
                    "segment_id": str(each.segment_id),
                    "start": each.start,
                    "end": each.end,
                    "quote": each.quote,
                }
                for each in self.quotes
            ],
        }


@dataclass(frozen=True, slots=True)
class Opinion:
    risk: Risk
    notes: str


def summary(evidence: Evidence, written: Facts, proved: Sequence[VerifiedQuote]) -> tuple[Sentence, ...]:
    """For those who decide; by rule where nothing of a model's stays."""
    kept = tuple(_proved(evidence, written.get("sentences")))
    return kept or tuple(_by_rule(SAID, proved))


def feedback(
    evidence: Evidence, written: Facts, proved: Sequence[VerifiedQuote], language: str
) -> tuple[Sentence, ...]:
    """For the candidate: nothing in it grades, compares, promises or tells of the employer."""
    sections = [*(written.get("strengths") or ()), *(written.get("improvements") or ())]
    kept = tuple(each for each in _proved(evidence, sections) if tells(each.text) is None)
    if kept:
        return kept
    by_rule = _by_rule(TOLD.get(language, TOLD["en"]), proved)
    return tuple(each for each in by_rule if tells(each.text) is None)


def opinion(evidence: Evidence, written: Facts, signals: Mapping[str, int]) -> Opinion:
    """The opinion of a model, of which only proved doubts raise anything; never below the floor by rule."""
    doubts = [
        (each.get("kind"), quotes)
        for each in written.get("doubts") or ()
        if each.get("kind") in DOUBTS and (quotes := _quotes(evidence, each.get("quotes")))
    ]
    given = written.get("risk")
    risk: Risk = given if doubts and given in RISKS else "low"
    notes = [
        f"{DOUBTS[kind]}: " + " / ".join(f"“{_short(each.quote)}”" for each in quotes)
        for kind, quotes in doubts
    ]
    notes += [
        f"The browser noticed {signals[kind]} {SIGNALS[kind]}."
        for kind, least in AT_LEAST_MEDIUM.items()
        if signals.get(kind, 0) >= least
    ]
    return Opinion(risk_level(risk, signals), "\n".join(notes)[:LONGEST_NOTES])


def tells(text: str) -> str | None:
    """Which of the things a candidate is never told stands in it; None if nothing does."""
    return next((name for name, pattern in FORBIDDEN.items() if pattern.search(text)), None)


def without_manner(text: str) -> str:
    """The sentences of a rationale that say nothing about how somebody came across."""
    return " ".join(each for each in sentences(text) if not FORBIDDEN["manner"].search(each))


def joined(sentences: Iterable[Sentence]) -> str | None:
    return " ".join(each.text for each in sentences) or None


def _proved(evidence: Evidence, written: Iterable[Facts] | None) -> Iterator[Sentence]:
    for each in list(written or ())[:MOST_SENTENCES]:
        text = " ".join(str(each.get("text") or "").split())
        if not text or len(text) > LONGEST_SENTENCE:
            continue
        quotes = _quotes(evidence, each.get("quotes"))
        if quotes and _speaks_for(text, quotes) and not FORBIDDEN["manner"].search(text):
            yield Sentence(text, quotes)


def _speaks_for(text: str, quotes: Sequence[VerifiedQuote]) -> bool:
    """Figures are not made up: every number of the sentence stands in its quotes, whole."""
    said = {number for each in quotes for number in NUMBER.findall(each.quote)}
    return said.issuperset(NUMBER.findall(text))


def _quotes(evidence: Evidence, cited: Iterable[Facts] | None) -> tuple[VerifiedQuote, ...]:
    citations = tuple(
        Citation(str(each.get("segment_id") or ""), str(each.get("quote") or "")) for each in cited or ()
    )
    return evidence.verify(Pass("", 1, None, citations)).quotes


def _by_rule(pattern: str, proved: Sequence[VerifiedQuote]) -> Iterator[Sentence]:
    """The longest proofs, in the order in which they were said."""
    chosen: list[VerifiedQuote] = []
    for each in sorted(proved, key=lambda one: (-len(one.quote), one.sequence)):
        if len(chosen) < MOST_QUOTES_BY_RULE and not any(_overlap(each, other) for other in chosen):
            chosen.append(each)
    for each in sorted(chosen, key=lambda one: (one.sequence, one.start)):
        yield Sentence(pattern.format(quote=_short(each.quote)), (each,))


def _overlap(one: VerifiedQuote, other: VerifiedQuote) -> bool:
    return one.segment_id == other.segment_id and one.start < other.end and other.start < one.end


def _short(quote: str) -> str:
    if len(quote) <= LONGEST_QUOTE:
        return quote
    return quote[:LONGEST_QUOTE].rsplit(" ", 1)[0] + "…"
