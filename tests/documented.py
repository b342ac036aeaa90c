"""Whether an answer is one that the golden document tells of: status, media type, code and body."""

import json
import re
from functools import cache, cached_property
from typing import Final

import httpx
import jsonschema_rs

from tests.architecture.openapi.golden import Node, golden, operations, resolved

PLACE: Final = re.compile(r"\\\{\w+\\\}")
PROBLEM: Final = "application/problem+json"


class Documented:
    """The golden document, asked about answers."""

    @cached_property
    def _document(self) -> Node:
        return golden()

    @cached_property
    def _operations(self) -> list[tuple[str, re.Pattern[str], Node]]:
        return [
            (name.partition(" ")[0], _pattern(name.partition(" ")[2]), operation)
            for name, operation in sorted(operations(self._document).items(), key=lambda each: "{" in each[0])
        ]

    def faults(self, response: httpx.Response) -> list[str]:
        """What of this answer nobody tells of. What is no operation at all is not looked at."""
        request = response.request
        operation = self._operation(request.method, request.url.path)
        if operation is None:
            return []
        name, status = operation["operationId"], str(response.status_code)
        if status not in operation["responses"]:
            return [f"{name} answers {status}, which it does not tell of"]
        told = resolved(self._document, operation["responses"][status])
        media_type = response.headers.get("content-type", "").partition(";")[0]
        content = told.get("content", {})
        if media_type not in content:
            return [f"{name} answers {status} as {media_type}"] if content and media_type else []
        return [f"{name} answers {status}: {each}" for each in self._wrong(content, media_type, response)]

    def _wrong(self, content: Node, media_type: str, response: httpx.Response) -> list[str]:
        if not media_type.endswith("json") or not response.content:
            return []
        body = response.json()
        if media_type == PROBLEM and body.get("code") not in content[PROBLEM]["examples"]:
            return [f"the code {body.get('code')} is not told of: {body.get('detail')}"]
        errors = self._validator(json.dumps(content[media_type].get("schema", {}))).iter_errors(body)
        return [f"{'.'.join(map(str, each.instance_path))} {each.message}"[:300] for each in errors]

    @cache  # noqa: B019 - one for the whole run
    def _validator(self, schema: str) -> jsonschema_rs.Draft202012Validator:
        whole = {**json.loads(schema), "components": self._document["components"]}
        return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)

    @cache  # noqa: B019 - likewise
    def _operation(self, method: str, path: str) -> Node | None:
        return next(
            (
                operation
                for known, pattern, operation in self._operations
                if known == method and pattern.fullmatch(path)
            ),
            None,
        )


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(PLACE.sub("[^/]+", re.escape(path)))


DOCUMENTED: Final = Documented()


def is_told_of(response: httpx.Response) -> None:
    """For the hooks of a client: every answer it gets has to stand in the description."""
    if "json" in response.headers.get("content-type", ""):  # anything else may be a stream
        response.read()
    assert DOCUMENTED.faults(response) == []
