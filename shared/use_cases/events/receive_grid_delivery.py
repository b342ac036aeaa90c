"""Takes what Event Grid posts to our webhook: a handshake, or events that are handled one by one."""

import hmac
from collections.abc import Mapping
from typing import Any

from shared import telemetry
from shared.contracts.event_grid import GridConsent, GridReceipt, Handshake, read_delivery, read_event
from shared.domain.secret import Secret
from shared.errors import NotSignedInError, UnavailableError
from shared.telemetry import Attribute, Event
from shared.use_cases.events.handle_grid_event import HandleGridEvent

log = telemetry.Log(__name__)


class ReceiveGridDelivery:
    def __init__(self, key: Secret) -> None:
        self._key = key

    def admit(self, key: Secret) -> None:
        """Raises NotSignedInError for whoever does not know the end of our address.

        Without a key nobody does: then only the trigger of the platform takes events.
        """
        known = self._key.reveal().encode()
        if not known or not hmac.compare_digest(key.reveal().encode(), known):
            raise NotSignedInError("The events carry no proof.")

    async def __call__(self, key: Secret, body: bytes, handle: HandleGridEvent) -> GridReceipt | GridConsent:
        """Raises NotSignedInError, TooLargeError, MalformedBodyError.

        UnavailableError has all of it sent again: what is done already is then left alone.
        """
        self.admit(key)
        delivery = read_delivery(body)
        if isinstance(delivery, Handshake):
            return GridConsent(validationResponse=delivery.code)
        if delivery.unreadable:
            log.failure(Event.GRID_EVENT_UNREADABLE, {Attribute.EVENTS: delivery.unreadable})
        failed = 0
        for event in delivery.events:
            try:
                await handle(event)
            except Exception as error:  # noqa: BLE001 - one event never holds up the others
                failed += 1
                log.failure(Event.GRID_EVENT_FAILED, {Attribute.EVENT_KIND: event.kind}, error)
        if failed:
            raise UnavailableError("Some of the events could not be handled now.")
        return GridReceipt(processed=len(delivery.events))

    async def one(self, content: Mapping[str, Any], handle: HandleGridEvent) -> None:
        """What the trigger of the platform hands over, which has proven it. Raises what `handle` raises."""
        event = read_event(content)
        if event is None:
            log.failure(Event.GRID_EVENT_UNREADABLE, {Attribute.EVENTS: 1})
            return
        await handle(event)
