"""What the host prints at its start: each function with what calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.host.routes import ALL_METHODS, allowed_methods, route_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from local.host.model import Function

_DETAILS = {
    "timertrigger": ("schedule",),
    "queuetrigger": ("queueName",),
    "servicebustrigger": ("queueName", "topicName", "subscriptionName"),
    "eventhubtrigger": ("eventHubName",),
    "blobtrigger": ("path", "source"),
    "orchestrationtrigger": ("orchestration",),
    "activitytrigger": ("activity",),
    "entitytrigger": ("entityName",),
}
_RUN_HERE = frozenset(_DETAILS) - {"servicebustrigger", "eventhubtrigger"} | {
    "httptrigger",
    "eventgridtrigger",
}


def invoke_url(function: Function, prefix: str, base_url: str) -> str | None:
    """Give the address of an HTTP function, with its route's placeholders."""
    if function.trigger.type.casefold() != "httptrigger":
        return None
    return "/".join(part for part in (base_url, prefix, route_text(function).strip("/")) if part)


def listing(
    functions: Sequence[Function], prefix: str, base_url: str, resolve: Callable[[str], str]
) -> Iterator[str]:
    """Give the lines, HTTP functions first, as `func start` prints them; `resolve` replaces %NAME%."""
    if not functions:
        yield "No functions were found in this app."
        return
    yield "Functions:"
    yield ""
    shown = sorted(functions, key=lambda f: (invoke_url(f, "", "") is None, f.name.casefold()))
    for function in shown:
        state = " (disabled)" if function.disabled else ""
        yield f"    {function.name}: {_call(function, prefix, base_url, resolve)}{state}"
    yield ""


def _call(function: Function, prefix: str, base_url: str, resolve: Callable[[str], str]) -> str:
    if url := invoke_url(function, prefix, base_url):
        methods = allowed_methods(function)
        text = "" if methods == ALL_METHODS else f"[{','.join(sorted(methods))}] "
        return f"{text}{url}"
    trigger = function.trigger
    values = [trigger.setting(key) for key in _DETAILS.get(trigger.type.casefold(), ())]
    details = "".join(f" {resolve(str(value))}" for value in values if value)
    unknown = "" if trigger.type.casefold() in _RUN_HERE else " (only Azure runs this trigger)"
    return f"{trigger.type}{details}{unknown}"
