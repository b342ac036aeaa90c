"""What the exceptions of azure-core mean: one table for every adapter of an Azure service.

An adapter that knows better for one status (404, 409, 412) catches it where it calls the client and
raises our own error, which passes through untouched.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shared.adapters.policies import fault as faults

if TYPE_CHECKING:
    from azure.core.exceptions import AzureError, HttpResponseError

    from shared.adapters.policies.fault import Fault


def azure_fault(error: Exception, label: str) -> Fault | None:
    from azure.core import exceptions as azure  # noqa: PLC0415 - the SDKs are loaded by their first use

    match error:
        case azure.HttpResponseError() if not isinstance(error, azure.DecodeError):
            return _of_answer(error, label)
        case azure.ServiceRequestError() | azure.ServiceResponseError() | azure.IncompleteReadError():
            return _of_connection(error, label)
        case azure.AzureError() | azure.DeserializationError() | json.JSONDecodeError():
            return faults.malformed(label)
        case _:
            return None


def _of_answer(error: HttpResponseError, label: str) -> Fault:
    from azure.core.exceptions import ClientAuthenticationError  # noqa: PLC0415 - likewise

    status = error.status_code
    if status is None and isinstance(error, ClientAuthenticationError):
        return faults.of_status(401, label)  # no token was to be had
    if status is None or status < 400:
        return faults.malformed(label)
    headers = getattr(error.response, "headers", None) or {}
    milliseconds = headers.get("retry-after-ms") or headers.get("x-ms-retry-after-ms")
    wait = faults.seconds_of(headers.get("Retry-After"), milliseconds)
    return faults.of_status(status, label, wait)


def _of_connection(error: AzureError, label: str) -> Fault:
    from azure.core.exceptions import ServiceResponseTimeoutError  # noqa: PLC0415 - likewise

    if faults.never_arrived(error) or faults.never_arrived(error.inner_exception):
        return faults.unreached(label)
    if isinstance(error, ServiceResponseTimeoutError):
        return faults.too_slow(label)
    return faults.lost(label)
