"""Everything that can go wrong on purpose.

    TalentiError                     code                          retryable
    ├── InvalidInputError            validation_error
    │   └── MalformedBodyError       validation_error
    ├── NotSignedInError             unauthorized | token_expired
    ├── ForbiddenError               forbidden
    ├── NotFoundError                not_found
    ├── MethodNotAllowedError        method_not_allowed
    ├── WrongStateError              invalid_interview_state | interview_not_in_progress
    ├── BadFileError                 unsupported_file | file_unreadable
    ├── ConflictError                conflict | invalid_transition | turn_in_progress | ...
    ├── GoneError                    invitation_expired | recording_deleted
    ├── PreconditionFailedError      precondition_failed
    ├── TooLargeError                payload_too_large
    ├── UnsupportedMediaTypeError    unsupported_media_type
    ├── RateLimitedError             rate_limited                  yes
    ├── UpstreamError                upstream_error | content_filtered | answer_cut |
    │                                invalid_scoring_response
    ├── UnavailableError             upstream_unavailable          yes
    └── SettingError                 internal_error

`message` is safe to show to anyone; what only operators may know goes to the log where the
error is raised. An error knows nothing of HTTP: each edge maps the classes once, because the
same use case is called from HTTP, from a queue and from an activity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that was refused, and why."""

    field: str
    message: str


class TalentiError(Exception):
    """The root: a stable `code`, a safe `message`, and whether trying again can help."""

    default_code: ClassVar[str] = "internal_error"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code


class InvalidInputError(TalentiError):
    default_code = "validation_error"

    def __init__(self, message: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.errors = tuple(errors)


class MalformedBodyError(InvalidInputError):
    """The body is not what its content type says."""


class NotSignedInError(TalentiError):
    default_code = "unauthorized"


class ForbiddenError(TalentiError):
    default_code = "forbidden"


class NotFoundError(TalentiError):
    default_code = "not_found"


class MethodNotAllowedError(TalentiError):
    """Something is there, and is asked for in another way."""

    default_code = "method_not_allowed"

    def __init__(self, message: str, allowed: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.allowed = tuple(allowed)


class WrongStateError(TalentiError):
    default_code = "invalid_interview_state"


class BadFileError(TalentiError):
    default_code = "unsupported_file"


class ConflictError(TalentiError):
    default_code = "conflict"


class GoneError(TalentiError):
    default_code = "invitation_expired"


class PreconditionFailedError(TalentiError):
    """Somebody changed it since the caller read it."""

    default_code = "precondition_failed"


class TooLargeError(TalentiError):
    default_code = "payload_too_large"


class UnsupportedMediaTypeError(TalentiError):
    default_code = "unsupported_media_type"


class _RetryLaterError(TalentiError):
    retryable = True

    def __init__(self, message: str, *, code: str | None = None, retry_after: float = 5.0) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class RateLimitedError(_RetryLaterError):
    default_code = "rate_limited"


class UpstreamError(TalentiError):
    default_code = "upstream_error"


class UnavailableError(_RetryLaterError):
    default_code = "upstream_unavailable"


class SettingError(TalentiError):
    """A setting is missing or malformed; the message names it and never shows its value."""
