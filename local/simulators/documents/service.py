"""Document Intelligence, as `azure-ai-documentintelligence` 1.0 asks for it."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulators.checks import RefusedError, bearer, error_body, require_api_version, require_key
from local.simulators.documents import layout, reading
from local.simulators.speech.admission import names_us

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from local.simulators.world import World

VERSIONS: Final = frozenset({"2024-11-30"})
MODELS: Final = frozenset({"prebuilt-read", "prebuilt-layout"})
FAULTS: Final = ("failed", "stuck")
PAGES: Final = re.compile(r"\d+(-\d+)?(,\d+(-\d+)?)*")
CONTENT_TYPES: Final = (
    "application/octet-stream",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "image/",
)
LOOPBACK: Final = {"127.0.0.1", "localhost", "::1"}
BAD_CONTENT: Final = (
    "The file is corrupted or format is unsupported. "
    "Refer to documentation for the list of supported formats."
)
LOCKED: Final = "The file is password protected."


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Operation:
    id: str
    model: str
    created: str = field(default_factory=_now)
    status: str = "notStarted"
    asked: int = 0
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None

    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "status": self.status,
            "createdDateTime": self.created,
            "lastUpdatedDateTime": _now(),
        }
        if self.result is not None:
            told["analyzeResult"] = self.result
        if self.error is not None:
            told["error"] = self.error
        return told


def routes(world: World) -> list[BaseRoute]:
    office = Office(world)
    world.faults.offer("documents", FAULTS)
    world.scripts.accept("documents", check_script)
    world.on_reset(office.forget)
    base = "/documentintelligence/documentModels/{model}"
    return [
        Route(f"{base}:analyze", office.analyze, methods=["POST"]),
        Route(f"{base}/analyzeResults/{{operation}}", office.look, methods=["GET"]),
    ]


def check_script(script: Mapping[str, Any]) -> None:
    """`pages`: what each shows, as a list of lines."""
    pages = script.get("pages")
    if not isinstance(pages, list) or not all(isinstance(lines, list) for lines in pages):
        raise ValueError("pages must be a list of lists of lines")


class Office:
    def __init__(self, world: World) -> None:
        self._world = world
        self._operations: dict[str, Operation] = {}

    def forget(self) -> None:
        self._operations.clear()

    async def analyze(self, request: Request) -> Response:
        self._admit(request)
        version = require_api_version(request, VERSIONS)
        model = request.path_params["model"]
        if model not in MODELS:
            raise _refused(
                404, "NotFound", "Resource not found.", "ModelNotFound", "The model does not exist."
            )
        wanted = request.query_params.get("pages", "")
        if wanted and not PAGES.fullmatch(wanted):
            raise _invalid("InvalidParameter", "The parameter pages is invalid.")
        content = await self._content(request)
        if (kind := reading.kind_of(content)) is None:
            raise _invalid("InvalidContent", BAD_CONTENT)
        operation = Operation(str(uuid4()), model)
        self._operations[operation.id] = operation
        stuck = self._world.faults.take("documents", "stuck", request) is not None
        failed = self._world.faults.take("documents", "failed", request) is not None
        if failed:
            self._fail(operation, BAD_CONTENT)
        elif not stuck:
            self._world.spawn(self._work(operation, kind, content, wanted, version))
        return Response(
            status_code=202, headers={"Operation-Location": _location(request, operation, version)}
        )

    async def look(self, request: Request) -> Response:
        self._admit(request)
        require_api_version(request, VERSIONS)
        operation = self._operations.get(request.path_params["operation"])
        if operation is None or operation.model != request.path_params["model"]:
            raise RefusedError(404, "NotFound", "Resource not found.")
        told = operation.told()
        if not operation.asked and operation.status == "succeeded":  # nobody is that quick
            told = {**told, "status": "running"}
            del told["analyzeResult"]
        operation.asked += 1
        return JSONResponse(told)

    def _admit(self, request: Request) -> None:
        if (token := bearer(request)) is None or not names_us(token):
            require_key(request, "Ocp-Apim-Subscription-Key", self._world.keys.documents)

    async def _content(self, request: Request) -> bytes:
        kind = request.headers.get("content-type", "").partition(";")[0].strip()
        if kind == "application/json":
            return await self._named(request)
        if not kind.startswith(CONTENT_TYPES):
            raise _refused(
                415, "InvalidRequest", "Invalid request.", "UnsupportedContent", "Content is not supported."
            )
        content = await request.body()
        if not content:
            raise _invalid("InvalidContentLength", "The input is empty.")
        return content

    async def _named(self, request: Request) -> bytes:
        try:
            body = await request.json()
            given = {name: str(body[name]) for name in ("base64Source", "urlSource") if body.get(name)}
        except (ValueError, AttributeError) as error:
            raise _invalid("InvalidParameter", "The body is no source.") from error
        if len(given) != 1:
            raise _invalid("InvalidParameter", "Either base64Source or urlSource must be given.")
        if "urlSource" in given:
            return await self._fetch(given["urlSource"])
        try:
            return base64.b64decode(given["base64Source"], validate=True)
        except binascii.Error as error:
            raise _invalid("InvalidParameter", "base64Source is not base64.") from error

    async def _fetch(self, url: str) -> bytes:
        """From this machine only, as nothing here leaves it."""
        import httpx  # noqa: PLC0415 - loaded by the first call out

        try:
            if urlsplit(url).hostname not in LOOPBACK:
                raise _invalid("InvalidContentSourceFormat", "The address cannot be reached.")
            answer = await self._world.http.get(url)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise _invalid("ContentSourceNotAccessible", "The source cannot be fetched.") from error
        return answer.content

    async def _work(self, operation: Operation, kind: str, content: bytes, wanted: str, version: str) -> None:
        operation.status = "running"
        try:
            pages = await reading.read(kind, content)
        except reading.UnreadableError as error:
            self._fail(operation, LOCKED if str(error) == "password" else BAD_CONTENT)
            return
        facts = {"kind": kind, "model": operation.model}
        if (script := self._world.scripts.take("documents", facts)) is not None:
            pages = reading.of_lines(script["pages"])
        chosen = _chosen(wanted, len(pages))
        kept = [(number, page) for number, page in enumerate(pages, start=1) if number in chosen]
        operation.result = layout.describe(kept, operation.model, version)
        operation.status = "succeeded"

    def _fail(self, operation: Operation, message: str) -> None:
        operation.status = "failed"
        inner = {"code": "InvalidContent", "message": message}
        operation.error = error_body("InvalidRequest", "Invalid request.", innererror=inner)["error"]


def _chosen(wanted: str, count: int) -> set[int]:
    if not wanted:
        return set(range(1, count + 1))
    chosen: set[int] = set()
    for part in wanted.split(","):
        first, _, last = part.partition("-")
        chosen |= set(range(int(first), min(int(last or first), count) + 1))
    return chosen & set(range(1, count + 1))


def _location(request: Request, operation: Operation, version: str) -> str:
    """From the address that was asked: a client follows it to the letter."""
    host = f"{request.url.scheme}://{request.headers['host']}"
    path = f"/documentintelligence/documentModels/{operation.model}/analyzeResults/{operation.id}"
    return f"{host}{path}?api-version={version}"


def _invalid(code: str, message: str) -> RefusedError:
    return _refused(400, "InvalidRequest", "Invalid request.", code, message)


def _refused(status: int, code: str, message: str, inner: str, detail: str) -> RefusedError:
    body = error_body(code, message, innererror={"code": inner, "message": detail})
    return RefusedError(status, code, message, body=body)
