"""Changes of part of a resource: what is named is replaced, what is not named stays."""

from typing import Any, Self

from pydantic import GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from shared.contracts.base import Body


class Patch(Body):
    """The body of a PATCH. Every field has a default, which is never used.

    `null` clears: declare what may be cleared as `X | None = None`, and what may not as
    `X = Field(default=None)`, whose null is refused. What cannot be written has no field here.
    """

    @property
    def changes(self) -> dict[str, Any]:
        """The fields that were sent, as JSON."""
        return self.model_dump(mode="json", exclude_unset=True)

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("names no field to change")
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler(core_schema)
        resolved = handler.resolve_ref_schema(schema)
        for field in resolved.get("properties", {}).values():
            field.pop("default", None)  # absence means "as it was"
        resolved["minProperties"] = 1
        return schema
