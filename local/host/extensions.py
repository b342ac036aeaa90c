"""Starts what an app needs besides HTTP: durable functions, storage triggers and bindings.

They are imported only then, so that an app without them starts fast and without gRPC.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from local.host.durable.extension import DurableExtension
    from local.host.http.keys import Keys
    from local.host.model import Function
    from local.host.options import Options
    from local.host.settings import HostSettings
    from local.host.triggers import TriggersExtension
    from local.host.worker import Worker

_DURABLE = frozenset({"orchestrationtrigger", "activitytrigger", "entitytrigger", "durableclient"})
_STORAGE = frozenset({"timertrigger", "queuetrigger", "blobtrigger", "eventgridtrigger", "blob", "queue"})
_LISTENED_TO = frozenset({"timertrigger", "queuetrigger", "blobtrigger"})


def durable_for(
    worker: Worker, settings: HostSettings, options: Options, base_url: str, keys: Keys
) -> DurableExtension | None:
    """Make the durable extension if a function needs it."""
    if not _uses(worker, _DURABLE):
        return None
    from local.host.durable import DurableExtension  # noqa: PLC0415 - lazy on purpose

    return DurableExtension(
        worker,
        settings=settings,
        base_url=base_url,
        grpc_port=options.grpc_port,
        state=options.state,
        system_key=keys.system("durabletask"),
        keep_finished=options.keep_finished,
    )


def triggers_for(
    worker: Worker, settings: HostSettings, options: Options, base_url: str, keys: Keys
) -> TriggersExtension | None:
    """Make the extension for timers, storage and Event Grid if a function needs it."""
    if not _uses(worker, _STORAGE):
        return None
    from local.host.triggers import TriggersExtension  # noqa: PLC0415 - lazy on purpose

    invoker = worker if options.triggers else WithoutListeners(worker)
    return TriggersExtension(invoker, settings=settings, base_url=base_url, system_keys=keys.system)


class WithoutListeners:
    """The app as --no-triggers shows it: bindings and webhooks work, nothing calls on its own."""

    def __init__(self, worker: Worker) -> None:
        self.provide_input = worker.provide_input
        self.write_output = worker.write_output
        self.invoke = worker.invoke
        self.functions: Sequence[Function] = [
            replace(f, disabled=f.disabled or f.trigger.type.casefold() in _LISTENED_TO)
            for f in worker.functions
        ]


def _uses(worker: Worker, types: Iterable[str]) -> bool:
    return any(b.type.casefold() in types for f in worker.functions if not f.disabled for b in f.bindings)
