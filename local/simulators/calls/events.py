"""Events of calls, on their way to whoever asked to be called back: signed, in order, with retry."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from local.simulators.calls.signing import FLAWS

if TYPE_CHECKING:
    from local.simulators.calls.signing import Flaw, Signer
    from local.simulators.world import World

NAMESPACE: Final = "Microsoft.Communication."
WAITS: Final = (0.5, 1.0, 2.0, 4.0)  # before a delivery is tried again
LATE_SECONDS: Final = 0.3
HELD_SECONDS: Final = 1.0  # how long an event waits to be overtaken
SERVICE: Final = "calls"


@dataclass(slots=True)
class Letter:
    """One event and how its delivery went."""

    to: str
    event: dict[str, Any]
    statuses: list[int | None] = field(default_factory=list)  # None: nobody was there

    @property
    def kind(self) -> str:
        return str(self.event["type"]).removeprefix(NAMESPACE)

    def told(self) -> dict[str, Any]:
        return {"to": self.to, "event": self.event, "statuses": self.statuses}


class PostOffice:
    """Delivers the events of each call one after the other, as they happened."""

    def __init__(self, world: World, signer: Signer) -> None:
        self._world = world
        self._signer = signer
        self._queues: dict[str, asyncio.Queue[Letter]] = {}
        self._held: dict[str, Letter] = {}
        self.letters: list[Letter] = []
        self.pace = 1.0

    def forget(self) -> None:
        self._queues.clear()
        self._held.clear()
        self.letters.clear()

    def post(self, source: str, to: str, kind: str, data: dict[str, Any]) -> None:
        """Tell `to` that something happened; `source` is `calling/callConnections/{id}` or the like."""
        event = {
            "id": str(uuid4()),
            "source": source,
            "type": f"{NAMESPACE}{kind}",
            "specversion": "1.0",
            "time": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "subject": source,
            "datacontenttype": "application/json",
            "data": data,
        }
        letter = Letter(to, event)
        self.letters.append(letter)
        call_id = str(data["callConnectionId"])
        if call_id not in self._queues:
            self._queues[call_id] = asyncio.Queue()
            self._world.spawn(self._work(call_id, self._queues[call_id]))
        self._queues[call_id].put_nowait(letter)

    async def _work(self, call_id: str, queue: asyncio.Queue[Letter]) -> None:
        while True:
            letter = await queue.get()
            if self._due("lost", letter):
                continue
            if (late := self._world.faults.take(SERVICE, "late", letter.kind)) is not None:
                self._world.spawn(self._deliver_late(letter, float(late.detail.get("seconds", LATE_SECONDS))))
                continue
            if self._due("reordered", letter):
                self._held[call_id] = letter
                self._world.spawn(self._release_later(call_id, letter))
                continue
            for _ in range(2 if self._due("twice", letter) else 1):
                await self._deliver(letter)
            await self._release(call_id)

    def _due(self, kind: str, letter: Letter) -> bool:
        return self._world.faults.take(SERVICE, kind, letter.kind) is not None

    async def _release(self, call_id: str) -> None:
        if (held := self._held.pop(call_id, None)) is not None:
            await self._deliver(held)

    async def _release_later(self, call_id: str, letter: Letter) -> None:
        await asyncio.sleep(HELD_SECONDS)
        if self._held.get(call_id) is letter:  # nothing came that could overtake it
            await self._release(call_id)

    async def _deliver_late(self, letter: Letter, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._deliver(letter)

    async def _deliver(self, letter: Letter) -> None:
        flaw = next((flaw for flaw in FLAWS if self._due(flaw, letter)), None)
        for wait in (*WAITS, None):
            status = await self._send(letter, flaw)
            letter.statuses.append(status)
            if wait is None or not _may_be_repeated(status):
                return
            await asyncio.sleep(wait * self.pace)

    async def _send(self, letter: Letter, flaw: Flaw | None) -> int | None:
        import httpx  # noqa: PLC0415 - loaded by the first call out

        headers = {"Authorization": f"Bearer {self._signer.token(flaw)}"}
        try:
            answer = await self._world.http.post(letter.to, json=[letter.event], headers=headers)
        except httpx.HTTPError:
            return None
        return answer.status_code


def _may_be_repeated(status: int | None) -> bool:
    return status is None or status in {408, 429} or status >= 500
