"""host.json, local.settings.json and the environment, read once and looked up like app settings."""

from __future__ import annotations

import hashlib
import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from local.host.json_files import InvalidFileError, read_object

if TYPE_CHECKING:
    from pathlib import Path

AZURITE = (
    "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
    # the emulator's published account key: the same on every machine, no secret
    "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
    "BlobEndpoint=http://{host}:10000/devstoreaccount1;"
    "QueueEndpoint=http://{host}:10001/devstoreaccount1;"
    "TableEndpoint=http://{host}:10002/devstoreaccount1;"
)
DEFAULT_TIMEOUT = timedelta(minutes=30)
_HOST_JSON_PREFIX = "AzureFunctionsJobHost__"
_IDENTITY_SUFFIXES = ("__serviceUri", "__blobServiceUri", "__queueServiceUri", "__accountName")
_DEVELOPMENT = re.compile(r"\s*UseDevelopmentStorage\s*=\s*true\b", re.IGNORECASE)
_PROXY = re.compile(r"DevelopmentStorageProxyUri\s*=\s*https?://([^;/]+)", re.IGNORECASE)
_PERCENT = re.compile(r"%([^%\s]+)%")
_TIME_SPAN = re.compile(r"(?:(\d+)\.)?(\d+):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?")


class SettingsError(Exception):
    """A setting is missing or makes no sense; the message says which and what to do."""


@dataclass(frozen=True)
class HostSettings:
    """What the host and its extensions read. App settings are looked up live in the environment."""

    app_dir: Path
    host_json: Mapping[str, Any] = field(default_factory=dict)
    local_host: Mapping[str, Any] = field(default_factory=dict)  # `Host` of local.settings.json
    only_functions: frozenset[str] = frozenset()  # folded names; empty means all

    @classmethod
    def load(cls, app_dir: Path, only_functions: frozenset[str] = frozenset()) -> HostSettings:
        """Read both files and put local.settings.json's Values into the environment."""
        try:
            host_json = read_object(app_dir / "host.json")
            local = read_object(app_dir / "local.settings.json")
        except InvalidFileError as error:
            raise SettingsError(str(error)) from error
        _export(local, app_dir)
        for name, value in os.environ.items():
            if name.casefold().startswith(_HOST_JSON_PREFIX.casefold()):
                _set_path(host_json, name[len(_HOST_JSON_PREFIX) :].split("__"), value)
        return cls(app_dir, host_json, _section(local, "Host"), frozenset(map(str.casefold, only_functions)))

    def setting(self, name: str) -> str | None:
        """Look an app setting up; names are compared without regard to case, as in .NET."""
        if name in os.environ:
            return os.environ[name]
        folded = name.casefold().replace(":", "__")
        return next((value for key, value in os.environ.items() if key.casefold() == folded), None)

    def resolve(self, text: str) -> str:
        """Replace each %NAME% by that setting."""

        def value(found: re.Match[str]) -> str:
            setting = self.setting(found[1])
            if setting is None:
                raise SettingsError(
                    f"'%{found[1]}%' in a binding needs the app setting '{found[1]}': "
                    "add it to Values in local.settings.json or to the environment"
                )
            return setting

        return _PERCENT.sub(value, text)

    def connection(self, name: str | None = None) -> str:
        """Find a storage connection string: `NAME`, then `AzureWebJobsNAME`."""
        name = name or "AzureWebJobsStorage"
        for candidate in (name, f"AzureWebJobs{name}"):
            if value := self.setting(candidate):
                return expand_development_storage(value)
            if any(self.setting(candidate + suffix) for suffix in _IDENTITY_SUFFIXES):
                raise SettingsError(
                    f"the connection '{candidate}' is identity-based ('{candidate}__...'), which the local "
                    f"host does not support: set '{candidate}' to a connection string, for example "
                    "'UseDevelopmentStorage=true'"
                )
        raise SettingsError(
            f"the connection '{name}' is not set: add '{name}' to Values in local.settings.json, "
            "for example 'UseDevelopmentStorage=true'"
        )

    def extension(self, name: str) -> Mapping[str, Any]:
        """Give the section `extensions.<name>` of host.json."""
        return _section(_section(self.host_json, "extensions"), name)

    @property
    def route_prefix(self) -> str:
        prefix = _get(self.extension("http"), "routePrefix")
        return "api" if prefix is None else str(prefix).strip("/")

    @property
    def function_timeout(self) -> timedelta | None:
        """How long one call may take; None is without limit ("-1")."""
        text = _get(self.host_json, "functionTimeout")
        if text is None:
            return DEFAULT_TIMEOUT
        return None if str(text).strip() == "-1" else parse_time_span(str(text), "functionTimeout")

    @property
    def telemetry_mode(self) -> str:
        return str(_get(self.host_json, "telemetryMode") or "")

    def log_level(self) -> str | None:
        """Give the default level of host.json: `logging.logLevel.default`."""
        levels = _section(_section(self.host_json, "logging"), "logLevel")
        return next((str(value) for key in ("default", "Function") if (value := _get(levels, key))), None)

    def disabled(self, function_name: str) -> bool:
        if self.only_functions and function_name.casefold() not in self.only_functions:
            return True
        # Linux does not allow dots in names everywhere, so Azure reads the second form too
        names = (f"AzureWebJobs.{function_name}.Disabled", f"AzureWebJobs_{function_name}_Disabled")
        return any((self.setting(name) or "").strip().casefold() in {"1", "true"} for name in names)

    @property
    def host_id(self) -> str:
        """Name this host in shared storage: the same for one app folder on one machine."""
        if configured := self.setting("AzureFunctionsWebHost__hostid"):
            return configured.casefold()
        machine = re.sub(r"[^a-z0-9]", "", socket.gethostname().casefold())[:20] or "local"
        return f"{machine}-{hashlib.sha256(str(self.app_dir).encode()).hexdigest()[:10]}"


