"""Email, as `azure-communication-email` 1.1 asks for it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self, get_args
from uuid import UUID, uuid4

from pydantic import AfterValidator, Field, model_validator
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulators.acs.admission import bad_request, guarded, read
from local.simulators.acs.event_grid import announce, now
from local.simulators.acs.identifiers import Wire
from local.simulators.checks import RefusedError
from local.simulators.email.mailbox import Letter, Mailbox, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.routing import BaseRoute

    from local.simulators.world import World

VERSIONS: Final = frozenset({"2023-03-31", "2024-07-01-preview", "2025-09-01"})
DOMAINS: Final = frozenset({"talenti.example.org"})  # those that are linked to the resource
SENDERS: Final = frozenset({"no-reply", "donotreply"})
ADDRESS: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
MOST_RECIPIENTS: Final = 50
SENDING_SECONDS: Final = 0.05
RETRY_AFTER: Final = "30"

# what becomes of a letter, by the beginning of its address
FATES: Final[Mapping[str, Status]] = {
    "bounce": "Bounced",
    "suppressed": "Suppressed",
    "fail": "Failed",
    "spam": "FilteredSpam",
}


def _address(text: str) -> str:
    if not ADDRESS.fullmatch(text):
        raise ValueError("this is no email address")
    return text


class Address(Wire):
    address: Annotated[str, AfterValidator(_address)]
    display_name: str | None = None


class Content(Wire):
    subject: str = Field(min_length=1)
    plain_text: str | None = None
    html: str | None = None

    @model_validator(mode="after")
    def check(self) -> Self:
        if not self.plain_text and not self.html:
            raise ValueError("plainText or html is required")
        return self


class Recipients(Wire):
    to: list[Address] = Field(min_length=1)
    cc: list[Address] = Field(default_factory=list)
    bcc: list[Address] = Field(default_factory=list)

    @property
    def all(self) -> list[str]:
        return [each.address for each in (*self.to, *self.cc, *self.bcc)]


class Message(Wire):
    sender_address: str
    content: Content
    recipients: Recipients
    headers: dict[str, str] = Field(default_factory=dict)
    reply_to: list[Address] = Field(default_factory=list)


@dataclass(slots=True)
class Operation:
    id: str
    message: Message
    status: Literal["Running", "Succeeded", "Failed"] = "Running"

    def told(self) -> dict[str, Any]:
        return {"id": self.id, "status": self.status, "error": None}


def routes(world: World) -> list[BaseRoute]:
    office = Office(world)
    world.scripts.accept("email", check_script)
    world.on_reset(office.forget)
    return [
        Route("/emails:send", guarded(world, VERSIONS, office.send), methods=["POST"]),
        Route("/emails/operations/{id}", guarded(world, VERSIONS, office.look), methods=["GET"]),
        *office.mailbox.routes(),
    ]


def check_script(script: Mapping[str, Any]) -> None:
    """`{"status": "Bounced"}`, with `match` on `to` or `subject`."""
    statuses = get_args(Status.__value__)
    if script.keys() != {"status"} or script["status"] not in statuses:
        raise ValueError(f"say a status, one of {', '.join(statuses)}")


class Office:
    """Takes letters, puts them into the mailbox, and reports what became of each."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._operations: dict[str, Operation] = {}
        self.mailbox = Mailbox()

    def forget(self) -> None:
        self._operations.clear()
        self.mailbox.forget()

    async def send(self, request: Request) -> Response:
        operation_id = _operation_id(request.headers.get("operation-id"))
        message = await read(request, Message)
        _check_sender(message.sender_address)
        if len(message.recipients.all) > MOST_RECIPIENTS:
            raise bad_request(f"There are more than {MOST_RECIPIENTS} recipients.", "TooManyRecipients")
        operation = self._operations.get(operation_id)
        if operation is None:
            operation = self._operations[operation_id] = Operation(operation_id, message)
            self._world.spawn(self._carry(operation))
        return self._answer(operation, 202)

    async def look(self, request: Request) -> Response:
        operation = self._operations.get(request.path_params["id"])
        if operation is None:
            raise RefusedError(404, "NotFound", "The operation was not found.")
        return self._answer(operation, 200)

    def _answer(self, operation: Operation, status: int) -> Response:
        version = max(VERSIONS)
        where = f"{self._world.base_url}/emails/operations/{operation.id}?api-version={version}"
        headers = {"Operation-Location": where} if status == 202 else {}
        if operation.status == "Running":
            headers["Retry-After"] = RETRY_AFTER
        return JSONResponse(operation.told(), status, headers)

    async def _carry(self, operation: Operation) -> None:
        message = operation.message
        letter = Letter(
            id=operation.id,
            at=now(),
            sender=message.sender_address,
            to=message.recipients.all,
            subject=message.content.subject,
            text=message.content.plain_text or "",
            html=message.content.html or "",
            headers=message.headers,
        )
        self.mailbox.put(letter)
        await asyncio.sleep(SENDING_SECONDS)
        operation.status = "Succeeded"
        for recipient in letter.to:
            letter.status = self._fate(letter, recipient)
            self._report(letter, recipient)

    def _fate(self, letter: Letter, recipient: str) -> Status:
        script = self._world.scripts.take("email", {"to": recipient, "subject": letter.subject})
        if script is not None:
            status: Status = script["status"]
            return status
        return next(
            (status for begins, status in FATES.items() if recipient.casefold().startswith(begins)),
            "Delivered",
        )

    def _report(self, letter: Letter, recipient: str) -> None:
        came_back = {"statusMessage": f"550 5.1.1 {letter.status}: the letter came back."}
        data = {
            "sender": letter.sender,
            "recipient": recipient,
            "messageId": letter.id,
            "internetMessageId": f"<{letter.id}@talenti.example.org>",
            "status": letter.status,
            "deliveryStatusDetails": {} if letter.status == "Delivered" else came_back,
            "deliveryAttemptTimestamp": now(),
        }
        subject = f"sender/{letter.sender}/message/{letter.id}"
        announce(self._world, "EmailDeliveryReportReceived", subject, data)


def _operation_id(given: str | None) -> str:
    if given is None:
        return str(uuid4())
    try:
        return str(UUID(given))
    except ValueError:
        raise bad_request("The operation id must be a UUID.", "InvalidOperationId") from None


def _check_sender(address: str) -> None:
    user, _, domain = address.partition("@")
    if domain.casefold() not in DOMAINS:
        raise RefusedError(404, "DomainNotLinked", "The specified sender domain has not been linked.")
    if user.casefold() not in SENDERS:
        raise bad_request("Invalid sender username found in the sender address.", "InvalidSenderUserName")
