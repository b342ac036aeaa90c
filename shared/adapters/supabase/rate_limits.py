"""Token buckets in the database: limits that hold across instances and restarts."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.adapters.supabase.functions import Functions
from shared.domain.rate_limits import LIMITS, Allowance, RateClass, tightest


class SupabaseRateLimits:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def take(self, subject: str, classes: Sequence[RateClass]) -> Allowance:
        limits = buckets(subject, classes)
        answer = await self._functions.call("take_rate_limit_tokens", {"limits": limits})
        return tightest([_allowance(each, answer) for each in answer["limits"]])


def allowance_of(limits: Sequence[Mapping[str, Any]]) -> Allowance | None:
    """What is left, for a call that took its limits with something else."""
    taken = {"allowed": True}
    return tightest([_allowance(each, taken) for each in limits]) if limits else None


def buckets(subject: str, classes: Sequence[RateClass]) -> list[dict[str, Any]]:
    """The limits as the SQL functions take them."""
    return [
        {
            "bucket_key": f"{each}:{subject}",
            "capacity": LIMITS[each].capacity,
            "refill_per_second": LIMITS[each].per_second,
        }
        for each in classes
    ]


def _allowance(limit: Mapping[str, Any], answer: Mapping[str, Any]) -> Allowance:
    refused = not answer["allowed"] and limit["remaining"] < 1
    return Allowance(
        allowed=not refused,
        limit=int(limit["limit"]),
        remaining=int(limit["remaining"]),
        reset_seconds=int(answer["retry_after_seconds"] if refused else limit["reset_seconds"]),
    )