def expand_development_storage(value: str) -> str:
    """Give Azurite's full connection string for the short form, which Python SDKs do not know."""
    if not _DEVELOPMENT.match(value):
        return value
    proxy = _PROXY.search(value)
    return AZURITE.format(host=proxy[1] if proxy else "127.0.0.1")


def parse_time_span(text: str, name: str) -> timedelta:
    """Read a .NET TimeSpan: `[d.]hh:mm[:ss[.fffffff]]`."""
    found = _TIME_SPAN.fullmatch(text.strip())
    if found is None:
        raise SettingsError(f"{name} is {text!r}; it must be a time span such as '00:05:00'")
    days, hours, minutes, seconds, fraction = (part or "0" for part in found.groups())
    try:
        return timedelta(
            days=int(days),
            hours=int(hours),
            minutes=int(minutes),
            seconds=int(seconds),
            microseconds=int(fraction.ljust(7, "0")[:6]),
        )
    except (OverflowError, ValueError) as error:
        raise SettingsError(f"{name} is {text[:40]!r}, which is too long") from error


def _export(local: Mapping[str, Any], app_dir: Path) -> None:
    if _get(local, "IsEncrypted") is True:
        raise SettingsError(
            f"{app_dir / 'local.settings.json'} is encrypted, which only Microsoft's tools can read: "
            "decrypt it with 'func settings decrypt'"
        )
    for name, value in _section(local, "Values").items():
        if isinstance(value, (dict, list)):
            raise SettingsError(f"local.settings.json: the value of '{name}' must be a text")
        if value is not None:  # null is passed over, as `func` does
            _set_default(name, str(value).lower() if isinstance(value, bool) else str(value))
    for name, value in list(os.environ.items()):
        if _DEVELOPMENT.match(value):
            os.environ[name] = expand_development_storage(value)


def _set_default(name: str, text: str) -> None:
    try:
        os.environ.setdefault(name, text)
    except (ValueError, OSError) as error:  # an empty name, or a character no variable can hold
        raise SettingsError(f"local.settings.json: {name!a} cannot be set: {error}") from error


def _get(section: Mapping[str, Any], key: str) -> Any:  # noqa: ANN401 - JSON values
    folded = key.casefold()
    return next((value for name, value in section.items() if name.casefold() == folded), None)


def _section(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = _get(parent, key)
    return value if isinstance(value, Mapping) else {}


def _set_path(section: dict[str, Any], path: list[str], value: str) -> None:
    """App settings named AzureFunctionsJobHost__a__b override host.json's a.b."""
    key = next((name for name in section if name.casefold() == path[0].casefold()), path[0])
    if len(path) == 1:
        section[key] = value
    else:
        inner = section.get(key)
        section[key] = inner = inner if isinstance(inner, dict) else {}
        _set_path(inner, path[1:], value)
