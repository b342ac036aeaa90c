"""The management HTTP API under `/runtime/webhooks/durabletask`."""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.responses import Response

from local.host.durable.history import now
from local.host.durable.parameters import (
    BadRequestError,
    checked_json,
    flag,
    json_body,
    media_type,
    number,
    parameter,
    seconds,
    statuses,
    time,
)
from local.host.durable.queries import EntityFilter, InstanceFilter, by_age, page
from local.host.durable.records import COMPLETED, FAILED, FINISHED, Instance, Seed
from local.host.durable.status import as_json, show_entity, show_status
from local.host.durable.taskhub import Reason, RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    from local.host.durable.journal import Journal
    from local.host.durable.links import Links
    from local.host.durable.taskhub import TaskHub

logger = logging.getLogger(__name__)

_ROOT = "/runtime/webhooks/durabletask"
_TOKEN = "x-ms-continuation-token"  # noqa: S105 - the name of a header
_PAGE = 100
_STATUS_OF = {Reason.INVALID: 400, Reason.UNKNOWN: 404, Reason.EXISTS: 409, Reason.FINISHED: 410}


class ManagementApi:
    """Translates HTTP to the task hub. What changes state answers once it is saved."""

    def __init__(self, hub: TaskHub, journal: Journal, links: Links) -> None:
        self._hub = hub
        self._journal = journal
        self._links = links
        self._operations: dict[str, Callable[[Request, str], Awaitable[Response]]] = {
            "terminate": self._terminate,
            "suspend": self._suspend,
            "resume": self._resume,
            "rewind": self._rewind,
            "restart": self._restart,
        }

    async def handle(self, request: Request) -> Response:
        try:
            return await self._route(request)
        except BadRequestError as error:
            return _message(400, str(error))
        except RefusedError as refusal:
            status = _STATUS_OF[refusal.reason]
            return _message(status, str(refusal)) if status in {400, 409} else Response(status_code=status)
        except Exception:
            logger.exception("%s %s failed", request.method, request.url.path)
            return _message(500, "Something went wrong while processing your request")

    async def _route(self, request: Request) -> Response:  # noqa: PLR0911 - one line per route
        match _segments(request), request.method:
            case ["orchestrators", name], "POST":
                return await self._start(request, name, None)
            case ["orchestrators", name, instance_id], "POST":
                return await self._start(request, name, instance_id)
            case ["entities", *rest], method:
                return await self._route_entities(request, rest, method)
            case ["instances"], "GET":
                return self._list(request)
            case ["instances"], "DELETE":
                return await self._purge_filtered(request)
            case ["instances", instance_id], "GET":
                return self._get(request, instance_id)
            case ["instances", instance_id], "DELETE":
                return await self._purge(instance_id)
            case ["instances", instance_id, operation], "POST" if operation.casefold() in self._operations:
                return await self._operations[operation.casefold()](request, instance_id)
            case ["instances", instance_id, "raiseevent", event], "POST":
                return await self._raise(request, instance_id, event)
            case _:
                return Response(status_code=404)

    async def _route_entities(self, request: Request, rest: list[str], method: str) -> Response:
        match rest, method:
            case (([] | [_]), "GET"):
                return self._list_entities(request, rest[0] if rest else "")
            case [name, key], "GET":
                return self._get_entity(name, key)
            case [name, key], "POST" | "DELETE":
                return await self._signal(request, name, key, delete=method == "DELETE")
            case _:
                return Response(status_code=404)

    # starting

    async def _start(self, request: Request, name: str, instance_id: str | None) -> Response:
        data = await json_body(request)
        instance = self._hub.start(Seed(instance_id or uuid.uuid4().hex, name, data))
        await self._journal.saved()
        return await self._wait_or_links(request, instance.id)

    async def _restart(self, request: Request, instance_id: str) -> Response:
        new_id = flag(request, "restartWithNewInstanceId", default=True)
        try:
            instance = self._hub.restart(instance_id, new_id=new_id)
        except RefusedError as refusal:
            if refusal.reason is not Reason.UNKNOWN:
                raise
            # not 404: the extension answers so
            raise BadRequestError("InstanceId does not match a valid orchestration instance.") from refusal
        await self._journal.saved()
        return await self._wait_or_links(request, instance.id)

    async def _wait_or_links(self, request: Request, instance_id: str) -> Response:
        timeout, interval = seconds(request, "timeout"), seconds(request, "pollingInterval")
        if timeout is None or interval is None:
            return self._links_response(request, instance_id)
        if interval > timeout:
            raise BadRequestError(f"Total timeout {timeout} should be bigger than retry timeout {interval}")
        try:
            async with asyncio.timeout(timeout):
                instance = await self._hub.state.until(instance_id, lambda it: it.finished)
        except TimeoutError:
            return self._links_response(request, instance_id)
        if instance.status == COMPLETED:
            return _json(as_json(instance.output))
        return self._status_response(request, instance)

    def _links_response(self, request: Request, instance_id: str) -> Response:
        links = self._links.management(instance_id, _origin(request) + _ROOT)
        headers = {"Location": links["statusQueryGetUri"], "Retry-After": "10"}
        return _json(links, 202, headers)

    # reading

    def _get(self, request: Request, instance_id: str) -> Response:
        return self._status_response(request, self._hub.find(instance_id))

    def _status_response(self, request: Request, instance: Instance) -> Response:
        content = show_status(
            instance,
            with_input=flag(request, "showInput", default=True),
            history=flag(request, "showHistory"),
            history_output=flag(request, "showHistoryOutput"),
        )
        if not instance.finished:
            return _json(content, 202, {"Location": _address(request), "Retry-After": "5"})
        failed = instance.status == FAILED and flag(request, "returnInternalServerErrorOnFailure")
        return _json(content, 500 if failed else 200)

    def _list(self, request: Request) -> Response:
        chosen = InstanceFilter(
            time(request, "createdTimeFrom"),
            time(request, "createdTimeTo"),
            statuses(request),
            parameter(request, "instanceIdPrefix") or "",
        )
        found = filter(chosen, self._hub.state.instances.values())
        shown, token = page(found, by_age, number(request, "top", _PAGE), request.headers.get(_TOKEN))
        with_input = flag(request, "showInput", default=True)
        return _json(
            [show_status(each, with_input=with_input) for each in shown], headers={_TOKEN: token or ""}
        )

    # purging

    async def _purge(self, instance_id: str) -> Response:
        self._hub.find(instance_id)
        count = self._hub.purge(instance_id)
        await self._journal.saved()
        return _json({"instancesDeleted": count})

    async def _purge_filtered(self, request: Request) -> Response:
        first = time(request, "createdTimeFrom")
        if first is None:
            raise BadRequestError("Please provide value for 'createdTimeFrom' parameter.")
        last = time(request, "createdTimeTo") or now()
        count = self._hub.purge_where(InstanceFilter(first, last, statuses(request)))
        await self._journal.saved()
        return _json({"instancesDeleted": count}) if count else Response(status_code=404)

    # telling an instance something

    async def _raise(self, request: Request, instance_id: str, event: str) -> Response:
        if self._hub.find(instance_id).status in FINISHED:
            return Response(status_code=410)
        if media_type(request) != "application/json":
            raise BadRequestError("Only application/json request content is supported")
        data = await json_body(request)
        self._hub.raise_event(instance_id, event, data)
        return await self._accepted()

    async def _terminate(self, request: Request, instance_id: str) -> Response:
        recursive = flag(request, "recursive")
        self._hub.terminate(instance_id, parameter(request, "reason"), recursive=recursive)
        return await self._accepted()

    async def _suspend(self, request: Request, instance_id: str) -> Response:
        self._hub.suspend(instance_id, parameter(request, "reason"))
        return await self._accepted()

    async def _resume(self, request: Request, instance_id: str) -> Response:
        self._hub.resume(instance_id, parameter(request, "reason"))
        return await self._accepted()

    async def _rewind(self, request: Request, instance_id: str) -> Response:
        instance = self._hub.find(instance_id)
        if not instance.finished:
            raise BadRequestError("The rewind operation is only supported on failed orchestration instances.")
        self._hub.rewind(instance_id, parameter(request, "reason"))
        return await self._accepted()

    async def _accepted(self) -> Response:
        await self._journal.saved()
        return Response(status_code=202)

    # entities

    def _list_entities(self, request: Request, name: str) -> Response:
        chosen = EntityFilter(
            f"@{name.casefold()}@" if name else "",
            time(request, "lastOperationTimeFrom"),
            time(request, "lastOperationTimeTo"),
        )
        found = filter(chosen, self._hub.state.entities.values())
        size = number(request, "top", _PAGE)
        shown, token = page(found, lambda entity: entity.id, size, request.headers.get(_TOKEN))
        with_state = flag(request, "fetchState")
        return _json([show_entity(each, state=with_state) for each in shown], headers={_TOKEN: token or ""})

    def _get_entity(self, name: str, key: str) -> Response:
        entity = self._hub.state.entities.get(_entity_id(name, key))
        if entity is None or entity.state is None:
            return Response(status_code=404)
        return _json(as_json(entity.state))

    async def _signal(self, request: Request, name: str, key: str, *, delete: bool) -> Response:
        operation = "delete" if delete else parameter(request, "op") or ""
        body = (await request.body()).decode(errors="replace")
        if not body:
            data = None
        elif media_type(request) == "application/json":
            data = checked_json(body)
        else:
            data = json.dumps(body)
        self._hub.signal(_entity_id(name, key), operation, data)
        return await self._accepted()


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _address(request: Request) -> str:
    """Give where the request went, as it came: decoded, an id may hold what no header can."""
    target: bytes = request.scope["raw_path"] + b"?" + request.scope["query_string"]
    return _origin(request) + target.decode("latin-1").removesuffix("?")


def _segments(request: Request) -> list[str]:
    """Split the path below the root; names of collections and operations are case-insensitive."""
    # each part is decoded by itself, as an id may hold an escaped slash or percent sign
    raw = request.scope["raw_path"].decode("latin-1")
    whole: list[str] = []
    for part in map(unquote, raw.split("/")):
        if part == "..":
            del whole[-1:]
        elif part not in {"", "."}:
            whole.append(part)
    parts = whole[_ROOT.count("/") :]
    if parts:
        parts[0] = parts[0].casefold()
    if len(parts) == 4:
        parts[2] = parts[2].casefold()
    return parts


def _entity_id(name: str, key: str) -> str:
    return f"@{name.casefold()}@{'' if key == '$' else key}"


def _json(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:  # noqa: ANN401 - JSON values
    # not Starlette's own class: it refuses NaN, which an activity may return
    text = json.dumps(content, ensure_ascii=False)
    return Response(text, status, headers, "application/json")


def _message(status: int, text: str) -> Response:
    return _json({"message": text}, status)
