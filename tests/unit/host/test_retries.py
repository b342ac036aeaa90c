"""The retry policy gives the pauses that Azure makes."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice, pairwise

from local.host.model import RetryPolicy
from local.host.protos import RpcRetryOptions
from local.host.retries import delays, policy_from


def test_a_fixed_delay_is_the_same_before_each_attempt() -> None:
    assert list(delays(RetryPolicy(3, delay=timedelta(seconds=2)))) == [2.0, 2.0, 2.0]


def test_without_a_policy_there_is_no_further_attempt() -> None:
    assert list(delays(None)) == []
    assert list(delays(RetryPolicy(0, delay=timedelta(seconds=2)))) == []


def test_minus_one_never_ends() -> None:
    assert len(list(islice(delays(RetryPolicy(-1, delay=timedelta())), 1000))) == 1000


def test_exponential_pauses_grow_within_their_bounds() -> None:
    policy = RetryPolicy(12, minimum=timedelta(seconds=1), maximum=timedelta(seconds=60))
    pauses = list(delays(policy))
    assert pauses[0] == 1.0
    assert pauses[-1] == 60.0
    assert all(later >= earlier for earlier, later in pairwise(pauses))


def test_exponential_pauses_stay_finite_for_ever() -> None:
    policy = RetryPolicy(-1, minimum=timedelta(), maximum=timedelta(seconds=2147483647))
    assert max(islice(delays(policy), 2000)) <= 2147483647


def test_the_policy_is_read_from_the_worker_librarys_metadata() -> None:
    fixed = RpcRetryOptions(
        max_retry_count=2, retry_strategy="fixed_delay", delay_interval=timedelta(seconds=5)
    )
    assert policy_from(fixed) == RetryPolicy(2, delay=timedelta(seconds=5))
    growing = RpcRetryOptions(
        max_retry_count=-1,
        retry_strategy="exponential_backoff",
        minimum_interval=timedelta(seconds=1),
        maximum_interval=timedelta(minutes=1),
    )
    assert policy_from(growing) == RetryPolicy(-1, None, timedelta(seconds=1), timedelta(minutes=1))
    assert policy_from(None) is None
