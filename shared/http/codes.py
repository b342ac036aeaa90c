"""Every code of a problem with its meaning; and which of them an endpoint can give.

Most follow from what the endpoint is: its access, its limits, what it takes. What only its work can
refuse is named where it is declared, with `refuses`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import params

from shared import errors
from shared.http.guard import Access
from shared.http.preconditions import expected_versions
from shared.http.problem import INTERNAL, STATUS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.dependencies.models import Dependant

    from shared.http.edge import Endpoint


@dataclass(frozen=True, slots=True)
class Code:
    """What a code says, and one sentence as a problem with it may have."""

    kind: type[errors.TalentiError]
    meaning: str
    detail: str

    @property
    def status(self) -> int:
        return STATUS[self.kind]


CODES: Final[dict[str, Code]] = {
    "validation_error": Code(
        errors.InvalidInputError,
        "body or query is malformed, incomplete, or has unknown fields",
        "The request failed validation.",
    ),
    "unauthorized": Code(
        errors.NotSignedInError,
        "not signed in, or the account is being deleted or gone; with `WWW-Authenticate`",
        "Sign in first.",
    ),
    "token_expired": Code(
        errors.NotSignedInError,
        "signed in, but too long ago: renew the token and repeat",
        "The token has expired.",
    ),
    "forbidden": Code(errors.ForbiddenError, "signed in, but not allowed", "This interview is not yours."),
    "not_found": Code(errors.NotFoundError, "no such thing, or no such route", "Interview not found."),
    "method_not_allowed": Code(
        errors.MethodNotAllowedError,
        "the route takes other methods; with `Allow`",
        "This route takes GET, PATCH.",
    ),
    "invalid_interview_state": Code(
        errors.WrongStateError, "the interview is in the wrong state for this call", "The interview is over."
    ),
    "interview_not_in_progress": Code(
        errors.WrongStateError, "the interview does not run", "The interview is not in progress."
    ),
    "unsupported_file": Code(
        errors.BadFileError,
        "a file of a type that we do not read",
        "The file is unsupported: it is not of the type that was agreed on.",
    ),
    "file_unreadable": Code(
        errors.BadFileError, "a file of a known type that cannot be read", "The file holds no text."
    ),
    "conflict": Code(
        errors.ConflictError,
        "somebody was faster, or it exists already",
        "This clashes with something that is there already.",
    ),
    "invalid_transition": Code(
        errors.ConflictError, "this step is not possible from here", "The recording has stopped."
    ),
    "turn_in_progress": Code(
        errors.ConflictError,
        "another turn of the interview is open",
        "Another turn of this interview is open.",
    ),
    "live_interview_exists": Code(
        errors.ConflictError, "an interview of the application is running", "Live interview exists."
    ),
    "interview_locked": Code(
        errors.ConflictError,
        "the interview cannot begin yet: the invitation is not claimed, or the profile not confirmed",
        "Interview locked.",
    ),
    "consent_required": Code(errors.ConflictError, "no consent of the candidate stands", "Consent required."),
    "idempotency_key_reused": Code(
        errors.ConflictError, "the key was sent with another body", "Idempotency key reused."
    ),
    "invitation_expired": Code(errors.GoneError, "the invitation is over", "Invitation expired."),
    "recording_deleted": Code(errors.GoneError, "the recording is gone", "The recording has been deleted."),
    "precondition_failed": Code(
        errors.PreconditionFailedError,
        "it has changed since you read it: the `If-Match` is stale",
        "It has changed since you read it. Read it again.",
    ),
    "payload_too_large": Code(
        errors.TooLargeError, "the body exceeds the limit of the endpoint", "The body is too large."
    ),
    "unsupported_media_type": Code(
        errors.UnsupportedMediaTypeError,
        "the content type is not one the endpoint reads",
        "The body must be sent as application/json.",
    ),
    "rate_limited": Code(errors.RateLimitedError, "too many calls; with `Retry-After`", "Too many calls."),
    "internal_error": Code(errors.TalentiError, "our fault; quote the request id", INTERNAL),
    "upstream_error": Code(
        errors.UpstreamError,
        "a service behind us answered badly",
        "The push service gave an answer that cannot be read.",
    ),
    "content_filtered": Code(
        errors.UpstreamError,
        "a service behind us: the language model, or its filter, would not answer this",
        "The language model's filter stopped the answer.",
    ),
    "answer_cut": Code(
        errors.UpstreamError,
        "a service behind us: the language model's answer was too long and is not whole",
        "The language model's answer was too long and was cut off.",
    ),
    "invalid_scoring_response": Code(
        errors.UpstreamError,
        "a service behind us: the scoring model answered badly",
        "Invalid scoring response.",
    ),
    "upstream_unavailable": Code(
        errors.UnavailableError,
        "a service behind us is away; with `Retry-After`",
        "The database cannot be reached.",
    ),
}


def codes_of(endpoint: Endpoint) -> list[str]:
    """The codes that this endpoint can give, in the order of the table."""
    found = {*_of_edge(endpoint), *_of_input(endpoint), *endpoint.told.refuses}
    return [code for code in CODES if code in found]


def _of_edge(endpoint: Endpoint) -> Iterator[str]:
    """Who is let in, and how often."""
    policy = endpoint.policy
    yield "internal_error"
    if policy.access is not Access.PUBLIC or policy.proofs:
        yield "unauthorized"
    if policy.access is not Access.PUBLIC:
        yield "token_expired"
    if policy.limits or policy.counted_inside:
        yield "rate_limited"
        yield from ("upstream_error", "upstream_unavailable")  # of the database, which counts
    if policy.idempotent:
        yield from ("conflict", "idempotency_key_reused")


def _of_input(endpoint: Endpoint) -> Iterator[str]:
    """What is taken can be wrong. A part of a path that cannot be right is a thing that nobody knows."""
    taken = endpoint.route.dependant
    if taken.path_params:
        yield "not_found"
    if endpoint.route.body_field is not None:
        yield from ("payload_too_large", "unsupported_media_type")
    if endpoint.policy.idempotent or endpoint.route.body_field is not None or _can_be_wrong(taken):
        yield "validation_error"
    if any(each.call is expected_versions for each in taken.dependencies):
        yield "precondition_failed"


def _can_be_wrong(taken: Dependant) -> bool:
    """Whether a query or a header has limits: a text without any is always right."""
    fields = (*taken.query_params, *taken.header_params)
    inner = any(_can_be_wrong(each) for each in taken.dependencies)
    return inner or any(
        field.field_info.annotation is not str or bool(field.field_info.metadata)
        for field in fields
        if isinstance(field.field_info, params.Param)
    )
