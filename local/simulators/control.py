"""The control side, `/_sim/*`: scripts, faults and the journal, for tests and for the demo."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulators.checks import RefusedError

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from local.simulators.world import World

LONGEST_ANSWER: Final = 5_000
DONE: Final = Response(status_code=204)


def routes(world: World, services: Collection[str]) -> list[BaseRoute]:
    control = Control(world, services)
    return [
        Route("/_sim/health", control.health, methods=["GET"]),
        Route("/_sim/reset", control.reset, methods=["POST"]),
        Route("/_sim/options", control.options, methods=["GET", "PATCH"]),
        Route("/_sim/faults", control.faults, methods=["GET", "POST", "DELETE"]),
        Route("/_sim/scripts/{service}", control.scripts, methods=["GET", "POST", "DELETE"]),
        Route("/_sim/journal", control.journal, methods=["GET", "DELETE"]),
    ]


class Control:
    """It asks for no key: it listens on this machine only."""

    def __init__(self, world: World, services: Collection[str]) -> None:
        self._world = world
        self._services = sorted(services)

    async def health(self, _request: Request) -> Response:
        requests = self._world.journal.written
        return JSONResponse({"status": "ok", "services": self._services, "requests": requests})

    async def reset(self, _request: Request) -> Response:
        self._world.reset()
        return DONE

    async def options(self, request: Request) -> Response:
        options = self._world.options
        if request.method == "PATCH":
            asked = await _object(request)
            if strange := asked.keys() - {"functions_url", "token_delay"}:
                raise _refused(f"unknown options: {', '.join(sorted(strange))}")
            options.given_functions_url = asked.get("functions_url", options.given_functions_url)
            options.token_delay = float(asked.get("token_delay", options.token_delay))
        return JSONResponse({"functions_url": options.functions_url, "token_delay": options.token_delay})

    async def faults(self, request: Request) -> Response:
        faults = self._world.faults
        if request.method == "DELETE":
            faults.forget()
            return DONE
        if request.method == "POST":
            asked = await _object(request)
            try:
                return JSONResponse(faults.add(asked).told(), 201)
            except ValueError as error:
                raise _refused(str(error)) from error
        return JSONResponse({"faults": [fault.told() for fault in faults.waiting()]})

    async def scripts(self, request: Request) -> Response:
        service, scripts = request.path_params["service"], self._world.scripts
        if request.method == "DELETE":
            scripts.forget(service)
            return DONE
        if request.method == "POST":
            asked = await _object(request)
            try:
                return JSONResponse(scripts.add(service, asked).told(), 201)
            except ValueError as error:
                raise _refused(str(error)) from error
        return JSONResponse({"scripts": [script.told() for script in scripts.waiting(service)]})

    async def journal(self, request: Request) -> Response:
        journal = self._world.journal
        if request.method == "DELETE":
            journal.forget()
            return DONE
        asked = request.query_params
        try:
            limit = min(int(asked.get("limit", "100")), LONGEST_ANSWER)
            found = journal.read(asked.get("service"), asked.get("path"), limit)
        except (ValueError, re.error) as error:
            raise _refused(str(error)) from error
        return JSONResponse({"entries": [entry.told() for entry in found]})


async def _object(request: Request) -> dict[str, Any]:
    try:
        asked = await request.json()
    except ValueError as error:
        raise _refused("the body is not JSON") from error
    if not isinstance(asked, dict):
        raise _refused("the body is not a JSON object")
    return asked


def _refused(message: str) -> RefusedError:
    return RefusedError(422, "cannot_play", message)
