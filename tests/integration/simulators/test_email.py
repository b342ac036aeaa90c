"""Letters through the real client, and our adapter on it: accepted, delivered, bounced, and read."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from azure.communication.email.aio import EmailClient
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.core.rest import HttpRequest

from shared.domain.mail import Letter
from shared.errors import InvalidInputError, UpstreamError
from tests.acs import SENDER, Acs, client
from tests.simulators import NotPlayedError, Simulators
from tests.webhook import Webhook

pytestmark = pytest.mark.azure

LINK = "https://app.example.org/invite/AbC-_9?utm=1&lang=en"


def letter(to: str = "ada@example.com", key: UUID | None = None, subject: str = "Your interview") -> Letter:
    return Letter(
        key=key or uuid4(),
        to=to,
        subject=subject,
        text=f"Dear Ada,\nplease begin here: {LINK}.\n",
        html=f'<p>Dear Ada, <a href="{LINK.replace("&", "&amp;")}">please begin</a>.</p>',
    )


def message(**changed: Any) -> dict[str, Any]:
    return {
        "senderAddress": SENDER,
        "recipients": {"to": [{"address": "ada@example.com"}]},
        "content": {"subject": "Hello", "plainText": "Hello."},
    } | changed


@pytest.fixture(scope="module")
def running_webhook() -> Iterator[Webhook]:
    with Webhook() as webhook:
        yield webhook


@pytest.fixture
def webhook(running_webhook: Webhook, simulators: Simulators) -> Iterator[Webhook]:
    before = simulators.options()["functions_url"]
    simulators.options(functions_url=running_webhook.url)
    running_webhook.clear()
    yield running_webhook
    simulators.options(functions_url=before)


@pytest.fixture
def acs(simulators: Simulators, webhook: Webhook) -> Acs:
    return Acs(simulators.url)


@pytest.fixture
async def sdk(acs: Acs) -> AsyncIterator[EmailClient]:
    async with client(EmailClient, acs.url) as made:
        yield made


async def send(acs: Acs, *letters: Letter) -> list[str]:
    mailer = acs.mailer()
    try:
        return [await mailer.send(each) for each in letters]
    finally:
        await mailer.close()


async def test_a_letter_is_accepted_delivered_reported_and_can_be_read(
    acs: Acs, webhook: Webhook, simulators: Simulators
) -> None:
    sent = letter()

    (operation,) = await send(acs, sent)

    assert operation == str(sent.key)
    report = (await webhook.wait_for("EmailDeliveryReportReceived")).events[0]["data"]
    assert (report["messageId"], report["status"], report["recipient"]) == (operation, "Delivered", sent.to)
    (read,) = acs.look("mailbox", to="ADA@example.com")["letters"]
    assert (read["subject"], read["text"], read["html"]) == (sent.subject, sent.text, sent.html)
    assert read["links"] == [LINK]
    assert read["status"] == "Delivered"
    assert acs.look(f"mailbox/{operation}")["id"] == operation
    assert acs.look("mailbox", to="grace@example.com") == {"letters": []}
    assert simulators.journal("email", "operations") == []  # nobody waited for it to be sent


async def test_the_same_letter_is_sent_once_however_often_it_is_given(acs: Acs, webhook: Webhook) -> None:
    sent = letter()

    operations = await send(acs, sent, sent, letter(to="grace@example.com"))

    assert len(set(operations)) == 2
    await webhook.wait_for("EmailDeliveryReportReceived", 2)
    assert [each["to"] for each in acs.look("mailbox")["letters"]] == [
        ["grace@example.com"],
        ["ada@example.com"],
    ]


async def test_a_letter_whose_acceptance_is_lost_is_sent_once(
    acs: Acs, webhook: Webhook, simulators: Simulators
) -> None:
    simulators.fault("email", "truncate", path="send$")

    await send(acs, letter())

    await webhook.wait_for("EmailDeliveryReportReceived")
    assert len(acs.look("mailbox")["letters"]) == 1
    assert len(simulators.journal("email", "send$")) == 2


@pytest.mark.parametrize(
    ("to", "status"),
    [
        ("bounce@example.com", "Bounced"),
        ("suppressed.ada@example.com", "Suppressed"),
        ("fail@example.com", "Failed"),
        ("spam@example.com", "FilteredSpam"),
    ],
)
async def test_an_address_says_what_becomes_of_its_letters(
    acs: Acs, webhook: Webhook, to: str, status: str
) -> None:
    await send(acs, letter(to))

    report = (await webhook.wait_for("EmailDeliveryReportReceived")).events[0]["data"]
    assert report["status"] == status
    assert report["deliveryStatusDetails"]["statusMessage"]


async def test_a_script_says_so_too(acs: Acs, webhook: Webhook, simulators: Simulators) -> None:
    simulators.script("email", status="Quarantined", match={"to": "^ada@"})

    await send(acs, letter())

    report = (await webhook.wait_for("EmailDeliveryReportReceived")).events[0]["data"]
    assert report["status"] == "Quarantined"
    for wrong in ({"status": "Lost"}, {"says": "no"}):
        with pytest.raises(NotPlayedError):
            simulators.script("email", **wrong)


async def test_reports_may_be_lost_and_doubled(acs: Acs, webhook: Webhook, simulators: Simulators) -> None:
    kind = "EmailDeliveryReportReceived"
    simulators.fault("event_grid", "lost", path=kind)
    simulators.fault("event_grid", "twice", path=kind)

    await send(acs, letter("one@example.com"), letter("two@example.com"))

    first, second = await webhook.wait_until(lambda each: kind in each.kinds, 2)
    assert first.events == second.events


# through the client alone


async def test_an_operation_can_be_looked_at_until_it_has_succeeded(acs: Acs, sdk: EmailClient) -> None:
    key = str(uuid4())
    started = await (await sdk.begin_send(message(), operation_id=key, polling=False)).result()
    assert (started["id"], started["status"]) == (key, "Running")

    look = HttpRequest("GET", f"{acs.url}/emails/operations/{key}?api-version=2025-09-01")
    answer = await sdk.send_request(look)
    while answer.json()["status"] == "Running":
        assert answer.headers["retry-after"] == "30"
        await asyncio.sleep(0.01)
        answer = await sdk.send_request(look)
    assert answer.json() == {"id": key, "status": "Succeeded", "error": None}
    missing = HttpRequest("GET", f"{acs.url}/emails/operations/{uuid4()}?api-version=2025-09-01")
    assert (await sdk.send_request(missing)).status_code == 404


@pytest.mark.parametrize(
    ("changed", "operation", "status", "code"),
    [
        ({"senderAddress": "no-reply@evil.example"}, None, 404, "DomainNotLinked"),
        ({"senderAddress": "ceo@talenti.example.org"}, None, 400, "InvalidSenderUserName"),
        ({"recipients": {"to": []}}, None, 400, "BadRequest"),
        ({"recipients": {"to": [{"address": "ada"}]}}, None, 400, "BadRequest"),
        ({"recipients": {"to": [{"address": "ada@example.com, eve@x.org"}]}}, None, 400, "BadRequest"),
        ({"recipients": {"to": 51 * [{"address": "a@b.org"}]}}, None, 400, "TooManyRecipients"),
        ({"content": {"subject": "Empty"}}, None, 400, "BadRequest"),
        ({"content": {"subject": "", "plainText": "x"}}, None, 400, "BadRequest"),
        ({}, "not-a-uuid", 400, "InvalidOperationId"),
    ],
)
async def test_a_letter_that_the_service_would_refuse_is_refused(
    sdk: EmailClient, changed: dict[str, Any], operation: str | None, status: int, code: str
) -> None:
    with pytest.raises(HttpResponseError) as caught:
        await sdk.begin_send(message(**changed), operation_id=operation)

    assert caught.value.status_code == status
    assert caught.value.response is not None
    assert caught.value.response.json()["error"]["code"] == code  # type: ignore[attr-defined]


async def test_a_wrong_key_is_refused(acs: Acs) -> None:
    async with client(EmailClient, acs.url, "YW5vdGhlciBrZXk=") as stranger:
        with pytest.raises(ClientAuthenticationError):
            await stranger.begin_send(message())


# our adapter


async def test_an_address_that_cannot_be_is_a_fault_of_the_input_and_a_wrong_sender_is_ours(acs: Acs) -> None:
    good, stranger, nobody = acs.mailer(), acs.mailer("no-reply@evil.example"), acs.mailer(f"x{SENDER}")

    with pytest.raises(InvalidInputError) as caught:
        await good.send(letter("ada@localhost"))
    for wrong in (stranger, nobody):
        with pytest.raises(UpstreamError):
            await wrong.send(letter())

    assert "ada@localhost" not in caught.value.message
    for mailer in (good, stranger, nobody):
        await mailer.close()


async def test_an_acceptance_without_an_operation_is_a_fault_of_the_service(
    acs: Acs, simulators: Simulators
) -> None:
    simulators.fault("email", "status", status=202, body={"status": "Running"}, times=3)

    with pytest.raises(UpstreamError):
        await send(acs, letter())


# for people


async def test_the_mailbox_is_a_page_that_runs_nothing(acs: Acs, webhook: Webhook) -> None:
    evil = "<script>alert(1)</script>"
    await send(acs, letter(subject=evil))
    await webhook.wait_for("EmailDeliveryReportReceived")

    async with httpx.AsyncClient(trust_env=False) as http:
        page = (await http.get(f"{acs.url}/_sim/mailbox.html")).text
        empty = (await http.get(f"{acs.url}/_sim/mailbox.html?to=nobody@example.com")).text
        cleared = await http.delete(f"{acs.url}/_sim/mailbox")

    assert evil not in page
    assert 'href="https://app.example.org/invite/AbC-_9?utm=1&lang=en"' in page.replace("&amp;", "&")
    assert 'sandbox="allow-popups"' in page
    assert "No letters yet." in empty
    assert cleared.status_code == 204
    assert acs.look("mailbox") == {"letters": []}
