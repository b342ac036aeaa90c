"""The function-level retry policy (`@app.retry`), which is the host's job to carry out."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

from local.host.model import RetryPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.host.protos import RpcRetryOptions

# Azure carries the policy out for these triggers only; queues and blobs have attempts of their own
SUPPORTED_TRIGGERS = frozenset({"timertrigger", "eventhubtrigger", "kafkatrigger", "cosmosdbtrigger"})
_DELTA = timedelta(seconds=2)  # the unit that .NET's exponential back-off grows by


def policy_from(options: RpcRetryOptions | None) -> RetryPolicy | None:
    """Read the policy from the worker library's metadata."""
    if options is None:
        return None
    count = int(options.max_retry_count)
    if options.retry_strategy == "fixed_delay":
        return RetryPolicy(count, delay=options.delay_interval)
    return RetryPolicy(count, minimum=options.minimum_interval, maximum=options.maximum_interval)


def delays(policy: RetryPolicy | None) -> Iterator[float]:
    """Give the pause in seconds before each further attempt; ends when no attempt is left."""
    attempt = 0
    while policy is not None and (policy.max_retry_count < 0 or attempt < policy.max_retry_count):
        yield _pause(policy, attempt).total_seconds()
        attempt += 1


def _pause(policy: RetryPolicy, attempt: int) -> timedelta:
    if policy.delay is not None:
        return policy.delay
    jitter = random.uniform(0.8, 1.2)  # noqa: S311 - spreads attempts, guards nothing
    growth = min((2.0 ** min(attempt, 40) - 1.0) * jitter * _DELTA.total_seconds(), 1e9)
    return min(policy.minimum + timedelta(seconds=growth), policy.maximum)
