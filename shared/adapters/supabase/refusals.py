"""What the database refuses, in our own words: one mapping for REST and for the direct connection.

Our SQL functions raise `PT4xx` with our error code as the message and a safe hint in our own words.
Everything else is named by its SQLSTATE only: its text may quote what a person wrote.
"""

from collections.abc import Callable
from typing import Final

from shared import errors

OURS: Final[dict[str, type[errors.TalentiError]]] = {
    "unauthorized": errors.NotSignedInError,
    "forbidden": errors.ForbiddenError,
    "not_found": errors.NotFoundError,
    "validation_error": errors.InvalidInputError,
    "interview_not_in_progress": errors.WrongStateError,
    "invalid_interview_state": errors.WrongStateError,
    "conflict": errors.ConflictError,
    "invalid_transition": errors.ConflictError,
    "turn_in_progress": errors.ConflictError,
    "live_interview_exists": errors.ConflictError,
    "interview_locked": errors.ConflictError,
    "consent_required": errors.ConflictError,
    "idempotency_key_reused": errors.ConflictError,
    "invitation_expired": errors.GoneError,
    "recording_deleted": errors.GoneError,
    "precondition_failed": errors.PreconditionFailedError,
    "payload_too_large": errors.TooLargeError,
    "rate_limited": errors.RateLimitedError,
}
CHANGED: Final = "It has changed since you read it. Read it again."
SENTENCES: Final = {
    # words that callers may rely on
    "interview_not_in_progress": "The interview is not in progress.",
    "turn_in_progress": "Another turn of this interview is open.",
    "precondition_failed": CHANGED,
}
AWAY: Final = "The database cannot be reached."
UNFIT: Final = errors.FieldError("body", "does not fit what is there")

_KINDS: Final[tuple[tuple[tuple[str, ...], Callable[[], errors.TalentiError]], ...]] = (
    (
        # connection lost, server going away or full, statement cancelled, serialisation, deadlock
        ("08", "57P", "53", "57014", "40001", "40P01", "55P03", "PGRST00"),
        lambda: errors.UnavailableError(AWAY),
    ),
    (
        ("23503",),
        lambda: errors.ConflictError("Something that is kept belongs to it."),
    ),
    (
        ("23505", "23P01"),
        lambda: errors.ConflictError("This clashes with something that is there already."),
    ),
    (
        # a value that a column does not take: too long, out of range, not of the type, NUL, a check
        ("22", "23514", "23502"),
        lambda: errors.InvalidInputError("The request failed validation.", [UNFIT]),
    ),
    (("42501", "PGRST301"), lambda: errors.ForbiddenError("This is not yours.")),
    (
        ("PGRST303",),
        lambda: errors.NotSignedInError("The token has expired.", code="token_expired"),
    ),
)


def refusal(code: str, message: str, hint: str) -> errors.TalentiError:
    """Our error for a database error with this SQLSTATE (or PostgREST code), message and hint."""
    if code.startswith("PT") and message in OURS:
        return _ours(message, hint)
    for prefixes, make in _KINDS:
        if code.startswith(prefixes):
            return make()
    return errors.UpstreamError(f"The database refused with {code or 'an unknown error'}.")


def _ours(code: str, hint: str) -> errors.TalentiError:
    match code:
        case "not_found":
            return errors.NotFoundError(f"{_capital(hint or 'resource')} not found.")
        case "forbidden":
            return errors.ForbiddenError(f"This {hint or 'resource'} is not yours.")
        case "rate_limited":
            return errors.RateLimitedError("Too many calls.", retry_after=float(hint or 1))
        case "validation_error":
            fields = [errors.FieldError(name.strip(), "is not valid") for name in hint.split(",") if name]
            return errors.InvalidInputError("The request failed validation.", fields)
        case _:
            sentence = SENTENCES.get(code) or _capital(hint or code).replace("_", " ") + "."
            return OURS[code](sentence, code=code)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
