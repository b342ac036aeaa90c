"""Sends a frame to whoever is there. What cannot be sent is lost, and nothing depends on it."""

from shared import telemetry
from shared.contracts.realtime import ServerFrame
from shared.domain.push import Recipient
from shared.errors import TalentiError
from shared.ports.push import Push
from shared.telemetry import Attribute, Event

log = telemetry.Log(__name__)


class SendFrame:
    def __init__(self, push: Push) -> None:
        self._push = push

    async def __call__(self, to: Recipient, frame: ServerFrame) -> bool:
        """Whether the service took it."""
        content = frame.frame()
        try:
            await self._push.send(to, content)
        except TalentiError as error:
            log.warning(Event.FRAME_LOST, {Attribute.EVENT_KIND: str(content["type"])}, error)
            return False
        return True
