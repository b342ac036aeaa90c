"""Announcements through a topic of Event Grid, as CloudEvents."""

from __future__ import annotations

import json
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from shared.adapters.azure.clients import PerLoop, client_options
from shared.domain.announcements import Receipt
from shared.errors import InvalidInputError, RateLimitedError, UnavailableError, UpstreamError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from azure.eventgrid.aio import EventGridPublisherClient

    from shared.adapters.azure.credentials import Credentials
    from shared.adapters.policies.guard import Guarded
    from shared.domain.announcements import Announcement
    from shared.domain.secret import Secret

LARGEST: Final = 1_000_000  # of a call; the service takes 1 MB, the brackets and commas included
READ_SECONDS: Final = 8.0
PREFIX: Final = "talenti"

type Event = dict[str, Any]
type Batch = list[tuple[UUID, Event]]


class EventGridAnnouncements:
    def __init__(
        self, topic: str, source: str, key: Secret | None, credentials: Credentials, guarded: Guarded
    ) -> None:
        self._topic = topic
        self._source = source
        self._key = key if key is not None and key.reveal() else None
        self._credentials = credentials
        self._guarded = guarded
        self._clients = PerLoop(self._make_client)

    async def publish(self, announcements: Sequence[Announcement]) -> Receipt:
        taken: list[UUID] = []
        refused: list[UUID] = []
        waiting = deque(_batches([(each.id, self._event(each)) for each in announcements]))
        while waiting:
            batch = waiting.popleft()
            try:
                await self._send([event for _, event in batch])
            except InvalidInputError:
                # the service refuses a batch as a whole: halves tell which of its events it means
                if len(batch) == 1:
                    refused.append(batch[0][0])
                else:
                    half = len(batch) // 2
                    waiting.extendleft([batch[half:], batch[:half]])
            except (RateLimitedError, UnavailableError, UpstreamError):
                if not taken:
                    raise
                waiting.appendleft(batch)
                break
            else:
                taken += [id_ for id_, _ in batch]
        return Receipt(tuple(taken), tuple(refused), tuple(id_ for each in waiting for id_, _ in each))

    async def close(self) -> None:
        await self._clients.close()

    async def _send(self, events: list[Event]) -> None:
        if _size(events) > LARGEST:
            raise InvalidInputError("The announcement is larger than 1 MB.")

        async def make() -> None:
            with _refusals():
                await self._clients.get().send(events)

        await self._guarded.call("publish", make)

    def _event(self, announcement: Announcement) -> Event:
        event = {
            "specversion": "1.0",
            "id": str(announcement.id),
            "source": self._source,
            "type": f"{PREFIX}.{announcement.kind}",
            "subject": f"{announcement.entity_type}/{announcement.entity_id}",
            "time": announcement.at.isoformat(),
            "datacontenttype": "application/json",
            "data": dict(announcement.data),
        }
        if announcement.correlation_id:
            event["correlationid"] = announcement.correlation_id
        return event

    def _make_client(self) -> EventGridPublisherClient:
        from azure.eventgrid.aio import EventGridPublisherClient  # noqa: PLC0415 - loaded by its first use

        options = client_options(self._topic, read_seconds=READ_SECONDS, by_token=self._key is None)
        return EventGridPublisherClient(self._topic, self._credentials.of(self._key), **options)


class NoAnnouncements:
    """An installation that tells nobody: what is published is taken, and that is all."""

    async def publish(self, announcements: Sequence[Announcement]) -> Receipt:
        return Receipt(tuple(each.id for each in announcements))


def _batches(events: Batch) -> Iterator[Batch]:
    """As many in one call as fit, in their order; one that is too large stands alone."""
    batch: Batch = []
    size = 0
    for each in events:
        more = _size([each[1]])
        if batch and size + more > LARGEST:
            yield batch
            batch, size = [], 0
        batch.append(each)
        size += more
    if batch:
        yield batch


def _size(events: list[Event]) -> int:
    """As the client writes them: without characters beyond ASCII."""
    return len(json.dumps(events))


@contextmanager
def _refusals() -> Iterator[None]:
    """What the service says about the events, rather than about itself."""
    from azure.core.exceptions import HttpResponseError  # noqa: PLC0415 - likewise

    try:
        yield
    except HttpResponseError as error:
        if error.status_code in {400, 413}:
            raise InvalidInputError("An announcement was refused.") from None
        raise
