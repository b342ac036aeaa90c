"""A topic in memory."""

from collections.abc import Sequence
from uuid import UUID

from shared.domain.announcements import Announcement, Receipt
from shared.errors import UnavailableError


class FakeAnnouncements:
    def __init__(self) -> None:
        self.published: list[Announcement] = []
        self.largest = 500_000  # characters of data
        self.calls_left: int | None = None  # until it is away; each call takes one announcement

    async def publish(self, announcements: Sequence[Announcement]) -> Receipt:
        taken: list[UUID] = []
        refused: list[UUID] = []
        for number, each in enumerate(announcements):
            if len(str(each.data)) > self.largest:
                refused.append(each.id)
                continue
            if self.calls_left == 0:
                if not taken:
                    raise UnavailableError("The event service cannot be reached.")
                left = [one.id for one in announcements[number:]]
                return Receipt(tuple(taken), tuple(refused), tuple(left))
            if self.calls_left is not None:
                self.calls_left -= 1
            self.published.append(each)
            taken.append(each.id)
        return Receipt(tuple(taken), tuple(refused))
