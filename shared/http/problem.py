"""Errors become problem+json here, and nowhere else."""

import re
from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from shared import errors, telemetry
from shared.contracts.problem import FieldProblem, Problem
from shared.telemetry import Attribute

MEDIA_TYPE = "application/problem+json"

STATUS: dict[type[errors.TalentiError], int] = {
    errors.TalentiError: 500,
    errors.InvalidInputError: 422,
    errors.NotSignedInError: 401,
    errors.ForbiddenError: 403,
    errors.NotFoundError: 404,
    errors.MethodNotAllowedError: 405,
    errors.WrongStateError: 400,
    errors.BadFileError: 400,
    errors.ConflictError: 409,
    errors.GoneError: 410,
    errors.PreconditionFailedError: 412,
    errors.TooLargeError: 413,
    errors.UnsupportedMediaTypeError: 415,
    errors.RateLimitedError: 429,
    errors.UpstreamError: 502,
    errors.UnavailableError: 503,
    errors.SettingError: 500,
}

INTERNAL = "Something went wrong on our side. Quote the request id when you report it."
LONGEST_FIELD_NAME = 100
A_FIELD = re.compile(r"[a-z][a-z0-9_]*")
CHOICES = {"str", "int", "float", "bool", "list", "dict", "none", "uuid", "datetime", "date"}
NO_OBJECT = "Input should be an object"
OWN_WORDS = "Value error, "  # what the validator sets before a message of ours


def status_of(error: errors.TalentiError) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def as_talenti_error(error: Exception) -> errors.TalentiError | None:
    """Our error for what the framework or a use case raised; None for a crash."""
    match error:
        case errors.TalentiError():
            return error
        case RequestValidationError():
            return _validation(error)
        case ClientDisconnect():
            return errors.MalformedBodyError("The body ended before it was complete.")
        case HTTPException(status_code=413):
            return errors.TooLargeError("The body is too large.")
        case HTTPException(status_code=400):
            # FastAPI's own refusal of a body that cannot be parsed
            return errors.MalformedBodyError("The body could not be parsed.", [_NOT_PARSED])
        case _:
            return None


_NOT_PARSED = errors.FieldError("body", "could not be parsed")


def _validation(error: RequestValidationError) -> errors.TalentiError:
    found = error.errors()
    if any(each["loc"][:1] == ("path",) for each in found):
        return errors.NotFoundError("Resource not found.")
    if any(each["type"] == "json_invalid" for each in found):
        return errors.MalformedBodyError(
            "The body is not valid JSON.", [errors.FieldError("body", "is not valid JSON")]
        )
    fields = [
        errors.FieldError(_field_name(each["loc"], error.body), _message(each["type"], each["msg"]))
        for each in found
    ]
    return errors.InvalidInputError("The request failed validation.", list(dict.fromkeys(fields)))


def _message(kind: str, words: str) -> str:
    """The validator's words; without the name of a class of ours, which says nothing to the sender."""
    return NO_OBJECT if kind in {"model_type", "model_attributes_type"} else words.removeprefix(OWN_WORDS)


def _field_name(location: tuple[int | str, ...], body: object) -> str:
    """The path without its first part ("body", "query"), unless that is all there is."""
    where, *path = location
    names = _named(path, body) if where == "body" else [str(part) for part in path]
    return ".".join(names or [str(where)])[:LONGEST_FIELD_NAME]


def _named(path: list[int | str], value: object) -> list[str]:
    """The path as the sender knows it: without the choices of a union, which the validator names too."""
    names = []
    for part in path:
        match part, value:
            case int(), list() if part < len(value):
                value = value[part]
            case _, dict() if str(part) in value:
                value = value[str(part)]
            case str(), _ if part in CHOICES or not A_FIELD.fullmatch(part):
                continue
        names.append(str(part))
    return names


def problem(error: errors.TalentiError | None, request_id: str) -> Response:
    """The answer to a known error, or to a crash when there is none."""
    body = _body(error, request_id)
    return Response(
        body.model_dump_json(exclude_none=True), body.status, headers=_headers(error), media_type=MEDIA_TYPE
    )


def describe(error: Exception) -> Problem:
    """The same, for what travels behind an answer or beside it; with the id of the request at hand."""
    return _body(as_talenti_error(error), str(telemetry.bound().get(Attribute.REQUEST_ID, "")))


def _body(error: errors.TalentiError | None, request_id: str) -> Problem:
    status = status_of(error) if error else 500
    leaks = error is None or status == 500
    fields = error.errors if isinstance(error, errors.InvalidInputError) else ()
    code = error.code if error else errors.TalentiError.default_code
    return Problem(
        type=f"urn:talenti:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=INTERNAL if leaks or error is None else error.message,
        code=code,
        request_id=request_id,
        errors=[FieldProblem(field=each.field, message=each.message) for each in fields] or None,
    )


def _headers(error: errors.TalentiError | None) -> dict[str, str]:
    match error:
        case errors.NotSignedInError(code=code):
            reason = ' error="invalid_token"' if code == "token_expired" else ""
            return {"WWW-Authenticate": f"Bearer{reason}"}
        case errors.MethodNotAllowedError(allowed=methods):
            return {"Allow": ", ".join(methods)}
        case errors.RateLimitedError(retry_after=seconds) | errors.UnavailableError(retry_after=seconds):
            return {"Retry-After": str(max(1, round(seconds)))}
        case _:
            return {}
