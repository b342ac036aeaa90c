"""The grid: what is published to a topic is delivered to its subscriptions, at least once."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import uuid4

from local.simulators.event_grid.events import LARGEST, Event, grid_event, now

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import httpx

    from local.simulators.world import World

SERVICE: Final = "event_grid"
HOME: Final = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local/providers"
TOPICS: Final[Mapping[str, str]] = {
    "custom": f"{HOME}/Microsoft.EventGrid/topics/local",
    "communication": f"{HOME}/Microsoft.Communication/CommunicationServices/local",
    "storage": f"{HOME}/Microsoft.Storage/storageAccounts/devstoreaccount1",
}
SYSTEM: Final = ("communication", "storage")
WEBHOOK: Final = "/api/v1/webhooks/event-grid"
WAITS: Final = (0.2, 1.0, 5.0, 10.0)  # before a delivery is tried again; the service waits longer
LATE_SECONDS: Final = 0.3
HELD_SECONDS: Final = 1.0  # how long an event waits to be overtaken
DELIVERED: Final = frozenset({200, 201, 202, 203, 204})
HOPELESS: Final = {400: "BadRequest", 401: "Unauthorized", 413: "RequestEntityTooLarge"}
VALIDATION: Final = "Microsoft.EventGrid.SubscriptionValidationEvent"
type Schema = Literal["grid", "cloud"]


class UnvalidatedError(Exception):
    """The endpoint did not say that it wants the events."""


@dataclass(slots=True)
class Subscription:
    """Where the events of a topic go. A target that begins with `/` is a path of our app."""

    name: str
    topic: str
    target: str
    schema: Schema = "grid"
    kinds: tuple[str, ...] = ()  # all, if empty
    most_events: int = 1  # in one delivery
    waits: tuple[float, ...] = WAITS
    validated: bool = False
    code: str = field(default_factory=lambda: str(uuid4()))

    def wants(self, topic: str, event: Event) -> bool:
        return self.topic == topic and (not self.kinds or event.kind in self.kinds)

    def told(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "topic": self.topic,
            "target": self.target,
            "schema": self.schema,
            "kinds": list(self.kinds),
            "most_events": self.most_events,
            "validated": self.validated,
        }


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that nobody took, and why the grid gave up."""

    subscription: str
    event: dict[str, Any]
    reason: str
    attempts: int
    last_status: int | None

    def told(self) -> dict[str, Any]:
        return {
            "subscription": self.subscription,
            "event": self.event,
            "deadLetterReason": self.reason,
            "deliveryAttempts": self.attempts,
            "lastHttpStatusCode": self.last_status,
        }


