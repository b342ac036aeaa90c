"""An invitation: its moves, its life, and the token that opens it."""

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum
from typing import Final


class InvitationStatus(StrEnum):
    PENDING = "pending"
    SENT = "sent"
    DELIVERED = "delivered"
    OPENED = "opened"
    CLAIMED = "claimed"
    COMPLETED = "completed"
    BOUNCED = "bounced"
    EXPIRED = "expired"
    REVOKED = "revoked"

    @property
    def is_live(self) -> bool:
        return self not in OVER


OVER: Final = frozenset({InvitationStatus.COMPLETED, InvitationStatus.EXPIRED, InvitationStatus.REVOKED})

_S = InvitationStatus
MOVES: Final[dict[InvitationStatus, frozenset[InvitationStatus]]] = {
    _S.PENDING: frozenset({_S.SENT, _S.EXPIRED, _S.REVOKED}),
    _S.SENT: frozenset({_S.DELIVERED, _S.BOUNCED, _S.EXPIRED, _S.REVOKED}),
    _S.DELIVERED: frozenset({_S.OPENED, _S.EXPIRED, _S.REVOKED}),
    _S.BOUNCED: frozenset({_S.SENT, _S.EXPIRED, _S.REVOKED}),
    _S.OPENED: frozenset({_S.CLAIMED, _S.COMPLETED, _S.EXPIRED, _S.REVOKED}),
    _S.CLAIMED: frozenset({_S.COMPLETED, _S.EXPIRED, _S.REVOKED}),
}
# Whoever has used the link needs no other letter; before that a new one may be sent.
RESENDABLE: Final = frozenset({_S.PENDING, _S.SENT, _S.DELIVERED, _S.BOUNCED, _S.OPENED})

SHORTEST_DAYS: Final = 1
USUAL_DAYS: Final = 7
LONGEST_DAYS: Final = 30

TOKEN_BYTES: Final = 32


def path(was: InvitationStatus, becomes: InvitationStatus) -> tuple[InvitationStatus, ...] | None:
    """The shortest way, without its start: who opened the letter did receive it. None if there is none."""
    ways: dict[InvitationStatus, tuple[InvitationStatus, ...]] = {was: ()}
    waiting = [was]
    for here in waiting:
        for following in sorted(MOVES.get(here, frozenset()) - ways.keys()):
            ways[following] = (*ways[here], following)
            waiting.append(following)
    return ways.get(becomes)


def life(days: int) -> timedelta:
    return timedelta(days=days)


def new_token() -> str:
    """256 bits that nobody can guess, safe in an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """What we keep of a token: good to recognise it, useless to make it."""
    return hashlib.sha256(token.encode()).hexdigest()
