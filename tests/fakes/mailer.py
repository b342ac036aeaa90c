"""A mailer that keeps letters: `sent` has one for each key, however often it was handed over."""

from uuid import UUID

from shared.domain.mail import Letter
from shared.errors import FieldError, InvalidInputError, TalentiError


class FakeMailer:
    def __init__(self) -> None:
        self.sent: dict[UUID, Letter] = {}
        self.handed_over = 0
        self.fault: TalentiError | None = None  # raised instead, as long as it is there

    async def send(self, letter: Letter) -> str:
        if self.fault is not None:
            raise self.fault
        self.handed_over += 1
        name, _, domain = letter.to.partition("@")
        if not name or "." not in domain:
            raise InvalidInputError(
                "The letter cannot be sent to this address.", [FieldError("to", "is no address")]
            )
        self.sent.setdefault(letter.key, letter)
        return str(letter.key)

    def to(self, address: str) -> list[Letter]:
        return [letter for letter in self.sent.values() if letter.to == address]
