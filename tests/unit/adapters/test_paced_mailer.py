"""Letters keep to the pace that is counted elsewhere."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest

from shared.adapters.supabase.paced_mailer import PacedMailer
from shared.domain.mail import Letter
from shared.errors import RateLimitedError
from tests.fakes.mailer import FakeMailer

LETTER = Letter(uuid4(), "kim@example.org", "Subject", "Text", "<p>Text</p>")


class Slots:
    """Gives these seconds to wait, one a call."""

    def __init__(self, *waits: int) -> None:
        self.waits = list(waits)
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Any:
        self.asked.append((name, arguments))
        return self.waits.pop(0)


async def test_a_letter_with_a_slot_goes() -> None:
    mailer, slots = FakeMailer(), Slots(0)

    assert await PacedMailer(mailer, slots).send(LETTER) == str(LETTER.key)
    assert slots.asked == [("take_letter_slot", {"per_minute": 30, "per_hour": 100})]


async def test_a_letter_without_a_slot_is_not_handed_over_and_told_when_it_may_be() -> None:
    mailer = FakeMailer()

    with pytest.raises(RateLimitedError) as refused:
        await PacedMailer(mailer, Slots(37)).send(LETTER)

    assert refused.value.retry_after == 37
    assert mailer.sent == {}
