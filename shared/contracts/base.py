"""What every contract has in common: strict bodies in, plain answers out."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated, Any, Final, TypeAliasType, get_args

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

SURROGATE: Final = re.compile("[\\ud800-\\udfff]")
"""Half of a character in JSON's own spelling, which no encoding has a place for."""
A_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
TIMES: Final = frozenset({date, datetime, AwareDatetime})
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(1970, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))
]
"""When something is or was, as callers say it: a year at the edge of time is kept, and never read again."""


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for key, item in value.items():
                yield from _strings(key)
                yield from _strings(item)
        case list():
            for item in value:
                yield from _strings(item)


def example(value: dict[str, Any]) -> ConfigDict:
    """What one of these looks like as a whole, for the description; a test holds it against its model."""
    return ConfigDict(json_schema_extra={"examples": [value]})


ALL_THERE: Final = ConfigDict(json_schema_serialization_defaults_required=True)
"""For an answer that has each of its fields always, those with a default too: readers may count on it."""


class Contract(BaseModel):
    """Frozen; unknown fields are refused, and so are figures that JSON has no word for.

    What is refused is not repeated in the error, whose text may end in a log or in a history.

    Its validator is built at its first use: a cold start that builds all of them waits a second
    for what it may never need.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True, hide_input_in_errors=True
    )

    @classmethod
    def build_now(cls) -> None:
        """Build the validator now, for who hands the class to something that does not wait."""
        if cls.model_config.get("defer_build"):
            cls.model_config["defer_build"] = False
            cls.model_rebuild(force=True)


@cache
def _kinds(contract: type[BaseModel], name: str) -> frozenset[object]:
    """What a field may hold, without names and limits around it."""
    return frozenset(_plain(contract.model_fields[name].annotation))


def _plain(annotation: object) -> Iterator[object]:
    if isinstance(annotation, TypeAliasType):
        yield from _plain(annotation.__value__)
    elif hasattr(annotation, "__metadata__"):
        yield from _plain(get_args(annotation)[0])
    elif isinstance(annotation, type) or not get_args(annotation):
        yield annotation
    else:
        for each in get_args(annotation):
            yield from _plain(each)


class Sent(Contract):
    """What a caller sends, in a body, a query or a frame of a socket.

    NUL is refused everywhere, and so is half a character: the database can hold neither.
    """

    @model_validator(mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:  # noqa: ANN401 - whatever was sent
        for text in _strings(value):
            if "\0" in text:
                raise ValueError("must not contain NUL characters")
            if SURROGATE.search(text):
                raise ValueError("must not contain unpaired surrogates")
        return value


class Body(Sent):
    """What a caller sends as JSON, which says of itself what is a number and what a flag."""

    @field_validator("*", mode="before")
    @classmethod
    def _of_its_kind(cls, value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401 - whatever was sent
        """0 is no `false` and "5" no number: who sends that has mistaken a field."""
        if info.field_name is None or not isinstance(value, str | int | float):
            return value
        kinds = _kinds(cls, info.field_name)
        if bool in kinds and not isinstance(value, bool) and kinds <= {bool, type(None)}:
            raise PydanticCustomError("bool_type", "Input should be a valid boolean")
        if {int, float} & kinds and isinstance(value, str | bool) and kinds <= {int, float, type(None)}:
            raise PydanticCustomError("number_type", "Input should be a valid number")
        if TIMES & kinds and not (isinstance(value, str) and A_DAY.match(value)):
            raise PydanticCustomError("date_type", "Input should be a valid date")
        return value
