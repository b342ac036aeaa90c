"""Letters through Email of Communication Services."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from shared.adapters.azure.clients import PerLoop
from shared.errors import FieldError, InvalidInputError, UpstreamError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azure.communication.email.aio import EmailClient

    from shared.adapters.acs.resource import Resource
    from shared.adapters.policies.guard import Guarded
    from shared.domain.mail import Letter

READ_SECONDS: Final = 10.0
OUR_FAULTS: Final = frozenset({"InvalidSenderUserName", "InvalidOperationId"})


class AcsMailer:
    """The operation's id is the letter's key, so that sending it again is the same operation."""

    def __init__(self, resource: Resource, sender: str, guarded: Guarded) -> None:
        self._sender = sender
        self._guarded = guarded
        self._clients = PerLoop(lambda: _client(resource))

    async def send(self, letter: Letter) -> str:
        message = self._message(letter)

        async def make() -> str:
            with _refusals():
                # without polling, the result is the answer to the request itself
                poller = await self._clients.get().begin_send(
                    message, operation_id=str(letter.key), polling=False
                )
                operation = await poller.result()
            return _operation_id(operation)

        return await self._guarded.call("send", make)

    async def close(self) -> None:
        await self._clients.close()

    def _message(self, letter: Letter) -> dict[str, Any]:
        return {
            "senderAddress": self._sender,
            "recipients": {"to": [{"address": letter.to}]},
            "content": {"subject": letter.subject, "plainText": letter.text, "html": letter.html},
            # tracking would lead the link of an invitation through somebody else's server
            "userEngagementTrackingDisabled": True,
        }


@contextmanager
def _refusals() -> Iterator[None]:
    """Of a letter that we compose, only the address can be wrong; other faults are ours."""
    from azure.core.exceptions import HttpResponseError  # noqa: PLC0415 - the SDK is loaded by its first use

    try:
        yield
    except HttpResponseError as error:
        code = getattr(error.error, "code", None)
        if error.status_code != 400 or code in OUR_FAULTS:
            raise
        raise InvalidInputError(
            "The letter cannot be sent to this address.", [FieldError("to", "is no address")]
        ) from None


def _client(resource: Resource) -> EmailClient:
    from azure.communication.email.aio import EmailClient  # noqa: PLC0415 - likewise

    return resource.client(EmailClient, read_seconds=READ_SECONDS)


def _operation_id(operation: Any) -> str:  # noqa: ANN401 - JSON
    if not isinstance(operation, dict) or not isinstance(operation.get("id"), str):
        raise UpstreamError("The mail service gave an answer that cannot be read.")
    return str(operation["id"])
