"""The report as a page: read on a screen, without colour, by a screen reader, and on paper.

Everything in it that somebody wrote is escaped. It loads nothing and runs nothing: its policy lets
in no more than its own style, by its hash.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import Final

from shared.contracts.interview import TranscriptItem
from shared.contracts.scores import (
    AnsweredChoice,
    PointShown,
    ProvedSentence,
    ScoredDimension,
    ScoredItem,
    ScoreReport,
    ScoreReview,
    ScoreRunView,
)
from shared.http.reports.evidence import Reference, by_segment, pieces, place_of, references
from shared.http.reports.plot import plot
from shared.http.reports.words import (
    DOUBTS,
    ENDS,
    MADE,
    SIGNALS,
    STANDS,
    STATUSES,
    UNSCORED,
    WEIGHTS,
    meaning,
)

NAMELESS: Final = "Candidate (name not shown)"
BY_PEOPLE: Final = (
    "The scores on this page were worked out by a machine. It decides nothing: people do, and what they "
    "say stands beside the result. Every quote was found again, letter by letter, in the sealed transcript."
)
POINTS: Final = (
    "Beside the score and no part of it. A point counts where more than half of the readings found it in "
    "words of the candidate; what was taken back later counts no more."
)


@cache
def style() -> str:
    return files("shared.http.reports").joinpath("report.css").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """The content security policy of the page."""
    digest = b64encode(hashlib.sha256(style().encode()).digest()).decode()
    nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return f"{nothing}; style-src 'sha256-{digest}'"


def report_page(report: ScoreReport) -> str:
    title = f"{report.role.title}: {_name(report)}"
    cited = references(report.score) if report.score else []
    parts = [
        *_head(report),
        *_result(report.score, report.reviews),
        *_dimensions(report.score, cited),
        *_items(report.score, cited),
        *_choices(report.choices),
        *_texts(report.score),
        *_notices(report),
        *_reviews(report.reviews),
        *_transcript(report, cited),
        *_foot(report.score),
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style()}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


# ---- the parts ----


def _head(report: ScoreReport) -> Iterator[str]:
    interview = report.interview
    yield "<header>"
    yield f"<h1>{escape(report.role.title)}</h1>"
    yield f'<p class="lead">{escape(_name(report))}</p>'
    facts = {
        "Interview": _moment(interview.started_at),
        "Length": _length(interview.duration_seconds),
        "Ended because": meaning(ENDS, interview.end_reason) if interview.end_reason else "",
        "Department": report.role.department or "",
    }
    yield _facts(facts)
    yield "</header>\n<main>"
    yield f'<p class="notice">{escape(BY_PEOPLE)}</p>'


def _result(run: ScoreRunView | None, reviews: Sequence[ScoreReview]) -> Iterator[str]:
    yield '<section aria-labelledby="result">\n<h2 id="result">Result</h2>'
    if run is None:
        yield "<p>There is no score yet.</p>\n</section>"
        return
    if run.overall_score is None:
        yield f"<p>{escape(meaning(STATUSES, run.status)).capitalize()}.</p>"
    else:
        yield f'<p><span class="overall">{run.overall_score:g}</span> of 100, {escape(run.band or "")}</p>'
    facts = {
        "May well lie between": _between(run.score_low, run.score_high),
        "Scored": "" if run.assessed_weight is None else f"{run.assessed_weight:.0%} of the rubric",
        "Readings agree": "" if run.agreement is None else f"{run.agreement:.0%}",
        "Quotes": _counted(run.quotes_cited, run.quotes_dropped),
    }
    yield _facts(facts)
    if run.needs_human_review:
        yield "<h3>A person has to look, because</h3>\n<ul>"
        labels = {each.dimension: each.label for each in run.dimensions}
        for reason in run.review_reasons:
            of = f"{labels.get(reason.dimension, reason.dimension)}: " if reason.dimension else ""
            yield f"<li>{escape(of + meaning(DOUBTS, reason.doubt))}</li>"
        yield "</ul>"
    override = next((each for each in reviews if each.kind == "override"), None)
    if override:
        of = "" if override.run_number == run.run_number else f", on run {override.run_number}"
        yield f"<h3>Decided by a person{of}: {escape(override.decision or '')}</h3>"
        yield _quoted(override.reason)
    yield "</section>"


def _dimensions(run: ScoreRunView | None, cited: Sequence[Reference]) -> Iterator[str]:
    if run is None or not run.dimensions:
        return
    yield '<section aria-labelledby="dimensions">\n<h2 id="dimensions">What was looked at</h2>'
    yield plot(run.dimensions)
    yield '<div class="scroll" tabindex="0" role="region" aria-label="Scores as a table">\n<table>'
    yield "<caption>The same in figures. Levels run from 1 to 5, one for each reading.</caption>"
    yield (
        '<thead><tr><th scope="col">Dimension</th><th scope="col" class="number">Score</th>'
        '<th scope="col">Between</th><th scope="col" class="number">Weight</th>'
        '<th scope="col">Levels</th><th scope="col">Evidence</th></tr></thead>\n<tbody>'
    )
    for each in run.dimensions:
        score = "not scored" if each.score is None else f"{each.score:g}"
        cells = [
            f'<th scope="row">{escape(each.label)}</th>',
            f'<td class="number">{score}</td>',
            f"<td>{_between(each.score_low, each.score_high)}</td>",
            f'<td class="number">{each.weight:.0%}</td>',
            f"<td>{', '.join(map(str, each.levels))}</td>",
            f"<td>{escape(each.evidence_status)}</td>",
        ]
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody>\n</table>\n</div>"
    for each in run.dimensions:
        yield from _dimension(each, [known for known in cited if known.about == each.dimension])
    yield "</section>"


def _dimension(each: ScoredDimension, cited: Sequence[Reference]) -> Iterator[str]:
    yield f"<h3>{escape(each.label)}</h3>"
    if each.evidence:
        yield f"<p>{escape(each.evidence)}</p>"
    for doubt in each.doubts:
        yield f'<p class="quiet">A person has to look: {escape(meaning(DOUBTS, doubt))}.</p>'
    yield from map(_proof, cited)
    if not cited:
        yield '<p class="quiet">No quote proves a level here.</p>'


def _proof(known: Reference) -> str:
    where = f"said in {known.quote.sequence}" if known.quote.sequence else "in the transcript"
    return (
        f"<blockquote><bdi>{escape(known.quote.quote)}</bdi> "
        f'<a href="#{known.anchor}" aria-label="Quote {known.number}, {where}">[{known.number}]</a>'
        "</blockquote>"
    )


def _items(run: ScoreRunView | None, cited: Sequence[Reference]) -> Iterator[str]:
    """Questions with known points: what was made of them, what was not, and what speaks against them."""
    if run is None or not run.items:
        return
    yield '<section aria-labelledby="points">\n<h2 id="points">Questions with known points</h2>'
    yield f'<p class="quiet">{escape(POINTS)}</p>'
    for item in run.items:
        yield f"<h3>{escape(item.question)}</h3>"
        if item.level is None:
            yield f"<p>No level: {escape(meaning(UNSCORED, item.unscored or ''))}.</p>"
        else:
            yield f"<p>Level {item.level} of 5, {item.earned or 0:.0%} of the points</p>"
        if item.unscored not in {"not_answered", "too_few_readings"}:
            yield from _points(item, cited)
    yield "</section>"


def _points(item: ScoredItem, cited: Sequence[Reference]) -> Iterator[str]:
    for number, stage in enumerate(item.stages, 1):
        if len(item.stages) > 1:
            yield f"<h4>Stage {number}</h4>"
        yield "<ul>"
        for point in stage.points:
            yield from _point(f"{WEIGHTS[point.weight]}: {point.text}", item, point, MADE, cited)
        yield "</ul>"
    against = [each for each in item.mistakes if each.said != "not_said"]
    if against:
        yield "<h4>Speaks against it</h4>\n<ul>"
        for flag in against:
            cap = f" No level above {flag.cap}." if flag.cap and flag.said == "asserted" else ""
            yield from _point(flag.text + cap, item, flag, STANDS, cited)
        yield "</ul>"


def _point(
    text: str, item: ScoredItem, point: PointShown, words: Mapping[str, str], cited: Sequence[Reference]
) -> Iterator[str]:
    yield f"<li>{escape(text)} <strong>{words[point.said]}</strong>"
    yield from (_proof(each) for each in cited if each.about == place_of(item, point))
    yield "</li>"


def _choices(choices: Sequence[AnsweredChoice]) -> Iterator[str]:
    if not choices:
        return
    yield '<section aria-labelledby="choices">\n<h2 id="choices">Questions with options</h2>\n<ul>'
    verdicts = {True: "right", False: "not right", None: "nothing was chosen"}
    for each in choices:
        chosen = f"{each.chosen}: " if each.chosen else ""
        yield f"<li>{escape(each.question)} <strong>{escape(chosen)}{verdicts[each.correct]}</strong></li>"
    yield "</ul>\n</section>"


def _texts(run: ScoreRunView | None) -> Iterator[str]:
    if run is None:
        return
    for heading, name, sentences in (
        ("Summary", "summary", run.summary_sentences),
        ("What the candidate is told", "feedback", run.feedback_sentences),
    ):
        if sentences:
            yield f'<section aria-labelledby="{name}">\n<h2 id="{name}">{heading}</h2>'
            yield from map(_sentence, sentences)
            yield "</section>"


def _sentence(each: ProvedSentence) -> str:
    proofs = "".join(_quoted(shown.quote) for shown in each.quotes)
    return f'<p dir="auto">{escape(each.text)}</p>{proofs}'


def _notices(report: ScoreReport) -> Iterator[str]:
    run, signals = report.score, report.signals or []
    if not signals and (run is None or not (run.findings or run.anti_cheat_notes)):
        return
    yield '<section aria-labelledby="notices">\n<h2 id="notices">To look at</h2>'
    yield '<p class="quiet">Nothing here changed a score, and nothing here proves anything.</p>\n<ul>'
    if run and run.anti_cheat_risk_level:
        notes = f": {run.anti_cheat_notes}" if run.anti_cheat_notes else ""
        yield f"<li>Impression: {escape(run.anti_cheat_risk_level + notes)}</li>"
    for finding in run.findings if run else []:
        yield (
            f'<li><a href="#said-{finding.sequence}">In {finding.sequence}</a> '
            f"something gives orders to a machine ({escape(finding.rule.replace('_', ' '))}).</li>"
        )
    for signal in signals:
        told = meaning(SIGNALS, signal.type)
        lasted = f", {signal.duration_ms / 1000:g} s" if signal.duration_ms else ""
        yield f"<li>{_moment(signal.occurred_at)}: {escape(told)}{lasted}</li>"
    yield "</ul>\n</section>"


def _reviews(reviews: Sequence[ScoreReview]) -> Iterator[str]:
    if not reviews:
        return
    yield '<section aria-labelledby="reviews">\n<h2 id="reviews">What people say</h2>'
    for each in reviews:
        decided = f", decided: {each.decision}" if each.decision else ""
        yield f"<h3>{_moment(each.created_at)}, on run {each.run_number}{escape(decided)}</h3>"
        yield _quoted(each.reason)
    yield "</section>"


def _transcript(report: ScoreReport, cited: Sequence[Reference]) -> Iterator[str]:
    language = escape(report.interview.language, quote=True)
    known = by_segment(cited)
    yield '<section aria-labelledby="transcript">\n<h2 id="transcript">Transcript</h2>'
    yield '<p class="quiet">Underlined words are quoted above, under the number that follows them.</p>'
    for item in report.transcript:
        who = f'<span class="who" lang="en">{item.sequence}. {_speaker(item)}</span>'
        words = "".join(_marked(item, known.get(item.id, [])))
        opening = f'<div class="said {item.speaker}" id="said-{item.sequence}" lang="{language}">'
        yield f'{opening}{who}<div dir="auto">{words}</div></div>'
    if not report.transcript:
        yield "<p>Nothing was said.</p>"
    yield "</section>\n</main>"


def _marked(item: TranscriptItem, cited: Sequence[Reference]) -> Iterator[str]:
    for piece in pieces(item.content, cited):
        if not piece.proves:
            yield escape(piece.text)
            continue
        anchors = "".join(f'<span id="{each.anchor}"></span>' for each in piece.begins)
        numbers = "".join(f"<sup>[{each.number}]</sup>" for each in piece.ends)
        yield f"{anchors}<mark>{escape(piece.text)}</mark>{numbers}"


def _foot(run: ScoreRunView | None) -> Iterator[str]:
    if run is None:
        return
    versions = {
        "Run": f"{run.run_number} ({run.run_id})",
        "Model": run.model_version,
        "Prompts": run.prompt_version,
        "Rubric": run.rubric_version,
        "Rules": run.rules_version,
        "Transcript": run.transcript_hash,
        "Readings": run.passes_hash,
        "Finished": _moment(run.completed_at),
    }
    yield "<footer>"
    yield _facts({name: str(value) for name, value in versions.items() if value is not None})
    yield "</footer>"


# ---- small pieces ----


def _quoted(text: str) -> str:
    """In the direction in which it is written."""
    return f'<blockquote dir="auto">{escape(text)}</blockquote>'


def _facts(facts: dict[str, str]) -> str:
    told = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts.items() if text)
    return f'<dl class="facts">{told}</dl>' if told else ""


def _name(report: ScoreReport) -> str:
    seen = report.candidate
    names = [seen.first_name, seen.last_name] if seen else []
    return " ".join(each for each in names if each) or NAMELESS


def _speaker(item: TranscriptItem) -> str:
    return "Interviewer" if item.speaker == "interviewer" else "Candidate"


def _between(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{low:g} and {high:g}"


def _counted(cited: int | None, dropped: int | None) -> str:
    if cited is None:
        return ""
    return f"{cited - (dropped or 0)} of {cited} found in what the candidate said"


def _length(seconds: int | None) -> str:
    return "" if seconds is None else f"{seconds // 60} min {seconds % 60} s"


def _moment(at: datetime | None) -> str:
    return at.strftime("%d %B %Y, %H:%M UTC") if at else ""
