"""Logs, traces and metrics: every name in one place, and one rule about personal data.

The rule: a log line, a span name and an exception text hold ids and figures only. Content may
stand in a span attribute whose key has a `pii` segment (`talenti.pii.answer`), which a collector
can strip; a log line drops such a key. Messages of foreign exceptions may quote what a person
wrote, so a structured line carries their type and stack, never their text.
"""

import json
import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from opentelemetry import metrics, trace

from shared.errors import TalentiError

if TYPE_CHECKING:
    from opentelemetry.sdk.metrics.export import MetricExporter
    from opentelemetry.sdk.trace.export import SpanExporter

    from shared.domain.language import Usage

type Value = str | int | float | bool


class Event(StrEnum):
    """What a log line can be about."""

    REQUEST_FINISHED = "http.request.finished"
    REQUEST_REFUSED = "http.request.refused"
    REQUEST_CRASHED = "http.request.crashed"
    STREAM_ABANDONED = "http.stream.abandoned"
    STREAM_CRASHED = "http.stream.crashed"
    DEPENDENCY_UNHEALTHY = "health.dependency.unhealthy"
    SETTING_REFUSED = "settings.refused"
    WARM_UP_FAILED = "app.warm_up.failed"
    RATE_LIMITS_LOCAL = "rate_limits.local"
    AUDIT_LOST = "audit.lost"
    IDEMPOTENCY_LOST = "idempotency.lost"
    LETTER_DEFERRED = "invitations.letter.deferred"
    SELF_CHECK_UNHEALTHY = "health.self_check.unhealthy"
    TURN_FINISHED = "interview.turn.finished"
    TURN_DEGRADED = "interview.turn.degraded"
    TURN_LOST = "interview.turn.lost"
    TURN_COMMIT_REPEATED = "interview.turn.commit_repeated"
    REPLY_WITHHELD = "interview.reply.withheld"
    COACHING_BY_RULE = "practice.coaching.by_rule"
    DOCUMENT_EXHAUSTED = "documents.exhausted"
    DOCUMENT_READER_FAILED = "documents.reader_failed"
    DOCUMENT_READER_REPLACED = "documents.reader_replaced"
    DOCUMENT_NOT_CHECKED = "documents.not_checked"
    RESUME_NOT_STRUCTURED = "resumes.not_structured"
    MATCH_BY_RULES = "resumes.match_by_rules"
    READING_DEFERRED = "resumes.reading.deferred"
    UPLOAD_MISSING = "resumes.upload.missing"
    UPLOAD_TOLD_AGAIN = "resumes.upload.told_again"
    UPLOAD_UNKNOWN = "resumes.upload.unknown"
    PACK_UNUSABLE = "packs.unusable"
    PLAN_DEFERRED = "planning.plan.deferred"
    QUESTIONS_NOT_SUGGESTED = "planning.questions.not_suggested"
    SCORE_FINISHED = "scoring.run.finished"
    SCORE_FAILED = "scoring.run.failed"
    SCORE_STEP_FAILED = "scoring.step.failed"
    CALL_REPEATED = "dependency.call.repeated"
    BREAKER_CHANGED = "dependency.breaker.changed"
    CALL_EVENT_UNREADABLE = "calls.event.unreadable"
    CALL_EVENT_FOREIGN = "calls.event.foreign"
    CALL_EVENT_NOTED = "calls.event.noted"
    CALL_EVENT_REFUSED = "calls.event.refused"
    CALL_IDENTITY_LEFT = "calls.identity.left"
    RECORDING_OWED = "recordings.owed"
    RECORDING_STRAYS_DELETED = "recordings.strays_deleted"
    RECORDING_UNKNOWN = "recordings.unknown"
    RECORDING_FILE_LATE = "recordings.file.late"
    RECORDING_CHUNK_LATE = "recordings.chunk.late"
    RECORDING_FAILED = "recordings.failed"
    RECORDING_TRANSCRIBED = "recordings.transcribed"
    RECORDING_TRANSCRIPT_DEFERRED = "recordings.transcript.deferred"
    RECORDING_NOT_TRANSCRIBED = "recordings.transcript.left"
    GRID_EVENT_UNKNOWN = "events.unknown"
    GRID_EVENT_REPEATED = "events.repeated"
    GRID_EVENT_UNREADABLE = "events.unreadable"
    GRID_EVENT_REFUSED = "events.refused"
    GRID_EVENT_FAILED = "events.failed"
    FRAME_LOST = "realtime.frame.lost"
    FRAME_REFUSED = "realtime.frame.refused"
    WORKFLOW_NOT_TOLD = "workflows.not_told"
    TALK_TENDED = "lifecycle.talk.tended"
    SIGN_LOST = "lifecycle.sign.lost"
    TRANSCRIPT_BROKEN = "lifecycle.transcript.broken"
    WORKFLOW_PARKED = "workflows.parked"
    WORKFLOW_UNPARKED = "workflows.unparked"
    WORKFLOW_REPAIRED = "workflows.repaired"
    REPAIR_REFUSED = "workflows.repair_refused"
    DELETION_COMPLETED = "privacy.deletion.completed"
    DELETION_FAILED = "privacy.deletion.failed"
    DELETION_PRESSING = "privacy.deletion.pressing"
    RETENTION_FINISHED = "retention.run.finished"
    EXPIRED_PURGED = "retention.expired.purged"


