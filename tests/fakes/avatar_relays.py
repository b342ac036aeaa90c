"""The avatar's relay in memory."""

from itertools import count

from shared.domain.secret import Secret
from shared.domain.speech import AvatarRelay
from shared.errors import TalentiError


class FakeAvatarRelays:
    def __init__(self) -> None:
        self._numbers = count(1)
        self.fault: TalentiError | None = None  # raised instead, as long as it is there

    async def issue(self) -> AvatarRelay:
        if self.fault is not None:
            raise self.fault
        number = next(self._numbers)
        return AvatarRelay(("turn:relay.example.org:3478",), f"user-{number}", Secret(f"secret-{number}"))
