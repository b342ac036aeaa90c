"""Gives a candidate's browser the token with which it joins the call of its interview."""

from collections.abc import Collection
from uuid import UUID

from shared import telemetry
from shared.contracts.calls import CallTokenView, CallTokenWish, interview_of
from shared.domain.calls import CallScope, CallToken
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.errors import NotFoundError, TalentiError, WrongStateError
from shared.ports.call_records import CallIdentities
from shared.ports.call_tokens import CallTokens
from shared.telemetry import Event
from shared.use_cases.authorise import Authorise

log = telemetry.Log(__name__)

ALIVE = frozenset({"invited", "scheduled", "in_progress"})


class IssueCallToken:
    """One identity a person, however many ask at the same time: who comes second gives theirs back."""

    def __init__(self, authorise: Authorise, tokens: CallTokens, identities: CallIdentities) -> None:
        self._authorise = authorise
        self._tokens = tokens
        self._identities = identities

    async def __call__(self, caller: Person, wish: CallTokenWish) -> CallTokenView:
        """For an own interview that is not over. Raises WrongStateError for one that is."""
        interview_id = interview_of(wish.interview_id)
        found = await self._authorise(caller, Permission.INTERVIEW_TAKE, Kind.INTERVIEW, interview_id)
        if found.state not in ALIVE:
            raise WrongStateError("The interview is over.")
        token = await self._token(caller.user_id, frozenset(CallScope(each) for each in wish.scopes))
        return CallTokenView(token=token.token.reveal(), expires_on=token.expires_at, user_id=token.identity)

    async def _token(self, user_id: UUID, scopes: Collection[CallScope]) -> CallToken:
        kept = await self._identities.of(user_id)
        if kept is not None:
            try:
                return await self._tokens.issue(kept, scopes)
            except NotFoundError:
                pass  # the provider knows it no more: a new one takes its place
        made = await self._tokens.create(scopes)
        try:
            mine = await self._identities.keep(user_id, made.identity, instead_of=kept)
        except TalentiError:  # of somebody who is being deleted nothing may begin anew
            await self._give_back(made.identity)
            raise
        if mine == made.identity:
            return made
        await self._give_back(made.identity)
        return await self._tokens.issue(mine, scopes)

    async def _give_back(self, identity: str) -> None:
        try:
            await self._tokens.delete(identity)
        except TalentiError as error:
            log.warning(Event.CALL_IDENTITY_LEFT, error=error)
