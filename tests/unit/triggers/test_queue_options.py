"""host.json's words on queues and blobs, and how messages are encoded."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.host.settings import HostSettings, SettingsError
from local.host.triggers.queue_options import InvalidMessageError, QueueOptions


def settings(section: str, **values: object) -> HostSettings:
    content: dict[str, Any] = {"extensions": {section: values}}
    return HostSettings(Path(), content)


def test_azures_defaults_hold_without_a_section(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.process_cpu_count", lambda: 2)

    assert QueueOptions.of_queues(HostSettings(Path())) == QueueOptions(
        batch_size=16,
        new_batch_threshold=16,
        max_dequeue_count=5,
        max_polling_interval=timedelta(seconds=2),
        retry_after=timedelta(),
        base64=True,
        lease=timedelta(minutes=10),
    )


def test_every_setting_of_the_section_is_read_whatever_its_case() -> None:
    options = QueueOptions.of_queues(
        settings(
            "queues",
            BatchSize="8",
            newBatchThreshold=0,
            maxDequeueCount=1,
            maxPollingInterval="00:01:00",
            visibilityTimeout="00:00:30",
            messageEncoding="None",
        )
    )

    assert (options.batch_size, options.new_batch_threshold, options.max_dequeue_count) == (8, 0, 1)
    assert (options.max_polling_interval, options.retry_after) == (
        timedelta(minutes=1),
        timedelta(seconds=30),
    )
    assert options.base64 is False


def test_blobs_are_worked_on_as_many_at_a_time_as_asked() -> None:
    options = QueueOptions.of_blobs(settings("blobs", maxDegreeOfParallelism=40, poisonBlobThreshold=3))

    assert options.batch_size + options.new_batch_threshold == 40
    assert options.max_dequeue_count == 3


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("batchSize", 33, "batchSize is 33; it must be a whole number, between 1 and 32"),
        ("batchSize", 0, "between 1 and 32"),
        ("maxDequeueCount", "many", "maxDequeueCount is 'many'"),
        ("newBatchThreshold", -1, "0 or more"),
        ("messageEncoding", "utf-7", "use 'base64' or 'none'"),
        ("visibilityTimeout", "soon", "queues.visibilityTimeout"),
    ],
)
def test_a_value_that_makes_no_sense_is_told(name: str, value: object, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason):
        QueueOptions.of_queues(settings("queues", **{name: value}))


@given(st.binary())
def test_any_body_survives_base64(body: bytes) -> None:
    options = QueueOptions.of_queues(HostSettings(Path()))

    assert options.decode(options.encode(body)) == body


def test_texts_stay_as_they_are_without_encoding() -> None:
    options = QueueOptions.of_queues(settings("queues", messageEncoding="none"))

    assert options.encode("grüße".encode()) == "grüße"
    assert options.decode("grüße") == "grüße".encode()


@pytest.mark.parametrize("text", ["no base64!", "abc", "ü"])
def test_a_message_that_is_not_base64_is_refused(text: str) -> None:
    with pytest.raises(InvalidMessageError):
        QueueOptions.of_queues(HostSettings(Path())).decode(text)
