"""Reads a storage queue as Azure does: many messages at once, renewed leases, retries, poison."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError

from local.host.storage import create_if_missing
from local.host.triggers.loop import Loop, brief
from local.host.triggers.queue_options import InvalidMessageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import timedelta

    from azure.storage.queue import QueueMessage
    from azure.storage.queue.aio import QueueClient

    from local.host.triggers.queue_options import QueueOptions

logger = logging.getLogger(__name__)

SHORTEST_POLL = 0.1
# What the service keeps hidden can be lost by a cut-off answer: give a request in flight this long.
GRACE_FOR_REQUESTS = 2.0


class QueueReader:
    """Calls `handle` for each message; False or an exception means it failed."""

    def __init__(
        self,
        queue: QueueClient,
        poison: QueueClient | None,
        options: QueueOptions,
        handle: Callable[[QueueMessage, bytes], Awaitable[bool]],
    ) -> None:
        self._queue = queue
        self._poison = poison
        self._options = options
        self._handle = handle
        self._loop = Loop(f"queue '{queue.queue_name}'", self._poll)
        self._running: set[asyncio.Task[None]] = set()
        self._known = False  # whether the queue was seen to exist
        self._idle = 0  # polls in a row that found nothing

    @property
    def name(self) -> str:
        return str(self._queue.queue_name)

    async def start(self) -> None:
        self._loop.start()

    def wake(self) -> None:
        self._idle = 0
        self._loop.wake()

    async def stop(self, grace: float = 5.0) -> None:
        """Take no more; wait for what is running, then give the rest back to the queue."""
        await self._loop.stop(GRACE_FOR_REQUESTS)
        if self._running:
            await asyncio.wait(self._running, timeout=grace)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _poll(self) -> float:
        if len(self._running) > self._options.new_batch_threshold:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED, timeout=1.0)
            return 0
        messages = await self._receive()
        for message in messages:
            task = asyncio.create_task(self._work_on(message))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        self._idle = 0 if messages else self._idle + 1
        if messages:
            return 0
        longest = self._options.max_polling_interval.total_seconds()
        return min(SHORTEST_POLL * 2.0 ** min(self._idle - 1, 16), longest)

    async def _receive(self) -> list[QueueMessage]:
        if not self._known:
            await create_if_missing(self._queue)
            self._known = True
        pages = self._queue.receive_messages(
            messages_per_page=self._options.batch_size,
            visibility_timeout=int(self._options.lease.total_seconds()),
        ).by_page()
        try:
            async for page in pages:
                return [message async for message in page]
        except ResourceNotFoundError:
            self._known = False  # deleted meanwhile, or the storage began anew
        return []

    async def _work_on(self, message: QueueMessage) -> None:
        lease = Lease(self._queue, message, self._options.lease)
        try:
            done = await self._succeeds(message, lease)
        except asyncio.CancelledError:
            await lease.give_back(0)  # the host stops: whoever comes next shall not wait for the lease
            raise
        try:
            await self._settle(message, lease, done=done)
        except AzureError as error:
            logger.warning("queue '%s': message %s comes again: %s", self.name, message.id, brief(error))

    async def _succeeds(self, message: QueueMessage, lease: Lease) -> bool:
        if (message.dequeue_count or 0) > self._options.max_dequeue_count:
            return False  # its last attempt took the host down with it
        try:
            body = self._options.decode(message.content)
        except InvalidMessageError as error:
            logger.error("queue '%s': message %s: %s", self.name, message.id, error)  # noqa: TRY400
            message.dequeue_count = self._options.max_dequeue_count  # no attempt will read it any better
            return False
        ended = asyncio.Event()
        renewal = asyncio.create_task(lease.renew_until(ended))
        try:
            return await self._handle(message, body)
        except Exception:
            logger.exception("queue '%s': message %s", self.name, message.id)
            return False
        finally:
            # not cancelled: a renewal under way brings the receipt that the message now has
            ended.set()
            await asyncio.wait({renewal})

    async def _settle(self, message: QueueMessage, lease: Lease, *, done: bool) -> None:
        last = (message.dequeue_count or 0) >= self._options.max_dequeue_count
        if not done and (not last or self._poison is None):
            await lease.give_back(int(self._options.retry_after.total_seconds()))
            self.wake()
            return
        if not done and self._poison is not None:
            await create_if_missing(self._poison)
            await self._poison.send_message(message.content, time_to_live=-1)
            logger.warning(
                "queue '%s': message %s failed %d times and moves to '%s'",
                self.name, message.id, message.dequeue_count, self._poison.queue_name,
            )  # fmt: skip
        await lease.delete()


class Lease:
    """The right to a received message, which each renewal replaces by a new receipt."""

    def __init__(self, queue: QueueClient, message: QueueMessage, length: timedelta) -> None:
        self._queue = queue
        self._message = message
        self._length = length

    async def renew_until(self, ended: asyncio.Event) -> None:
        while not ended.is_set():
            try:
                async with asyncio.timeout(self._length.total_seconds() / 2):
                    await ended.wait()
            except TimeoutError:
                if not await self._renewed():
                    return

    async def _renewed(self) -> bool:
        """Try to renew; False if the message is no longer ours."""
        try:
            await self._update(int(self._length.total_seconds()))
        except HttpResponseError as error:
            if error.status_code in {400, 404}:  # another reader has it, or it was deleted
                return False
            logger.warning("message %s: its lease was not renewed: %s", self._message.id, brief(error))
        except AzureError as error:
            logger.warning("message %s: its lease was not renewed: %s", self._message.id, brief(error))
        return True

    async def give_back(self, rest: int) -> None:
        """Show the message again after a rest. If this fails, its lease runs out instead."""
        try:
            await self._update(rest)
        except ResourceNotFoundError:
            pass
        except AzureError as error:
            logger.warning("message %s stays hidden until its lease ends: %s", self._message.id, brief(error))

    async def delete(self) -> None:
        try:
            await self._queue.delete_message(self._message.id, self._message.pop_receipt)
        except ResourceNotFoundError:
            logger.debug("message %s was gone already", self._message.id)

    async def _update(self, seconds: int) -> None:
        updated = await self._queue.update_message(
            self._message.id, self._message.pop_receipt, visibility_timeout=seconds
        )
        self._message.pop_receipt = updated.pop_receipt
