"""Queue triggers: one call per message."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from local.host.model import FunctionFailedError
from local.host.protos import TypedData
from local.host.triggers.metadata import timestamp, with_properties
from local.host.triggers.queue_reader import QueueReader

if TYPE_CHECKING:
    from azure.storage.queue import QueueMessage

    from local.host.model import Function, Invoker
    from local.host.settings import HostSettings
    from local.host.storage import Storage
    from local.host.triggers.queue_options import QueueOptions

logger = logging.getLogger(__name__)

POISON = "-poison"


class QueueTrigger:
    """Turns messages of the function's queue into calls."""

    def __init__(self, invoker: Invoker, function: Function) -> None:
        self._invoker = invoker
        self._function = function
        self._binary = str(function.trigger.setting("dataType", "")).casefold() == "binary"

    def reader(self, storage: Storage, settings: HostSettings, options: QueueOptions) -> QueueReader:
        trigger = self._function.trigger
        connection = trigger.setting("connection")
        name = settings.resolve(str(trigger.setting("queueName"))).lower()
        # messages of a poison queue have nowhere else to go: they stay
        poison = None if name.endswith(POISON) else storage.queue(connection, name + POISON)
        return QueueReader(storage.queue(connection, name), poison, options, self.handle)

    async def handle(self, message: QueueMessage, body: bytes) -> bool:
        value, text = self._value(body)
        metadata = {
            "QueueTrigger": text,
            "Id": message.id,
            "DequeueCount": message.dequeue_count,
            "PopReceipt": message.pop_receipt,
            "InsertionTime": timestamp(message.inserted_on),
            "ExpirationTime": timestamp(message.expires_on),
            "NextVisibleTime": timestamp(message.next_visible_on),
        }
        try:
            await self._invoker.invoke(self._function, value, with_properties(metadata, text))
        except FunctionFailedError as error:
            logger.debug("%s failed on message %s: %s", self._function.name, message.id, error)
            return False
        return True

    def _value(self, body: bytes) -> tuple[TypedData, str]:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return TypedData(bytes=body), body.decode(errors="replace")
        return TypedData(bytes=body) if self._binary else TypedData(string=text), text
