"""The API as a frontend calls it, and the two services beside it: sign-in and the mailbox."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Self

import httpx

from local.supabase.api import PUBLISHABLE_KEY

SECONDS: Final = 30.0


class CallFailedError(Exception):
    """A call that should have worked, with what it answered."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the parts of the running stack are."""

    api: str
    supabase: str
    simulator: str


@dataclass(frozen=True, slots=True)
class StreamEvent:
    name: str
    data: dict[str, Any]


class Caller:
    """Somebody who is signed in."""

    def __init__(self, addresses: Addresses, token: str) -> None:
        self._http = httpx.Client(
            base_url=addresses.api, timeout=SECONDS, headers={"Authorization": f"Bearer {token}"}
        )

    @classmethod
    def signed_in(cls, addresses: Addresses, email: str, password: str) -> Self:
        answer = httpx.post(
            f"{addresses.supabase}/auth/v1/token",
            params={"grant_type": "password"},
            headers={"apikey": PUBLISHABLE_KEY},
            json={"email": email, "password": password},
            timeout=SECONDS,
        )
        return cls(addresses, str(_checked(answer)["access_token"]))

    @classmethod
    def signed_up(cls, addresses: Addresses, email: str, password: str) -> Self:
        answer = httpx.post(
            f"{addresses.supabase}/auth/v1/signup",
            headers={"apikey": PUBLISHABLE_KEY},
            json={"email": email, "password": password},
            timeout=SECONDS,
        )
        _checked(answer)
        return cls.signed_in(addresses, email, password)

    def get(self, path: str, **query: str) -> dict[str, Any]:
        return _checked(self._http.get(path, params=query))

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return _checked(self._http.post(path, json={} if body is None else body))

    def send_file(self, path: str, name: str, content: str) -> dict[str, Any]:
        return _checked(self._http.post(path, files={"file": (name, content.encode(), "text/plain")}))

    def patch(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return _checked(self._http.patch(path, json=body))

    def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return _checked(self._http.put(path, json=body))

    def stream(self, path: str, body: dict[str, Any]) -> Iterator[StreamEvent]:
        """The events as they arrive."""
        with self._http.stream("POST", path, json=body) as answer:
            if answer.status_code != 200:
                answer.read()
                _checked(answer)
            name = ""
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    yield StreamEvent(name, json.loads(line.removeprefix("data: ")))

    def close(self) -> None:
        self._http.close()


def public_post(addresses: Addresses, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """A call without a token."""
    return _checked(httpx.post(f"{addresses.api}{path}", json=body, timeout=SECONDS))


def letters_to(addresses: Addresses, recipient: str) -> list[dict[str, Any]]:
    answer = httpx.get(f"{addresses.simulator}/_sim/mailbox", params={"to": recipient}, timeout=SECONDS)
    found = answer.raise_for_status().json()
    letters: list[dict[str, Any]] = found["letters"] if isinstance(found, dict) else found
    return letters


def speak_visibly(addresses: Addresses, seconds_between_tokens: float) -> None:
    httpx.patch(
        f"{addresses.simulator}/_sim/options", json={"token_delay": seconds_between_tokens}, timeout=SECONDS
    ).raise_for_status()


def _checked(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_error:
        request = answer.request
        raise CallFailedError(
            f"{request.method} {request.url.path} answered {answer.status_code}: {answer.text}"
        )
    content: dict[str, Any] = answer.json() if answer.content else {}
    return content
