"""Sends the letters that are owed, until none is left or the provider wants a pause."""

from collections.abc import Awaitable, Callable
from typing import Final

from shared.use_cases.invitations.send_letter import Sending

MOST_LETTERS: Final = 60
MOST_FAILURES: Final = 3

type SendOne = Callable[[], Awaitable[Sending]]


class SendDueLetters:
    def __init__(self, send_letter: SendOne) -> None:
        self._send_letter = send_letter

    async def __call__(self) -> int:
        """How many were sent."""
        sent = failed = 0
        for _ in range(MOST_LETTERS):
            match await self._send_letter():
                case Sending.SENT:
                    sent += 1
                case Sending.FAILED:
                    failed += 1
                case Sending.NOTHING_DUE | Sending.NOT_NOW:
                    break
            if failed == MOST_FAILURES:
                break
        return sent
