"""What the description says of answers: their headers, their statuses in words, the names of schemas."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from shared.contracts.versions import Versioned
from shared.http.headers import REQUEST_ID
from shared.http.idempotency import REPLAYED

if TYPE_CHECKING:
    from shared.http.edge import Endpoint

type Node = dict[str, Any]


def _header(description: str, example: object, **schema: object) -> Node:
    return {"description": description, "schema": {"type": "string", **schema}, "example": example}


LIMITS: Final = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
HEADERS: Final[dict[str, Node]] = {
    REQUEST_ID: _header(
        "The id of this request: yours, or one that was made", "080e92c3-aa3d-49c3-97be-9e744bd5cd39"
    ),
    "X-RateLimit-Limit": _header("Calls that the tightest limit allows", 1000, type="integer"),
    "X-RateLimit-Remaining": _header("Calls that are left of it", 998, type="integer"),
    "X-RateLimit-Reset": _header("Seconds until the count is whole again", 1, type="integer"),
    "Retry-After": _header("Seconds after which to try again", 5, type="integer", minimum=1),
    "WWW-Authenticate": _header("`Bearer`, with the error where there was a token", "Bearer"),
    "ETag": _header("The version of this resource; for `If-Match`", '"6423a1b2c3d4e"'),
    "ETag-Of-Content": _header("Of this content; for `If-None-Match`", '"9f86d081884c7d659a2feaa0c55ad015"'),
    "Location": _header(
        "The address", "/api/v1/invitations/3f1c2a44-7b1d-4f0e-9a55-2d6f8b0c1e77", format="uri-reference"
    ),
    "Content-Disposition": _header("What to call the file", 'attachment; filename="audit-log.csv"'),
    REPLAYED: _header("`true` if this is the answer to an earlier request with the same key", "true"),
}
IN_WORDS: Final = {
    200: "It is done, or as it stands",
    201: "It was made",
    202: "It was taken, and goes on",
    204: "It is gone; no body",
}
NAMELESS: Final = "Successful Response"


def refer(*names: str) -> Node:
    return {
        name.removesuffix("-Of-Content"): {"$ref": f"#/components/headers/{name}"}
        for name in (REQUEST_ID, *names)
    }


NOT_MODIFIED: Final = {
    "description": "It is what you have already; no body",
    "headers": refer("ETag-Of-Content"),
}


def dress(response: Node, status: int, endpoint: "Endpoint") -> None:
    """The headers of an answer that is no problem, and its meaning where none was given."""
    if response.get("description") in {None, NAMELESS}:
        response["description"] = IN_WORDS.get(status, HTTPStatus(status).phrase)
    response["headers"] = refer(*_names(status, endpoint)) | response.get("headers", {})


def _names(status: int, endpoint: "Endpoint") -> list[str]:
    policy = endpoint.policy
    names: list[str] = []
    if policy.limits or policy.counted_inside:
        names += LIMITS
    if policy.cache_control is not None:
        names.append("ETag-Of-Content")
    if status < HTTPStatus.MULTIPLE_CHOICES and _tells_version(endpoint):
        names.append("ETag")
    if endpoint.told.makes_place or status == HTTPStatus.FOUND:
        names.append("Location")
    if policy.idempotent:
        names.append(REPLAYED)
    return names


def _tells_version(endpoint: "Endpoint") -> bool:
    """Whether every answer of it is one resource with a version."""
    given = endpoint.route.response_model
    return isinstance(given, type) and issubclass(given, Versioned)


def of_problem(status: HTTPStatus) -> Node:
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return refer("WWW-Authenticate")
        case HTTPStatus.TOO_MANY_REQUESTS:
            return refer("Retry-After", *LIMITS)
        case HTTPStatus.SERVICE_UNAVAILABLE:
            return refer("Retry-After")
        case _:
            return refer()


def in_one_word(name: str) -> str:
    """`not_found` as `NotFound`."""
    return "".join(part.capitalize() for part in name.split("_"))


def tidy(document: Node) -> None:
    """Names as a person would give them: forms by their operation, pages by what is on them."""
    schemas = document["components"]["schemas"]
    renamed = {
        name: f"{in_one_word(name.removeprefix('Body_'))}Form" for name in schemas if name.startswith("Body_")
    } | {name: each["title"] for name, each in schemas.items() if name.startswith("Listed_")}
    for old, new in renamed.items():
        schemas[new] = schemas.pop(old)
    _clean(document, {f"#/components/schemas/{old}": new for old, new in renamed.items()})
    document["components"]["schemas"] = dict(sorted(schemas.items()))


def _clean(node: object, renamed: dict[str, str]) -> None:
    match node:
        case dict():
            if (name := renamed.get(str(node.get("$ref")))) is not None:
                node["$ref"] = f"#/components/schemas/{name}"
            if (
                isinstance(node.get("title"), str)
                and {"type", "anyOf", "oneOf", "$ref", "enum"} & node.keys()
            ):
                del node["title"]
            if isinstance(values := node.get("enum"), list):
                values.sort()  # of two that list the same, Python keeps the order of whichever came first
            if node.get("contentMediaType") == "application/octet-stream":
                node["format"] = "binary"
            for inner in node.values():
                _clean(inner, renamed)
        case list():
            for inner in node:
                _clean(inner, renamed)
