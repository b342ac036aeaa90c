"""Durable Functions on the local host: task hub, state on disk, bridge to the worker, HTTP API.

Importing this package is cheap; gRPC and the rest are loaded with the first use of the extension.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.host.durable.extension import DurableExtension

__all__ = ["DurableExtension"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the signature Python gives it
    if name != "DurableExtension":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from local.host.durable.extension import DurableExtension  # noqa: PLC0415 - lazy on purpose

    return DurableExtension