class Grid:
    """One for all services of a world: `world.part(Grid)`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.subscriptions: dict[str, Subscription] = {}
        self.dead_letters: list[DeadLetter] = []
        self._held: list[tuple[Subscription, Event]] = []
        self.forget()

    def forget(self) -> None:
        """Back to what an installation has: system topics are told to the app's webhook, others to nobody."""
        path = f"{WEBHOOK}?code={self._world.keys.webhook_secret}"
        self.subscriptions = {name: Subscription(name, name, path, validated=True) for name in SYSTEM}
        self.dead_letters = []
        self._held = []

    def publish(self, events: Sequence[Event], topic: str) -> None:
        for subscription in self.subscriptions.values():
            wanted = [event for event in events if subscription.wants(topic, event)]
            for start in range(0, len(wanted), subscription.most_events):
                batch = wanted[start : start + subscription.most_events]
                self._world.spawn(self._send(subscription, batch))

    async def validate(self, subscription: Subscription) -> None:
        """The handshake that begins a subscription. Raises UnvalidatedError with what came instead."""
        import httpx  # noqa: PLC0415 - loaded by the first call out

        try:
            if subscription.schema == "cloud":
                await self._ask_consent(subscription)
            else:
                await self._ask_code(subscription)
        except httpx.HTTPError as error:
            raise UnvalidatedError(f"The endpoint cannot be reached: {type(error).__name__}.") from None

    async def _ask_code(self, subscription: Subscription) -> None:
        where = f"{self._world.base_url}/_sim/event_grid/validate?id={subscription.code}"
        data = {"validationCode": subscription.code, "validationUrl": where}
        event = Event(str(uuid4()), VALIDATION, TOPICS[subscription.topic], "", now(), data, "2")
        answer = await self._post(subscription, [event.in_schema("grid")], "SubscriptionValidation", 0)
        if answer.status_code == 200 and _code_in(answer) == subscription.code:
            subscription.validated = True
        elif answer.status_code not in DELIVERED:  # else somebody may still visit the URL
            raise UnvalidatedError(f"The endpoint answered the handshake with {answer.status_code}.")

    async def _ask_consent(self, subscription: Subscription) -> None:
        origin = "eventgrid.azure.net"
        answer = await self._world.http.options(
            self._address(subscription), headers={"WebHook-Request-Origin": origin}
        )
        if answer.status_code != 200 or answer.headers.get("webhook-allowed-origin") not in ("*", origin):
            raise UnvalidatedError(f"The endpoint answered the handshake with {answer.status_code}.")
        subscription.validated = True

    async def _send(self, subscription: Subscription, events: list[Event]) -> None:
        faults, kind = self._world.faults, events[0].kind
        if faults.take(SERVICE, "lost", kind) is not None:
            return
        if (late := faults.take(SERVICE, "late", kind)) is not None:
            await asyncio.sleep(float(late.detail.get("seconds", LATE_SECONDS)))
        if faults.take(SERVICE, "reordered", kind) is not None:
            self._held += [(subscription, event) for event in events]
            await asyncio.sleep(HELD_SECONDS)  # unless another event comes and goes first
            await self._release()
            return
        for _ in range(2 if faults.take(SERVICE, "twice", kind) is not None else 1):
            await self._deliver(subscription, events)
        await self._release()

    async def _release(self) -> None:
        held, self._held = self._held, []
        for subscription, event in held:
            await self._deliver(subscription, [event])

    async def _deliver(self, subscription: Subscription, events: list[Event]) -> None:
        content = [event.in_schema(subscription.schema) for event in events]
        status: int | None = None
        for attempt, wait in enumerate((*subscription.waits, None)):
            status = await self._attempt(subscription, content, attempt)
            if status in DELIVERED:
                return
            if status in HOPELESS:
                self._bury(subscription, content, HOPELESS[status], attempt + 1, status)
                return
            if wait is not None:
                await asyncio.sleep(wait)
        attempts = len(subscription.waits) + 1
        self._bury(subscription, content, "MaxDeliveryAttemptsExceeded", attempts, status)

    async def _attempt(
        self, subscription: Subscription, content: list[dict[str, Any]], attempt: int
    ) -> int | None:
        import httpx  # noqa: PLC0415 - likewise

        try:
            if not subscription.validated:
                await self.validate(subscription)
            if not subscription.validated:
                return None
            return (await self._post(subscription, content, "Notification", attempt)).status_code
        except (httpx.HTTPError, UnvalidatedError):
            return None

    async def _post(
        self, subscription: Subscription, content: list[dict[str, Any]], kind: str, attempt: int
    ) -> httpx.Response:
        is_cloud = subscription.schema == "cloud"
        body = json.dumps(content[0] if is_cloud and subscription.most_events == 1 else content)
        form = "cloudevents+json" if is_cloud else "json"
        return await self._world.http.post(
            self._address(subscription),
            content=body,
            headers={
                "content-type": f"application/{form}; charset=utf-8",
                "aeg-event-type": kind,
                "aeg-subscription-name": subscription.name.upper(),
                "aeg-delivery-count": str(attempt),
                "aeg-data-version": str(content[0].get("dataVersion", "")),
                "aeg-metadata-version": "1",
            },
        )

    def _address(self, subscription: Subscription) -> str:
        target = subscription.target
        return f"{self._world.options.functions_url}{target}" if target.startswith("/") else target

    def _bury(
        self,
        subscription: Subscription,
        content: Iterable[dict[str, Any]],
        reason: str,
        attempts: int,
        status: int | None,
    ) -> None:
        self.dead_letters += [
            DeadLetter(subscription.name, event, reason, attempts, status) for event in content
        ]


def _code_in(answer: httpx.Response) -> str | None:
    try:
        return str(answer.json()["validationResponse"])
    except (ValueError, KeyError, TypeError):
        return None


def publish(world: World, events: Iterable[Mapping[str, Any]], topic: str = "communication") -> None:
    """Take these events of Event Grid's schema, from a service of Azure. Returns at once.

    Each has `id`, `subject`, `eventType`, `eventTime` and `data`; the same id again is the same event
    delivered again. Raises RefusedError for one that the grid would not take, and
    KeyError for a topic that it does not have: `communication`, `storage`, `custom`.
    """
    found = [grid_event(dict(event), TOPICS[topic]) for event in events]
    if any(len(json.dumps(event.in_schema("grid"))) > LARGEST for event in found):
        raise ValueError("an event is larger than 1 MB")
    world.part(Grid).publish(found, topic)
