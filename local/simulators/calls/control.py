"""The control side of calls: what happened, how fast time runs, and what the other party does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulators.acs.admission import read
from local.simulators.acs.identifiers import anybody

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from local.simulators.calls.exchange import Exchange
    from local.simulators.calls.model import Call


class Pace(BaseModel):
    pace: float = Field(ge=0, le=10)


class Ringing(BaseModel):
    caller: str
    called: str


class Control:
    """It asks for no key: it listens on this machine only."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/_sim/calls", self.calls, methods=["GET"]),
            Route("/_sim/calls/events", self.events, methods=["GET"]),
            Route("/_sim/calls/pace", self.pace, methods=["PUT"]),
            Route("/_sim/calls/keys", self.rotate, methods=["POST"]),
            Route("/_sim/calls/incoming", self.ring, methods=["POST"]),
            Route("/_sim/calls/{call_id}/hangup", self.hang_up, methods=["POST"]),
        ]

    async def calls(self, _request: Request) -> Response:
        calls = [*self._exchange.calls.values(), *self._exchange.ended]
        return JSONResponse({"calls": [_told(call) for call in calls]})

    async def events(self, _request: Request) -> Response:
        return JSONResponse({"events": [letter.told() for letter in self._exchange.office.letters]})

    async def pace(self, request: Request) -> Response:
        self._exchange.pace = (await read(request, Pace)).pace
        return Response(status_code=204)

    async def rotate(self, _request: Request) -> Response:
        """Sign with another key from now on; the old one is no longer shown."""
        return JSONResponse({"kid": self._exchange.signer.rotate()})

    async def ring(self, request: Request) -> Response:
        asked = await read(request, Ringing)
        data = self._exchange.ring_us(anybody(asked.caller), anybody(asked.called))
        return JSONResponse(data, 201)

    async def hang_up(self, request: Request) -> Response:
        self._exchange.candidate_hangs_up(self._exchange.find(request.path_params["call_id"]))
        return Response(status_code=204)


def _told(call: Call) -> dict[str, Any]:
    return {
        **call.told(),
        "participants": [participant.told() for participant in call.participants.values()],
        "said": [utterance.told() for utterance in call.said],
    }
