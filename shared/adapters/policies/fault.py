"""What went wrong with a call, as far as it decides whether to call again.

A translator turns a foreign exception into a fault; one that it does not know is no fault of the
dependency but of our own code, and is let through.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.errors import RateLimitedError, TalentiError, UnavailableError, UpstreamError

SOON_SECONDS: Final = 5.0  # what callers are told when the service says nothing


class Kind(StrEnum):
    """A fault, by what is known of the call's effect and of the dependency's health."""

    UNREACHED = "unreached"  # never arrived, so nothing was done
    THROTTLED = "throttled"  # turned away before anything was done
    LOST = "lost"  # no answer: what was done, nobody knows
    BROKEN = "broken"  # 5xx, or an answer that makes no sense
    REFUSED = "refused"  # heard and refused: asking again changes nothing

    @property
    def proves_nothing_was_done(self) -> bool:
        return self in {Kind.UNREACHED, Kind.THROTTLED}

    @property
    def can_pass(self) -> bool:
        """Whether asking again can help."""
        return self is not Kind.REFUSED

    @property
    def is_a_failure_of_the_dependency(self) -> bool:
        """Whether the breaker counts it.

        Throttling is none: a busy service is not a broken one, and says itself when to come back.
        Neither is a refusal: whoever refuses us is well.
        """
        return self in {Kind.UNREACHED, Kind.LOST, Kind.BROKEN}


@dataclass(frozen=True, slots=True)
class Fault:
    kind: Kind
    error: TalentiError  # what the caller gets
    retry_after: float | None = None  # seconds the service asks us to wait


type Translate = Callable[[Exception, str], Fault | None]  # the string is the policy's label


def of_our_own(error: Exception, label: str) -> Fault | None:
    """Faults that an adapter finds by itself, raised as our errors.

    An UpstreamError with a code of its own is an answer with a meaning, such as `content_filtered`.
    """
    match error:
        case RateLimitedError():
            return Fault(Kind.THROTTLED, error, error.retry_after)
        case UnavailableError():
            return Fault(Kind.LOST, error)
        case UpstreamError(code=UpstreamError.default_code):
            return Fault(Kind.BROKEN, error)
        case TalentiError():
            return Fault(Kind.REFUSED, error)
        case TimeoutError():
            return too_slow(label)
        case _:
            return None


def never_arrived(error: BaseException | None) -> bool:
    """Whether no connection came about.

    The SDKs name this differently, and give the same name to connections that broke off after the
    request was sent; aiohttp, which carries them all, knows.
    """
    from aiohttp import ClientConnectorError, ConnectionTimeoutError  # noqa: PLC0415 - with the SDKs

    while error is not None:
        if isinstance(error, ClientConnectorError | ConnectionTimeoutError):
            return True
        error = error.__cause__ or error.__context__
    return False


def unreached(label: str) -> Fault:
    return Fault(Kind.UNREACHED, UnavailableError(f"{_capital(label)} cannot be reached."))


def lost(label: str) -> Fault:
    return Fault(Kind.LOST, UnavailableError(f"The connection to {label} broke off."))


def too_slow(label: str) -> Fault:
    return Fault(Kind.LOST, UnavailableError(f"{_capital(label)} did not answer in time."))


def malformed(label: str) -> Fault:
    return Fault(Kind.BROKEN, UpstreamError(f"{_capital(label)} gave an answer that cannot be read."))


def of_status(status: int, label: str, retry_after: float | None = None) -> Fault:
    """What an HTTP status of 400 and above means for the one who asked."""
    name = _capital(label)
    match status:
        case 408:
            return Fault(Kind.LOST, UnavailableError(f"{name} did not get the request in time."), retry_after)
        case 429:
            error = RateLimitedError(f"{name} is busy.", retry_after=retry_after or SOON_SECONDS)
            return Fault(Kind.THROTTLED, error, retry_after)
        case 401 | 403:
            # our credentials, which are no fault of the one who asked
            return Fault(Kind.REFUSED, UpstreamError(f"{name} does not admit us."))
        case _ if status >= 500:
            message = f"{name} answered with the status {status}."
            away = UnavailableError(message, retry_after=retry_after or SOON_SECONDS)
            return Fault(Kind.BROKEN, away, retry_after)
        case _:
            return Fault(Kind.REFUSED, UpstreamError(f"{name} refused with the status {status}."))


def seconds_of(retry_after: str | None, milliseconds: str | None = None) -> float | None:
    """The wait that the headers `Retry-After` and `retry-after-ms` ask for; a date is not read."""
    for text, scale in ((milliseconds, 0.001), (retry_after, 1.0)):
        try:
            seconds = float(text or "") * scale
        except ValueError:
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    return None


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
