"""Whom a request names: a user of the resource, or a telephone number."""

from __future__ import annotations

import re
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic.alias_generators import to_camel

PHONE: Final = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
USER: Final = re.compile(r"8:acs:[0-9a-f-]{36}_[0-9a-f-]{8,60}", re.ASCII)


class Wire(BaseModel):
    """Names as on the wire; what is not known is left alone, as the service does."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")


class PhoneNumber(Wire):
    value: str

    @model_validator(mode="after")
    def check(self) -> Self:
        if not PHONE.fullmatch(self.value):
            raise ValueError("a phone number is in E.164 format")
        return self


class User(Wire):
    id: str

    @model_validator(mode="after")
    def check(self) -> Self:
        if not USER.fullmatch(self.id):
            raise ValueError("a communication user has an id such as 8:acs:<resource>_<user>")
        return self


class Identifier(Wire):
    kind: str | None = None
    raw_id: str | None = None
    phone_number: PhoneNumber | None = None
    communication_user: User | None = None

    @model_validator(mode="after")
    def check(self) -> Self:
        if (self.phone_number is None) == (self.communication_user is None):
            raise ValueError("an identifier is either a phone number or a communication user")
        if self.raw_id is not None and self.raw_id != self.id:
            raise ValueError("rawId names somebody else")
        return self

    @property
    def id(self) -> str:
        if self.phone_number is not None:
            return f"4:{self.phone_number.value}"
        return self.communication_user.id if self.communication_user else ""

    def told(self) -> dict[str, Any]:
        if self.phone_number is not None:
            return {
                "kind": "phoneNumber",
                "rawId": self.id,
                "phoneNumber": {"value": self.phone_number.value},
            }
        return {"kind": "communicationUser", "rawId": self.id, "communicationUser": {"id": self.id}}


def phone(number: str) -> Identifier:
    return Identifier(phone_number=PhoneNumber(value=number))


def user(raw_id: str) -> Identifier:
    return Identifier(communication_user=User(id=raw_id))


def anybody(text: str) -> Identifier:
    """Whom a person at the control side means: a number, or the id of a user."""
    return phone(text) if text.startswith("+") else user(text)
