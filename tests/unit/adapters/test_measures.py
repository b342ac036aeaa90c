"""What is measured of calls and of the language model."""

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    HistogramDataPoint,
    InMemoryMetricReader,
    NumberDataPoint,
)
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared import telemetry
from shared.adapters.policies.guard import Guards
from shared.domain.language import Usage
from shared.errors import UpstreamError
from shared.telemetry import Attribute, Metric
from tests.fakes.clock import FakeClock

INSTRUMENTS = (
    telemetry._dependency_duration,
    telemetry._dependency_attempts,
    telemetry._model_tokens,
    telemetry._model_first_token,
    telemetry._model_degraded,
)
NAMES: dict[str, str] = {Attribute.MODEL: "gpt-4o", Attribute.PURPOSE: "interviewer"}


class Measures:
    def __init__(self, reader: InMemoryMetricReader, spans: InMemorySpanExporter) -> None:
        self._reader = reader
        self.spans = spans

    def points(self, metric: Metric) -> list[tuple[dict[str, Any], float]]:
        data = self._reader.get_metrics_data()
        assert data is not None
        return [
            (dict(point.attributes or {}), point.value if isinstance(point, NumberDataPoint) else point.sum)
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for each in scope.metrics
            if each.name == metric
            for point in each.data.data_points
            if isinstance(point, NumberDataPoint | HistogramDataPoint)
        ]


@pytest.fixture
def measures(monkeypatch: pytest.MonkeyPatch) -> Iterator[Measures]:
    reader, spans = InMemoryMetricReader(), InMemorySpanExporter()
    meters, tracers = MeterProvider(metric_readers=[reader]), TracerProvider()
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    monkeypatch.setattr(metrics, "get_meter", meters.get_meter)
    monkeypatch.setattr(trace, "get_tracer", tracers.get_tracer)
    for instrument in INSTRUMENTS:
        instrument.cache_clear()
    yield Measures(reader, spans)
    for instrument in INSTRUMENTS:
        instrument.cache_clear()
    meters.shutdown()
    tracers.shutdown()


async def answer() -> str:
    return "answer"


async def refuse() -> str:
    raise UpstreamError("https://secret.example", code="content_filtered")


async def test_a_call_is_counted_timed_and_traced_by_its_outcome(measures: Measures) -> None:
    guarded = Guards(FakeClock()).of("mail", lambda error, label: None)

    await guarded.call("send", answer, facts={Attribute.INTERVIEW_ID: "i-1"})
    with pytest.raises(UpstreamError):
        await guarded.call("send", refuse)

    attempts = {told[Attribute.OUTCOME]: count for told, count in measures.points(Metric.DEPENDENCY_ATTEMPTS)}
    timed = {told[Attribute.OUTCOME] for told, _ in measures.points(Metric.DEPENDENCY_DURATION)}
    good, bad = measures.spans.get_finished_spans()
    assert attempts == {"ok": 1, "refused": 1}
    assert timed == {"ok", "refused"}
    assert (good.name, bad.name) == ("mail send", "mail send")
    assert (good.attributes or {})[Attribute.INTERVIEW_ID] == "i-1"
    assert (good.status.is_ok, bad.status.is_ok) == (True, False)
    assert "secret" not in str(bad.to_json())


def test_tokens_are_counted_by_kind_model_and_purpose(measures: Measures) -> None:
    telemetry.count_model_tokens(NAMES, Usage(input_tokens=100, output_tokens=20))
    telemetry.count_model_tokens(NAMES, Usage(input_tokens=10, output_tokens=2, cached_tokens=5))

    kinds = {told[Attribute.TOKEN_KIND]: count for told, count in measures.points(Metric.MODEL_TOKENS)}
    assert kinds == {"input": 110, "output": 22, "cached": 5}


def test_the_first_token_and_going_on_without_are_measured(measures: Measures) -> None:
    telemetry.measure_first_token(0.4, NAMES)
    telemetry.count_degraded("interviewer", "upstream_unavailable")

    assert measures.points(Metric.MODEL_FIRST_TOKEN) == [(NAMES, 0.4)]
    ((told, count),) = measures.points(Metric.MODEL_DEGRADED)
    assert told == {Attribute.PURPOSE: "interviewer", Attribute.REASON: "upstream_unavailable"}
    assert count == 1
