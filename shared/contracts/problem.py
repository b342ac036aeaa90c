"""The one shape of every error: problem+json (RFC 9457) with a string detail and a stable code."""

from pydantic import Field

from shared.contracts.base import Contract


class FieldProblem(Contract):
    field: str = Field(examples=["message"])
    message: str = Field(examples=["Field required"])


class Problem(Contract):
    type: str = Field(examples=["urn:talenti:problem:not_found"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(ge=400, le=599, examples=[404])
    detail: str = Field(description="one sentence that is safe to show", examples=["Interview not found."])
    code: str = Field(description="stable, to be compared by programs", examples=["not_found"])
    request_id: str = Field(description="the X-Request-ID of this answer; quote it when you report")
    errors: list[FieldProblem] | None = Field(default=None, description="only with validation_error")
