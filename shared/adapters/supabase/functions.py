"""Calling our SQL functions: over REST, or over a direct connection. Both keep the same promises.

A function gets JSON and gives JSON. Refusals become our errors; a database that is away, or that
does not answer in time, becomes UnavailableError. No call is repeated here: whether one whose
answer was lost had an effect is known to the caller's key, and to nobody on the way.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from shared import telemetry
from shared.adapters.supabase.refusals import AWAY, refusal
from shared.errors import UnavailableError
from shared.telemetry import Attribute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psycopg import AsyncConnection
    from psycopg.rows import TupleRow
    from psycopg_pool import AsyncConnectionPool

    from shared.adapters.supabase.rest import Rest

POOL_SECONDS: Final = 3.0
STATEMENT_SECONDS: Final = 8.0
REQUEST_ID: Final = "talenti_request_id"
# the id of the request for the audit rows, in the same round trip; of a `case` the condition comes first
BOUND: Final = f"select case when set_config('talenti.request_id', %({REQUEST_ID})s, true) is not null then "


class Functions(Protocol):
    async def call(self, name: str, arguments: Mapping[str, Any]) -> Any: ...  # noqa: ANN401 - JSON


class RestFunctions:
    """Over REST, as the service: the function itself checks what its caller may do."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        return await self._rest.call_as_service(name, arguments)


class DirectFunctions:
    """Over a pool of connections of a role that may execute these functions and nothing else."""

    def __init__(self, url: str, most_connections: int = 16) -> None:
        self._url = url
        self._most = most_connections
        self._pool: AsyncConnectionPool[AsyncConnection[TupleRow]] | None = None
        self._opening = asyncio.Lock()

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        values = {key: _adapt(value) for key, value in arguments.items()}
        statement = _statement(name, tuple(arguments))
        return await self._execute(statement, values | {REQUEST_ID: _request_id()})

    async def ping(self) -> None:
        """Ask for nothing, on a connection of the pool."""
        await self._execute(b"select 1", {})

    async def _execute(self, statement: bytes, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        with translated():
            pool = await self._opened()
            async with (
                pool.connection(timeout=POOL_SECONDS) as connection,
                asyncio.timeout(STATEMENT_SECONDS),
            ):
                cursor = await connection.execute(statement, values)
                row = await cursor.fetchone()
                return row[0] if row else None

    async def _opened(self) -> AsyncConnectionPool[AsyncConnection[TupleRow]]:
        """The pool, made at the first call on the loop that uses it."""
        async with self._opening:
            if self._pool is None:
                from psycopg_pool import AsyncConnectionPool  # noqa: PLC0415 - likewise

                self._pool = AsyncConnectionPool(
                    self._url,
                    min_size=1,
                    max_size=self._most,
                    open=False,
                    reconnect_timeout=POOL_SECONDS,
                    # a transaction pooler gives every transaction another server connection
                    kwargs={"autocommit": True, "prepare_threshold": None, "connect_timeout": 3},
                )
                await self._pool.open()
        return self._pool

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()
            self._pool = None


@cache
def _statement(name: str, arguments: tuple[str, ...]) -> bytes:
    """The call with named arguments; composed once, as there are few functions and many calls."""
    from psycopg import sql  # noqa: PLC0415 - 60 ms that a cold start need not pay

    named = [sql.SQL("{} => {}").format(sql.Identifier(key), sql.Placeholder(key)) for key in arguments]
    call = sql.SQL("public.{}({})").format(sql.Identifier(name), sql.SQL(", ").join(named))
    return (sql.SQL(BOUND) + call + sql.SQL(" end")).as_bytes()


def _request_id() -> str:
    return str(telemetry.bound().get(Attribute.REQUEST_ID, ""))


def _adapt(value: object) -> object:
    if isinstance(value, dict | list):
        from psycopg.types.json import Jsonb  # noqa: PLC0415 - likewise

        return Jsonb(value, dumps=json.dumps)
    return value


@contextmanager
def translated() -> Iterator[None]:
    """Errors of the driver leave as ours."""
    import psycopg  # noqa: PLC0415 - likewise
    import psycopg_pool  # noqa: PLC0415 - likewise

    try:
        yield
    except (psycopg_pool.PoolTimeout, TimeoutError):
        raise UnavailableError(AWAY) from None
    except psycopg.Error as error:
        if error.sqlstate is None:  # the connection, not the server, failed
            raise UnavailableError(AWAY) from None
        raise refusal(
            error.sqlstate, error.diag.message_primary or "", error.diag.message_hint or ""
        ) from None
