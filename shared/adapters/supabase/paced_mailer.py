"""A mailer that keeps to the provider's pace, counted in the database for all instances."""

from typing import Final

from shared.adapters.supabase.functions import Functions
from shared.domain.mail import Letter
from shared.errors import RateLimitedError
from shared.ports.mailer import Mailer

PER_MINUTE: Final = 30
PER_HOUR: Final = 100


class PacedMailer:
    """A letter that would be one too many is not handed over: RateLimitedError says when it may be."""

    def __init__(
        self,
        mailer: Mailer,
        functions: Functions,
        per_minute: int = PER_MINUTE,
        per_hour: int = PER_HOUR,
    ) -> None:
        self._mailer = mailer
        self._functions = functions
        self._pace = {"per_minute": per_minute, "per_hour": per_hour}

    async def send(self, letter: Letter) -> str:
        seconds = int(await self._functions.call("take_letter_slot", self._pace))
        if seconds > 0:
            raise RateLimitedError("Letters are being sent too fast.", retry_after=seconds)
        return await self._mailer.send(letter)
