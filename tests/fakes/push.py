"""Sockets in memory: whom they are for, and what was sent to each."""

import json
from datetime import timedelta
from uuid import UUID

from shared.domain.push import ACCESS_LIFE, Access, Audience, Frame, Person, Recipient, Socket
from shared.errors import TooLargeError, UnavailableError
from shared.ports.clock import Clock

LARGEST = 1024 * 1024


class FakePush:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._admitted: dict[str, tuple[Access, UUID, Audience]] = {}
        self.frames: dict[Socket, list[Frame]] = {}
        self.closed: dict[Socket, str] = {}
        self.reachable = True

    async def admit(self, user_id: UUID, audience: Audience, life: timedelta = ACCESS_LIFE) -> Access:
        self._reach()
        url = f"wss://push.invalid/client?access_token=t-{len(self._admitted)}"
        access = Access(url, self._clock.now() + life)
        self._admitted[url] = (access, user_id, audience)
        return access

    async def send(self, to: Recipient, frame: Frame) -> None:
        if len(json.dumps(dict(frame))) > LARGEST:
            raise TooLargeError("The frame is larger than 1 MB.")
        self._reach()
        for socket in self._meant(to):
            self.frames[socket].append(json.loads(json.dumps(dict(frame))))

    async def disconnect(self, to: Recipient, reason: str) -> None:
        self._reach()
        for socket in self._meant(to):
            self.closed[socket] = reason
            del self.frames[socket]

    def connect(self, url: str) -> Socket | None:
        """What a browser does with the address; none if it is not let in."""
        if url not in self._admitted:
            return None
        access, user_id, audience = self._admitted[url]
        if access.expires_at <= self._clock.now():
            return None
        socket = Socket(f"s-{len(self.frames) + len(self.closed) + 1}", user_id, audience)
        self.frames[socket] = []
        return socket

    def _meant(self, to: Recipient) -> list[Socket]:
        match to:
            case Audience():
                return [each for each in self.frames if each.audience == to]
            case Person():
                return [each for each in self.frames if each.user_id == to.user_id]
            case Socket():
                return [each for each in self.frames if each.id == to.id]

    def _reach(self) -> None:
        if not self.reachable:
            raise UnavailableError("The push service cannot be reached.")