class Attribute(StrEnum):
    """Keys of log lines and spans. A key with a `pii` segment never reaches a log line."""

    REQUEST_ID = "talenti.request_id"
    INTERVIEW_ID = "talenti.interview_id"
    INVITATION_ID = "talenti.invitation_id"
    LETTER_ID = "talenti.letter_id"
    SCORE_RUN_ID = "talenti.score_run_id"
    FUNCTION = "faas.name"
    METHOD = "http.request.method"
    STATUS = "http.response.status_code"
    DURATION_MS = "talenti.duration_ms"
    DEPENDENCY = "talenti.dependency"
    OPERATION = "talenti.operation"
    OUTCOME = "talenti.outcome"
    ATTEMPT = "talenti.attempt"
    BREAKER_STATE = "talenti.breaker.state"
    MODEL = "gen_ai.request.model"
    PURPOSE = "talenti.prompt.purpose"
    PROMPT_VERSION = "talenti.prompt.version"
    TOKEN_KIND = "gen_ai.token.type"  # noqa: S105 - a name
    REASON = "talenti.reason"
    TURN_KIND = "talenti.turn.kind"
    FIRST_TOKEN_MS = "talenti.turn.first_token_ms"  # noqa: S105 - a name
    TOKENS = "talenti.turn.tokens"
    DEGRADED = "talenti.turn.degraded"
    AUDIT_ACTION = "talenti.audit.action"
    INSTANCE_ID = "talenti.instance_id"
    FAMILY = "talenti.workflow.family"
    REPAIR = "talenti.workflow.repair"
    SUBJECT = "talenti.subject"
    SUBJECT_ID = "talenti.subject_id"
    FILE_ID = "talenti.file_id"
    STATE = "talenti.state"
    DOCUMENT_KIND = "talenti.document.kind"
    EXIT_CODE = "process.exit.code"
    EVENT_KIND = "talenti.event.kind"
    RECORDING_ID = "talenti.recording_id"
    CHUNKS = "talenti.recording.chunks"
    SEGMENTS = "talenti.transcript.segments"
    PLACED = "talenti.transcript.placed"
    DISCREPANCY = "talenti.transcript.discrepancy"
    EVENTS = "talenti.events"
    ORGANISATION_ID = "talenti.organisation_id"
    RUN_ID = "talenti.retention.run_id"
    ROWS = "talenti.rows"
    LEFT = "talenti.retention.left"
    TABLE = "talenti.table"
    ERROR_CODE = "talenti.error.code"
    ERROR_TYPE = "error.type"
    ERROR_DETAIL = "talenti.error.detail"
    ERROR_STACK = "talenti.error.stack"


