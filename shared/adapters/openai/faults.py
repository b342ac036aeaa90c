"""What the exceptions of the OpenAI client, and of the HTTP library below it, mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shared.adapters.policies import fault as faults
from shared.adapters.policies.fault import Fault, Kind
from shared.errors import UpstreamError

if TYPE_CHECKING:
    from openai import APIStatusError

FILTERED: Final = "content_filter"


def openai_fault(error: Exception, label: str) -> Fault | None:
    import httpx2  # noqa: PLC0415 - loaded by the first use of the SDK
    import openai  # noqa: PLC0415 - likewise

    match error:
        case openai.APIStatusError():
            return _of_answer(error, label)
        case openai.APIConnectionError() | httpx2.TransportError():
            return _of_connection(error, label)
        case openai.OpenAIError() | httpx2.HTTPError() | httpx2.StreamError():
            return faults.malformed(label)
        case _:
            return None


def filtered() -> UpstreamError:
    return UpstreamError("The language model's filter stopped the answer.", code="content_filtered")


def cut() -> UpstreamError:
    return UpstreamError("The language model's answer was too long and was cut off.", code="answer_cut")


def _of_answer(error: APIStatusError, label: str) -> Fault:
    if error.code == FILTERED:
        return Fault(Kind.REFUSED, filtered())
    headers = error.response.headers
    wait = faults.seconds_of(headers.get("retry-after"), headers.get("retry-after-ms"))
    return faults.of_status(error.status_code, label, wait)


def _of_connection(error: Exception, label: str) -> Fault:
    import httpx2  # noqa: PLC0415 - likewise

    if faults.never_arrived(error):
        return faults.unreached(label)
    causes = (error, error.__cause__)
    if any(isinstance(each, httpx2.ReadTimeout | httpx2.WriteTimeout) for each in causes):
        return faults.too_slow(label)
    return faults.lost(label)
