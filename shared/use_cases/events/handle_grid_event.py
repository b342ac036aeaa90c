"""Handles an event of Event Grid once, whichever door it came through."""

from collections.abc import Awaitable, Callable, Mapping

from shared import telemetry
from shared.contracts.event_grid import GridEvent
from shared.errors import TalentiError, UpstreamError
from shared.ports.handled_events import HandledEvents
from shared.telemetry import Attribute, Event

log = telemetry.Log(__name__)

type Effect = Callable[[GridEvent], Awaitable[object]]


class HandleGridEvent:
    """`effects` are by the kind of event; one of another kind is accepted, and told of."""

    def __init__(self, handled: HandledEvents, effects: Mapping[str, Effect]) -> None:
        self._handled = handled
        self._effects = effects

    async def __call__(self, event: GridEvent) -> None:
        """Raises what is worth another delivery, and nothing else: what can never work is told of.

        It is noted once it is done: an effect is harmless twice, and a lost one is not.
        """
        effect = self._effects.get(event.kind)
        if effect is None:
            log.info(Event.GRID_EVENT_UNKNOWN, {Attribute.EVENT_KIND: event.kind})
            return
        if await self._handled.is_handled(*event.dedupe_key):
            log.info(Event.GRID_EVENT_REPEATED, {Attribute.EVENT_KIND: event.kind})
            return
        try:
            await effect(event)
        except TalentiError as error:
            if error.retryable or isinstance(error, UpstreamError):
                raise
            log.failure(Event.GRID_EVENT_REFUSED, {Attribute.EVENT_KIND: event.kind}, error)
        await self._handled.note(*event.dedupe_key)
