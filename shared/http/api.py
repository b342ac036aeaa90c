"""Endpoints: each a FastAPI route for validation and OpenAPI, and each an Azure Function of its own."""

import inspect
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, get_args, get_type_hints

import azure.durable_functions as df
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response
from fastapi.routing import APIRoute

from shared.contracts.base import Contract
from shared.http import idempotency
from shared.http.dress import Before, dressed
from shared.http.edge import Edge, Policy, Told
from shared.http.edge import Endpoint as Served
from shared.http.extension import remove_foreign_pages

remove_foreign_pages()

type Endpoint = Callable[..., Any]

DEFAULTS: Final = Policy()
PATH_CONVERTER: Final = re.compile(r"\{(\w+):path\}")


class Api:
    """The endpoints of one file: collects them, and registers each as a function on its blueprint."""

    def __init__(self, tag: str, edge: Edge, policy: Policy = DEFAULTS) -> None:
        self.blueprint = df.Blueprint()
        self._policy = policy
        self._tag = tag
        self._edge = edge

    def get(self, path: str, **options: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401 - passed on
        return self.route(path, ["GET"], **options)

    def post(self, path: str, **options: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401 - passed on
        return self.route(path, ["POST"], **options)

    def put(self, path: str, **options: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401 - passed on
        return self.route(path, ["PUT"], **options)

    def patch(self, path: str, **options: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401 - passed on
        return self.route(path, ["PATCH"], **options)

    def delete(self, path: str, **options: Any) -> Callable[[Endpoint], Endpoint]:  # noqa: ANN401 - passed on
        return self.route(path, ["DELETE"], **options)

    def route(
        self,
        path: str,
        methods: list[str],
        *,
        policy: Policy | None = None,
        auth_level: func.AuthLevel = func.AuthLevel.ANONYMOUS,
        durable_client: bool = False,
        location: str | None = None,
        refuses: tuple[str, ...] = (),
        **options: Any,  # noqa: ANN401 - FastAPI's own
    ) -> Callable[[Endpoint], Endpoint]:
        """Declare an endpoint. `options` are those of a FastAPI route.

        `location` is the address of what a POST makes: `{id}` is a field of the answer. `refuses` are
        the codes that only the work gives; those of the edge follow from policy and parameters.
        """

        def register(endpoint: Endpoint) -> Endpoint:
            name = endpoint.__name__
            chosen = policy or self._policy
            described = options | {"methods": methods, "tags": [self._tag]}
            dress = partial(dressed, endpoint, self._before(name, chosen), location)
            needs_key = auth_level is not func.AuthLevel.ANONYMOUS
            told = Told(refuses, location is not None, needs_key, path, tuple(methods))
            serve = self._edge.serve(name, partial(_route, path, dress, **described), chosen, told)
            handler = _function(name, serve, durable_client=durable_client)
            if durable_client:
                handler = self.blueprint.durable_client_input(client_name="client")(handler)
            template = PATH_CONVERTER.sub(r"{*\1}", path).lstrip("/")
            bound = self.blueprint.route(route=template, methods=methods, auth_level=auth_level)(handler)
            self.blueprint.function_name(name)(bound)
            return endpoint

        return register

    def _before(self, name: str, policy: Policy) -> Before | None:
        """What stands between a valid request and its work."""
        if not policy.idempotent:
            return None
        return partial(idempotency.begin, operation=name, repeats=self._edge.repeats)


def _route(
    path: str,
    dress: Callable[[], Endpoint],
    *,
    responses: dict[int | str, dict[str, Any]] | None = None,
    **options: Any,  # noqa: ANN401 - FastAPI's own
) -> APIRoute:
    endpoint = dress()
    for contract in _contracts(endpoint, responses or {}):
        contract.build_now()
    name = endpoint.__name__
    first_line = (inspect.getdoc(endpoint) or name).partition("\n")[0]
    return APIRoute(
        path,
        endpoint,
        name=name,
        operation_id=name,
        summary=first_line.rstrip("."),
        responses={"default": {}, **(responses or {})},  # the description puts the true ones in its place
        **options,
    )


def _contracts(endpoint: Endpoint, responses: dict[int | str, dict[str, Any]]) -> Iterator[type[Contract]]:
    """Every contract that an endpoint takes or gives by itself; what these hold is built with them."""
    annotated = [*get_type_hints(endpoint).values(), *(each.get("model") for each in responses.values())]
    while annotated:
        found = annotated.pop()
        annotated += get_args(found)
        if isinstance(found, type) and issubclass(found, Contract):
            yield found


def _function(name: str, serve: Served, *, durable_client: bool) -> Callable[..., Any]:
    """The function that the platform calls; its annotations are what the worker library checks."""

    async def handle(req: Request) -> Response:
        return await serve(req)

    async def handle_with_client(req: Request, client: df.DurableFunctionsClient) -> Response:
        req.state.durable_client = client
        return await serve(req)

    function = handle_with_client if durable_client else handle
    function.__name__ = function.__qualname__ = name
    return function