class Metric(StrEnum):
    REQUEST_DURATION = "http.server.request.duration"
    DEPENDENCY_DURATION = "talenti.dependency.duration"
    DEPENDENCY_ATTEMPTS = "talenti.dependency.attempts"
    MODEL_TOKENS = "talenti.model.tokens"
    MODEL_FIRST_TOKEN = "talenti.model.first_token"  # noqa: S105 - a name
    MODEL_DEGRADED = "talenti.model.degraded"
    TURN_DURATION = "talenti.turn.duration"
    TURN_FIRST_TOKEN = "talenti.turn.first_token"  # noqa: S105 - a name
    TURN_TOKENS = "talenti.turn.tokens"
    TURNS_DEGRADED = "talenti.turns.degraded"
    WORKFLOWS_PARKED = "talenti.workflows.parked"
    WORKFLOWS_REPAIRED = "talenti.workflows.repaired"
    RETENTION_PURGED = "talenti.retention.purged"


SCOPE: Final = "talenti"
PERSONAL: Final = "pii"

_bound: ContextVar[Mapping[str, Value]] = ContextVar("talenti.telemetry", default=MappingProxyType({}))
_for_humans = False


def is_personal(key: str) -> bool:
    return PERSONAL in key.split(".")


@contextmanager
def bind(attributes: Mapping[str, Value]) -> Iterator[None]:
    """Put these on every line and span until the block ends."""
    token = _bound.set({**_bound.get(), **attributes})
    try:
        yield
    finally:
        _bound.reset(token)


def bound() -> Mapping[str, Value]:
    return _bound.get()


class Log:
    """Structured lines through the standard library's logging."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(f"{SCOPE}.{name}")

    def info(self, event: Event, attributes: Mapping[str, Value] | None = None) -> None:
        self._write(logging.INFO, event, attributes or {}, None)

    def warning(
        self,
        event: Event,
        attributes: Mapping[str, Value] | None = None,
        error: BaseException | None = None,
    ) -> None:
        """Something expected went wrong: the error is named, its stack left out."""
        self._write(logging.WARNING, event, {**(attributes or {}), **_name(error)}, None)

    def failure(
        self,
        event: Event,
        attributes: Mapping[str, Value] | None = None,
        error: BaseException | None = None,
    ) -> None:
        """Something went wrong that somebody must look at."""
        self._write(logging.ERROR, event, attributes or {}, error)

    def _write(
        self, level: int, event: Event, attributes: Mapping[str, Value], error: BaseException | None
    ) -> None:
        if not self._logger.isEnabledFor(level):
            return
        known = {key: value for key, value in {**bound(), **attributes}.items() if not is_personal(key)}
        render = _line_for_humans if _for_humans else _line_for_machines
        self._logger.log(level, "%s", render(level, event, known, error))


def _line_for_machines(
    level: int, event: Event, attributes: Mapping[str, Value], error: BaseException | None
) -> str:
    line: dict[str, Value | list[str]] = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": logging.getLevelName(level),
        "event": event.value,
        **{str(key): value for key, value in attributes.items()},
    }
    if error is not None:
        line |= _describe(error)
    return json.dumps(line, ensure_ascii=True, default=str)


def _line_for_humans(
    level: int, event: Event, attributes: Mapping[str, Value], error: BaseException | None
) -> str:
    facts = " ".join(f"{key.rsplit('.', 1)[-1]}={value}" for key, value in attributes.items())
    lines = [f"{logging.getLevelName(level):<7} {event.value:<28} {facts}".rstrip()]
    if error is not None:
        lines += traceback.format_exception(error)
    return "\n".join(line.rstrip("\n") for line in lines)


def _describe(error: BaseException) -> dict[str, Value | list[str]]:
    frames = traceback.extract_tb(error.__traceback__)
    stack = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {**_name(error), Attribute.ERROR_STACK.value: stack}


def _name(error: BaseException | None) -> dict[str, Value]:
    """Its type; its text only where the text is our own and therefore safe."""
    if error is None:
        return {}
    named: dict[str, Value] = {
        Attribute.ERROR_TYPE.value: f"{type(error).__module__}.{type(error).__qualname__}"
    }
    if isinstance(error, TalentiError):
        named |= {Attribute.ERROR_CODE.value: error.code, Attribute.ERROR_DETAIL.value: error.message}
    return named


@contextmanager
def span(name: str, attributes: Mapping[str, Value] | None = None) -> Iterator[trace.Span]:
    """A span below the current one; an error sets its status by type, never by text."""
    tracer = trace.get_tracer(SCOPE)
    with tracer.start_as_current_span(
        name,
        attributes={**bound(), **(attributes or {})},
        record_exception=False,
        set_status_on_exception=False,
    ) as current:
        try:
            yield current
        except Exception as error:
            current.set_attribute(Attribute.ERROR_TYPE, type(error).__qualname__)
            current.set_status(trace.StatusCode.ERROR)
            raise


@cache
def _request_duration() -> metrics.Histogram:
    return metrics.get_meter(SCOPE).create_histogram(
        Metric.REQUEST_DURATION, unit="s", description="time until the answer was ready to be sent"
    )


def measure_request(seconds: float, function: str, method: str, status: int) -> None:
    _request_duration().record(
        seconds, {Attribute.FUNCTION: function, Attribute.METHOD: method, Attribute.STATUS: status}
    )


@cache
def _dependency_duration() -> metrics.Histogram:
    return metrics.get_meter(SCOPE).create_histogram(
        Metric.DEPENDENCY_DURATION, unit="s", description="time of a call, its repetitions included"
    )


@cache
def _dependency_attempts() -> metrics.Counter:
    return metrics.get_meter(SCOPE).create_counter(
        Metric.DEPENDENCY_ATTEMPTS, description="how often a dependency was asked"
    )


class DependencyCall:
    """A span and figures about one call. The span is nobody's parent: a stream outlives contexts."""

    def __init__(self, dependency: str, operation: str, facts: Mapping[str, Value]) -> None:
        self._names: dict[str, str] = {Attribute.DEPENDENCY: dependency, Attribute.OPERATION: operation}
        self._span = trace.get_tracer(SCOPE).start_span(
            f"{dependency} {operation}",
            kind=trace.SpanKind.CLIENT,
            attributes={**bound(), **facts, **self._names},
        )

    def ended(self, outcome: str, attempts: int, seconds: float) -> None:
        told: dict[str, str] = {**self._names, Attribute.OUTCOME: outcome}
        _dependency_duration().record(seconds, told)
        _dependency_attempts().add(attempts, told)
        self._span.set_attributes({Attribute.OUTCOME: outcome, Attribute.ATTEMPT: attempts})
        if outcome != "ok":
            self._span.set_status(trace.StatusCode.ERROR)
        self._span.end()


