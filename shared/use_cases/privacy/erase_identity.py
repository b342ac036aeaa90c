"""Ends the identity with which a person joined calls, and all that its provider keeps of it."""

from uuid import UUID

from shared.contracts.erasure_workflow import StoreErased
from shared.domain.erasure import ErasedStore
from shared.errors import ConflictError, NotFoundError
from shared.ports.call_tokens import CallTokens
from shared.ports.erasures import Erasures


class EraseIdentity:
    def __init__(self, erasures: Erasures, call_tokens: CallTokens) -> None:
        self._erasures = erasures
        self._call_tokens = call_tokens

    async def __call__(self, request_id: UUID) -> StoreErased:
        """Raises ConflictError while the provider still knows it."""
        identity = (await self._erasures.read(request_id)).identity
        listed = await self._erasures.aim(request_id, ErasedStore.IDENTITY, [identity] if identity else [])
        for each in listed:
            await self._call_tokens.delete(each)
        left = [each for each in listed if await self._is_known(each)]
        count = await self._erasures.note(request_id, ErasedStore.IDENTITY, len(left))
        if left:
            raise ConflictError("An identity is left.")
        return StoreErased(count=count)

    async def _is_known(self, identity: str) -> bool:
        """Of one that is gone no token can be ended."""
        try:
            await self._call_tokens.revoke(identity)
        except NotFoundError:
            return False
        return True
