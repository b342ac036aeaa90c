"""Accounts of Supabase Auth, by its admin API."""

from typing import Final
from uuid import UUID

from shared.adapters.supabase.rest import Rest
from shared.domain.secret import Secret
from shared.errors import ConflictError, FieldError, InvalidInputError, NotFoundError, UpstreamError

TAKEN: Final = "email_exists"
WEAK: Final = "weak_password"
NOBODY: Final = 404


class SupabaseAccounts:
    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def wake(self, user_id: UUID, email: str, password: Secret, full_name: str) -> None:
        refused = await self._rest.update_account_as_service(
            user_id,
            {
                "email": email,
                "password": password.reveal(),
                "email_confirm": True,
                "user_metadata": {"full_name": full_name},
            },
        )
        match refused:
            case None:
                return
            case (422, code) if code == TAKEN:
                raise ConflictError("Sign in with your account to claim the invitation.")
            case (422, code) if code == WEAK:
                raise InvalidInputError(
                    "The request failed validation.", [FieldError("password", "is too easy to guess")]
                )
            case (404, _):
                raise NotFoundError("Account not found.")
            case (status, _):
                raise UpstreamError(f"The accounts service refused with {status}.")

    async def close(self, user_id: UUID) -> None:
        refused = await self._rest.delete_account_as_service(user_id)
        if refused is not None and refused != NOBODY:
            raise UpstreamError(f"The accounts service refused with {refused}.")