@cache
def _model_tokens() -> metrics.Counter:
    return metrics.get_meter(SCOPE).create_counter(
        Metric.MODEL_TOKENS, unit="{token}", description="tokens sent to and got from the language model"
    )


@cache
def _model_first_token() -> metrics.Histogram:
    return metrics.get_meter(SCOPE).create_histogram(
        Metric.MODEL_FIRST_TOKEN, unit="s", description="time until the first piece of a streamed answer"
    )


@cache
def _model_degraded() -> metrics.Counter:
    return metrics.get_meter(SCOPE).create_counter(
        Metric.MODEL_DEGRADED, description="how often something went on without the language model"
    )


def count_model_tokens(names: Mapping[str, str], usage: "Usage") -> None:
    """`names` are the model and the purpose. Cached tokens are also among those sent."""
    kinds = {"input": usage.input_tokens, "output": usage.output_tokens, "cached": usage.cached_tokens}
    for kind, tokens in kinds.items():
        if tokens:
            _model_tokens().add(tokens, {**names, Attribute.TOKEN_KIND: kind})


def measure_first_token(seconds: float, names: Mapping[str, str]) -> None:
    _model_first_token().record(seconds, dict(names))


def count_degraded(purpose: str, reason: str) -> None:
    """Something went on without the language model; `reason` is the code of the error."""
    _model_degraded().add(1, {Attribute.PURPOSE: purpose, Attribute.REASON: reason})


