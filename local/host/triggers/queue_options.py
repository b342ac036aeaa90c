"""How queues are read: the `queues` section of host.json, with Azure's defaults and limits."""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from local.host.settings import SettingsError, parse_time_span

if TYPE_CHECKING:
    from local.host.settings import HostSettings

MOST_MESSAGES = 32  # the service gives no more at once
LEASE_SETTING = "LOCAL_HOST_QUEUE_LEASE"


class InvalidMessageError(ValueError):
    """A message is not encoded as host.json says."""


@dataclass(frozen=True, slots=True)
class QueueOptions:
    batch_size: int
    new_batch_threshold: int
    max_dequeue_count: int
    max_polling_interval: timedelta
    retry_after: timedelta  # host.json's visibilityTimeout: how long a failed message rests
    base64: bool
    lease: timedelta = timedelta(minutes=10)  # how long a message is hidden while it is worked on

    @classmethod
    def of_queues(cls, settings: HostSettings) -> QueueOptions:
        section = {key.casefold(): value for key, value in settings.extension("queues").items()}
        batch = _whole(section, "batchSize", 16, 1, MOST_MESSAGES)
        encoding = str(section.get("messageencoding", "base64")).casefold()
        if encoding not in {"base64", "none"}:
            raise SettingsError(f"host.json: queues.messageEncoding is '{encoding}'; use 'base64' or 'none'")
        return cls(
            batch_size=batch,
            new_batch_threshold=_whole(section, "newBatchThreshold", batch * _cores() // 2, 0, None),
            max_dequeue_count=_whole(section, "maxDequeueCount", 5, 1, None),
            # Azure's default is a minute, but 2 s in the environment Development
            max_polling_interval=max(
                _time(section, "maxPollingInterval", "00:00:02"), timedelta(seconds=0.1)
            ),
            retry_after=_time(section, "visibilityTimeout", "00:00:00"),
            base64=encoding == "base64",
            lease=_lease(settings),
        )

    @classmethod
    def of_blobs(cls, settings: HostSettings) -> QueueOptions:
        """How the queue behind the blob triggers is read."""
        section = {key.casefold(): value for key, value in settings.extension("blobs").items()}
        parallel = _whole(section, "maxDegreeOfParallelism", 8 * _cores(), 1, None)
        batch = min(parallel, MOST_MESSAGES)
        return cls(
            batch_size=batch,
            new_batch_threshold=parallel - batch,
            max_dequeue_count=_whole(section, "poisonBlobThreshold", 5, 1, None),
            max_polling_interval=timedelta(seconds=2),
            retry_after=timedelta(),
            base64=True,
            lease=_lease(settings),
        )

    def decode(self, text: str) -> bytes:
        if not self.base64:
            return text.encode()
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise InvalidMessageError(
                "the message is not base64 (host.json: queues.messageEncoding)"
            ) from None

    def encode(self, body: bytes) -> str:
        return base64.b64encode(body).decode() if self.base64 else body.decode()


def _cores() -> int:
    return os.process_cpu_count() or 1


def _lease(settings: HostSettings) -> timedelta:
    text = settings.setting(LEASE_SETTING)
    lease = parse_time_span(text, LEASE_SETTING) if text else timedelta(minutes=10)
    return max(lease, timedelta(seconds=1))


def _whole(section: dict[str, Any], name: str, default: int, low: int, high: int | None) -> int:
    value = section.get(name.casefold(), default)
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = low - 1
    if number < low or (high is not None and number > high):
        limits = f"between {low} and {high}" if high else f"{low} or more"
        raise SettingsError(f"host.json: {name} is {value!r}; it must be a whole number, {limits}")
    return number


def _time(section: dict[str, Any], name: str, default: str) -> timedelta:
    return parse_time_span(str(section.get(name.casefold(), default)), f"host.json: queues.{name}")
