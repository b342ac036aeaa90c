"""Loads what the first turn of a talk would wait a second for, beside whatever was asked before it.

Nothing is made here, only loaded, so that a request which comes meanwhile finds each module whole
or waits for that one. What fails here fails again, and is told, where it is needed.
"""

from collections.abc import Callable
from importlib import import_module
from threading import Thread
from typing import Final

from shared import telemetry
from shared.telemetry import Event

log = telemetry.Log(__name__)

# in the order in which a turn needs them
MODULES: Final = (
    "shared.bootstrap.platform",
    "jwt",
    "httpx_aiohttp",
    "postgrest",
    "shared.bootstrap.interviews",
    "shared.bootstrap.language",
    "shared.bootstrap.planning",
    "psycopg.types.json",
    "psycopg_pool",
    "yaml",
    "stamina.instrumentation",
    "openai",
    "openai.resources.chat.completions.completions",
    "httpcore2",
)


def begin(then: Callable[[], None] = lambda: None) -> Thread:
    """Go on in a thread of its own, which never keeps the process from ending; last do what is said."""
    thread = Thread(target=_load, args=(then,), name="warm-up", daemon=True)
    thread.start()
    return thread


def _load(then: Callable[[], None]) -> None:
    try:
        for module in MODULES:
            import_module(module)
        _phrases()
        then()
    except Exception as error:  # noqa: BLE001 - whatever it is, requests go on without
        log.warning(Event.WARM_UP_FAILED, error=error)


def _phrases() -> None:
    """What no reply may say, as a tree that every turn walks."""
    from shared.domain.interview.forbidden import phrase_tree  # noqa: PLC0415 - loaded as the rest

    _ = phrase_tree().root
