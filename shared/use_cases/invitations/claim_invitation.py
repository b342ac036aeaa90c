"""Whoever holds the link and the address it was sent to claims the invitation, once.

Nothing is said of an account, and none is touched, before token and address are known to be good.
"""

from shared.contracts.invitations import Claim, Claimed
from shared.domain.audit import AuditEvent
from shared.domain.identity import Person
from shared.domain.invitation import hash_of
from shared.domain.secret import Secret
from shared.errors import FieldError, InvalidInputError
from shared.ports.accounts import Accounts
from shared.ports.invitations import Invitations
from shared.use_cases.record_audit import RecordAudit


class ClaimInvitation:
    def __init__(self, invitations: Invitations, accounts: Accounts, record_audit: RecordAudit) -> None:
        self._invitations = invitations
        self._accounts = accounts
        self._record_audit = record_audit

    async def __call__(self, claim: Claim, person: Person | None) -> Claimed:
        token_hash = hash_of(claim.token.get_secret_value())
        named = {"email": claim.email, "password": claim.password, "full_name": claim.full_name}
        if person is not None:
            if superfluous := [name for name, value in named.items() if value]:
                raise _refusal(superfluous, "is not taken from who is signed in")
            return await self._invitations.claim(token_hash, person.user_id, person.email)
        if claim.email and claim.password and claim.full_name:
            password = Secret(claim.password.get_secret_value())
            return await self._wake_and_claim(token_hash, claim.email, password, claim.full_name)
        raise _refusal([name for name, value in named.items() if not value], "is required")

    async def _wake_and_claim(self, token_hash: str, email: str, password: Secret, full_name: str) -> Claimed:
        """The account is woken first: where that fails, the claim is still to be had."""
        user_id = await self._invitations.check_claim(token_hash, email)
        await self._accounts.wake(user_id, email, password, full_name)
        claimed = await self._invitations.claim(token_hash, user_id, email)
        first_name, _, last_name = full_name.partition(" ")
        await self._invitations.name_candidate(user_id, first_name, last_name.strip() or None)
        await self._record_audit(AuditEvent("auth.account_claimed", "account", user_id, user_id))
        return claimed


def _refusal(fields: list[str], reason: str) -> InvalidInputError:
    return InvalidInputError("The request failed validation.", [FieldError(name, reason) for name in fields])
