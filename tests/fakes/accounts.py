"""Accounts in memory: an id, an address, a password."""

from uuid import UUID

from shared.domain.secret import Secret
from shared.errors import ConflictError, FieldError, InvalidInputError, NotFoundError, TalentiError


class FakeAccounts:
    def __init__(self) -> None:
        self.accounts: dict[UUID, tuple[str, str | None]] = {}
        self.fault: TalentiError | None = None  # raised instead, as long as it is there

    def add(self, user_id: UUID, email: str, password: str | None = None) -> None:
        self.accounts[user_id] = (email, password)

    async def wake(self, user_id: UUID, email: str, password: Secret, full_name: str) -> None:
        if self.fault is not None:
            raise self.fault
        if user_id not in self.accounts:
            raise NotFoundError("Account not found.")
        if any(known == email for each, (known, _) in self.accounts.items() if each != user_id):
            raise ConflictError("Sign in with your account to claim the invitation.")
        if len(set(password.reveal())) < 3:
            raise InvalidInputError(
                "The request failed validation.", [FieldError("password", "is too easy to guess")]
            )
        self.accounts[user_id] = (email, password.reveal())

    async def close(self, user_id: UUID) -> None:
        if self.fault is not None:
            raise self.fault
        self.accounts.pop(user_id, None)
