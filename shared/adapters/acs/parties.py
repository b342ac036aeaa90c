"""Whom we mean, in the words of Communication Services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from shared.domain.calls import AppUser, OtherParty, Party, Phone, is_phone_number
from shared.errors import InvalidInputError

if TYPE_CHECKING:
    from azure.communication.callautomation import CommunicationIdentifier

PHONE_PREFIX: Final = "4:"
USER_PREFIX: Final = "8:acs:"


def party_of(raw: str) -> Party:
    """Whom a provider's id names."""
    if raw.startswith(PHONE_PREFIX):
        return Phone(raw.removeprefix(PHONE_PREFIX))
    if raw.startswith(USER_PREFIX):
        return AppUser(raw)
    return OtherParty(raw)


def identifier_of(party: Party) -> CommunicationIdentifier:
    """What the client takes. Raises InvalidInputError for a number that no phone can have."""
    if isinstance(party, Phone) and not is_phone_number(party.number):
        raise InvalidInputError("The phone number must be in international form, such as +61255500100.")
    # the SDK costs 0.2 s to import: paid by the first call
    from azure.communication import callautomation as sdk  # noqa: PLC0415

    match party:
        case Phone(number):
            return sdk.PhoneNumberIdentifier(number)
        case AppUser(identity):
            return sdk.CommunicationUserIdentifier(identity)
        case OtherParty(id_):
            return sdk.UnknownIdentifier(id_)
