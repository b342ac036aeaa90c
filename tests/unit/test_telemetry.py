import json
import logging

import pytest

from shared import telemetry
from shared.errors import NotFoundError
from shared.telemetry import Attribute, Event, Log

log = Log("test")


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    telemetry.configure(level="INFO", for_humans=False)
    caplog.set_level(logging.INFO, logger="talenti")
    return caplog


def test_a_line_is_json_with_its_event_and_attributes(lines: pytest.LogCaptureFixture) -> None:
    log.info(Event.REQUEST_FINISHED, {Attribute.STATUS: 200})

    line = json.loads(lines.messages[0])
    assert line["event"] == "http.request.finished"
    assert line["level"] == "INFO"
    assert line["http.response.status_code"] == 200
    assert line["time"].endswith("+00:00")


def test_what_is_bound_stands_on_every_line_until_the_block_ends(lines: pytest.LogCaptureFixture) -> None:
    with telemetry.bind({Attribute.REQUEST_ID: "r-1"}), telemetry.bind({Attribute.INTERVIEW_ID: "i-1"}):
        log.info(Event.REQUEST_FINISHED)
    log.info(Event.REQUEST_FINISHED)

    inside, outside = (json.loads(message) for message in lines.messages)
    assert (inside["talenti.request_id"], inside["talenti.interview_id"]) == ("r-1", "i-1")
    assert "talenti.request_id" not in outside


def test_a_personal_attribute_never_reaches_a_line(lines: pytest.LogCaptureFixture) -> None:
    with telemetry.bind({"talenti.pii.name": "Ada Lovelace"}):
        log.info(Event.REQUEST_FINISHED, {"talenti.pii.answer": "I was born in London"})

    assert "Ada" not in lines.text
    assert "London" not in lines.text


def test_a_foreign_exception_is_named_but_not_quoted(lines: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("Ada Lovelace, ada@example.com")
    except ValueError as error:
        log.failure(Event.REQUEST_CRASHED, error=error)

    line = json.loads(lines.messages[0])
    assert line["error.type"] == "builtins.ValueError"
    assert "test_telemetry.py" in line["talenti.error.stack"][0]
    assert "ada@example.com" not in lines.text


def test_our_own_error_is_quoted_because_its_message_is_safe(lines: pytest.LogCaptureFixture) -> None:
    log.warning(Event.REQUEST_REFUSED, error=NotFoundError("Interview not found."))

    line = json.loads(lines.messages[0])
    assert line["talenti.error.code"] == "not_found"
    assert line["talenti.error.detail"] == "Interview not found."
    assert "talenti.error.stack" not in line


def test_a_line_for_humans_is_short(lines: pytest.LogCaptureFixture) -> None:
    telemetry.configure(level="INFO", for_humans=True)
    try:
        log.info(Event.REQUEST_FINISHED, {Attribute.FUNCTION: "health", Attribute.STATUS: 200})
    finally:
        telemetry.configure(level="INFO", for_humans=False)

    assert lines.messages == ["INFO    http.request.finished        name=health status_code=200"]


def test_lines_below_the_level_are_not_made(lines: pytest.LogCaptureFixture) -> None:
    lines.set_level(logging.WARNING, logger="talenti")

    log.info(Event.REQUEST_FINISHED)

    assert lines.messages == []


@pytest.mark.parametrize(
    ("key", "personal"),
    [("talenti.pii.answer", True), ("pii", True), ("talenti.happiness", False), ("talenti.piion", False)],
)
def test_only_a_whole_segment_marks_a_key_as_personal(key: str, *, personal: bool) -> None:
    assert telemetry.is_personal(key) is personal


def test_a_span_passes_the_error_on() -> None:
    with pytest.raises(NotFoundError), telemetry.span("work"):
        raise NotFoundError("Interview not found.")
