"""Hears that a call has begun or is over, from Event Grid; its own callbacks tell the same and more."""

from pydantic import ValidationError

from shared.contracts.event_grid import CALL_ENDED, CallTold, GridEvent
from shared.domain.call_records import CallNews
from shared.domain.calls import CallState
from shared.errors import InvalidInputError
from shared.use_cases.calls.follow_call import FollowCall


class HearCall:
    def __init__(self, follow: FollowCall) -> None:
        self._follow = follow

    async def __call__(self, event: GridEvent) -> None:
        """A call that is not ours is nobody's concern. Raises InvalidInputError."""
        try:
            told = CallTold.model_validate(event.data)
        except ValidationError:
            raise InvalidInputError("The event names no call.") from None
        ended = event.kind == CALL_ENDED
        await self._follow(
            CallNews(
                at=event.at,
                server_call_id=told.server_call_id,
                correlation_id=told.correlation_id,
                status=CallState.DISCONNECTED if ended else CallState.CONNECTED,
            )
        )
