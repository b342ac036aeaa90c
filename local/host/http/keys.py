"""Function, host and system keys: who may call what, once `--enable-auth` asks for it."""

from __future__ import annotations

import hmac
import os
import secrets
from typing import TYPE_CHECKING

from local.host.http.asgi import header
from local.host.http.paths import query_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from local.host.http.asgi import Scope
    from local.host.model import Function


class Keys:
    """One start's keys: from the environment, otherwise made at random."""

    def __init__(self, *, enforced: bool) -> None:
        self.enforced = enforced
        self.master = _key("LOCAL_HOST_MASTER_KEY")
        self.function = _key("LOCAL_HOST_FUNCTION_KEY")  # the host key "default": opens every function
        self._system = os.environ.get("LOCAL_HOST_SYSTEM_KEY")
        self._system_keys: dict[str, str] = {}

    def system(self, extension: str) -> str:
        """Give the key of an extension's webhooks, named `<extension>_extension` in Azure."""
        name = extension.casefold()
        return self._system_keys.setdefault(name, self._system or secrets.token_urlsafe(32))

    def lines(self, extensions: Iterable[str]) -> Iterator[str]:
        """Give the keys for the terminal, if anybody needs them."""
        if self.enforced:
            yield "Keys:"
            yield f"    master: {self.master}"
            yield f"    function: {self.function}"
            yield from (f"    {name}_extension: {self.system(name)}" for name in extensions)
            yield ""

    def may_call(self, function: Function, scope: Scope) -> bool:
        """Check the key that a request to a function carries."""
        if not self.enforced:
            return True
        level = str(function.trigger.setting("authLevel") or "function").casefold()
        if level == "anonymous":
            return True
        own = os.environ.get(f"LOCAL_HOST_FUNCTION_KEY_{function.name.upper()}")
        if level == "admin":
            return _matches(scope, [self.master])
        return _matches(scope, [self.master, self.function, own])

    def may_administer(self, scope: Scope) -> bool:
        return not self.enforced or _matches(scope, [self.master])

    def may_notify(self, extension: str, scope: Scope) -> bool:
        """Check the key of a request to `/runtime/webhooks/<extension>`."""
        return not self.enforced or _matches(scope, [self.master, self.system(extension)])


def _key(variable: str) -> str:
    return os.environ.get(variable) or secrets.token_urlsafe(32)


def _matches(scope: Scope, accepted: Sequence[str | None]) -> bool:
    given = header(scope, b"x-functions-key") or _code(scope)
    if not given:
        return False
    return any(hmac.compare_digest(given.encode(), key.encode()) for key in accepted if key)


def _code(scope: Scope) -> str | None:
    """Find the key of the query string; its name is read without regard to case, as by ASP.NET."""
    values = query_values(scope["query_string"])
    return next((value for name, value in values.items() if name.casefold() == "code"), None)
