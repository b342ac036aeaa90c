"""What happens to a message while and after its call, on a queue that changes receipts as Azure's does."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from azure.core.exceptions import HttpResponseError
from azure.storage.queue import QueueMessage

from local.host.triggers.queue_options import QueueOptions
from local.host.triggers.queue_reader import QueueReader

if TYPE_CHECKING:
    from azure.storage.queue.aio import QueueClient

OPTIONS = QueueOptions(
    batch_size=1,
    new_batch_threshold=0,
    max_dequeue_count=2,
    max_polling_interval=timedelta(seconds=60),
    retry_after=timedelta(seconds=7),
    base64=False,
    lease=timedelta(seconds=0.02),
)


class FakeQueue:
    """One message, delivered once; who comes with an old receipt is refused."""

    queue_name = "q"

    def __init__(self, dequeue_count: int = 1) -> None:
        message = QueueMessage(content="body")
        message.id, message.dequeue_count, message.pop_receipt = "m", dequeue_count, "r0"
        self.waiting = [message]
        self.receipt = "r0"
        self.updates: list[int] = []
        self.renewing = asyncio.Event()
        self.deleted = False
        self.sent: list[str] = []

    async def create_queue(self) -> None: ...

    def receive_messages(self, **_options: object) -> Any:
        return self

    async def by_page(self) -> Any:
        async def page() -> Any:
            while self.waiting:
                yield self.waiting.pop()

        yield page()

    async def update_message(self, _id: str, receipt: str, *, visibility_timeout: int) -> QueueMessage:
        self._check(receipt)
        self.updates.append(visibility_timeout)
        self.renewing.set()
        self.receipt = f"r{len(self.updates)}"
        answer = QueueMessage(content=None)
        answer.pop_receipt = self.receipt
        await asyncio.sleep(0.015)  # the answer is under way
        return answer

    async def delete_message(self, _id: str, receipt: str) -> None:
        self._check(receipt)
        self.deleted = True

    async def send_message(self, content: str, **_options: object) -> None:
        self.sent.append(content)

    def _check(self, receipt: str) -> None:
        if receipt != self.receipt:
            raise HttpResponseError("PopReceiptMismatch")


async def work_on(queue: FakeQueue, poison: FakeQueue | None, handle: Callable[[], Awaitable[bool]]) -> None:
    async def handled(_message: QueueMessage, _body: bytes) -> bool:
        return await handle()

    reader = QueueReader(cast("QueueClient", queue), cast("QueueClient | None", poison), OPTIONS, handled)
    await reader.start()
    await asyncio.sleep(0.05)
    await reader.stop(grace=1)


async def test_a_call_that_ends_while_its_lease_is_renewed_still_deletes_its_message() -> None:
    queue = FakeQueue()

    async def handle() -> bool:
        await queue.renewing.wait()
        return True

    await work_on(queue, None, handle)

    assert queue.deleted


async def test_a_failed_message_rests_before_it_comes_again() -> None:
    queue, poison = FakeQueue(), FakeQueue()

    async def handle() -> bool:
        raise ValueError("a fault of the host itself")

    await work_on(queue, poison, handle)

    assert (queue.updates, queue.deleted, poison.sent) == ([7], False, [])


async def test_a_message_that_failed_for_the_last_time_moves_to_the_poison_queue() -> None:
    queue, poison = FakeQueue(dequeue_count=2), FakeQueue()

    async def handle() -> bool:
        return False

    await work_on(queue, poison, handle)

    assert (queue.deleted, poison.sent) == (True, ["body"])


async def test_a_message_that_failed_for_the_last_time_stays_in_a_poison_queue() -> None:
    queue = FakeQueue(dequeue_count=2)

    async def handle() -> bool:
        return False

    await work_on(queue, None, handle)

    assert (queue.updates, queue.deleted) == ([7], False)


async def test_a_message_whose_attempts_all_took_the_host_down_is_not_tried_again() -> None:
    queue, poison = FakeQueue(dequeue_count=3), FakeQueue()
    called: list[int] = []

    async def handle() -> bool:
        called.append(1)
        return True

    await work_on(queue, poison, handle)

    assert (called, poison.sent) == ([], ["body"])