@dataclass(frozen=True, slots=True)
class TurnFigures:
    """What one turn of a talk took, from the answer to the stored reply."""

    kind: str
    seconds: float
    first_token_seconds: float
    tokens: int
    degraded_by: str | None

    @property
    def attributes(self) -> dict[str, Value]:
        """For the span and the line of the turn, which carry the interview's id."""
        return {
            Attribute.TURN_KIND.value: self.kind,
            Attribute.DURATION_MS.value: round(self.seconds * 1000, 1),
            Attribute.FIRST_TOKEN_MS.value: round(self.first_token_seconds * 1000, 1),
            Attribute.TOKENS.value: self.tokens,
            Attribute.DEGRADED.value: self.degraded_by is not None,
        }


@cache
def _turn_instruments() -> tuple[metrics.Histogram, metrics.Histogram, metrics.Counter, metrics.Counter]:
    meter = metrics.get_meter(SCOPE)
    return (
        meter.create_histogram(Metric.TURN_DURATION, unit="s", description="until the reply was stored"),
        meter.create_histogram(Metric.TURN_FIRST_TOKEN, unit="s", description="until the first words"),
        meter.create_counter(Metric.TURN_TOKENS, description="tokens that talks used"),
        meter.create_counter(Metric.TURNS_DEGRADED, description="turns that the plan had to word"),
    )


def measure_turn(figures: TurnFigures) -> None:
    duration, first_token, tokens, degraded = _turn_instruments()
    kind: dict[str, Value] = {Attribute.TURN_KIND.value: figures.kind}
    duration.record(figures.seconds, kind)
    first_token.record(figures.first_token_seconds, kind)
    tokens.add(figures.tokens, kind)
    if figures.degraded_by is not None:
        degraded.add(1, kind | {Attribute.REASON.value: figures.degraded_by})


@cache
def _workflows_parked() -> metrics.Counter:
    return metrics.get_meter(SCOPE).create_counter(
        Metric.WORKFLOWS_PARKED, description="what no workflow could help, by kind and reason"
    )


@cache
def _workflows_repaired() -> metrics.Counter:
    return metrics.get_meter(SCOPE).create_counter(
        Metric.WORKFLOWS_REPAIRED, description="what database and workflows disagreed about, by repair"
    )


def count_repair(family: str, repair: str) -> None:
    _workflows_repaired().add(1, {Attribute.FAMILY: family, Attribute.REPAIR: repair})


def count_parked(subject: str, reason: str) -> None:
    _workflows_parked().add(1, {Attribute.SUBJECT: subject, Attribute.REASON: reason})


@cache
def _retention_purged() -> metrics.Counter:
    return metrics.get_meter(SCOPE).create_counter(
        Metric.RETENTION_PURGED, description="what was deleted because its time was over, by table"
    )


def count_purged(table: str, rows: int) -> None:
    _retention_purged().add(rows, {Attribute.TABLE: table})


def configure(*, level: str, for_humans: bool) -> None:
    """Choose how lines look and how many there are; safe to call again."""
    global _for_humans  # noqa: PLW0603 - one process, one terminal
    _for_humans = for_humans
    logging.getLogger(SCOPE).setLevel(level)


def export_to(endpoint: str, headers: Mapping[str, str], resource: Mapping[str, str]) -> None:
    """Send traces and metrics to a collector. The exporter is loaded here, so that nobody else pays."""
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter  # noqa: PLC0415
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

    spans_to_and_figures_to(
        OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces", headers=dict(headers)),
        OTLPMetricExporter(endpoint=f"{endpoint}/v1/metrics", headers=dict(headers)),
        resource,
    )


def spans_to_and_figures_to(
    spans: "SpanExporter", figures: "MetricExporter", resource: Mapping[str, str]
) -> None:
    """Hand traces to one exporter and metrics to the other, from now on and for the whole process."""
    from opentelemetry.sdk.metrics import MeterProvider  # noqa: PLC0415
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    described = Resource.create(dict(resource))
    tracing = TracerProvider(resource=described)
    tracing.add_span_processor(BatchSpanProcessor(spans))
    trace.set_tracer_provider(tracing)
    reader = PeriodicExportingMetricReader(figures)
    metrics.set_meter_provider(MeterProvider(resource=described, metric_readers=[reader]))
