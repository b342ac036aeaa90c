"""Kept answers in memory, with leases that a test may end."""

from dataclasses import dataclass

from shared.errors import ConflictError, UnavailableError
from shared.ports.repeats import Attempt, KeptAnswer


@dataclass
class _Entry:
    body_hash: str
    attempt: int = 1
    answer: KeptAnswer | None = None
    is_leased: bool = True


class FakeRepeats:
    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], _Entry] = {}
        self.reachable = True

    def end_leases(self) -> None:
        for entry in self.entries.values():
            entry.is_leased = False

    async def begin(self, scope: str, key: str, body_hash: str) -> Attempt | KeptAnswer:
        self._reach()
        entry = self.entries.get((scope, key))
        if entry is None:
            self.entries[scope, key] = _Entry(body_hash)
            return Attempt(scope, key, 1)
        if entry.body_hash != body_hash:
            raise ConflictError("The key was sent with another body.", code="idempotency_key_reused")
        if entry.answer:
            return entry.answer
        if entry.is_leased:
            raise ConflictError("The first request with this key is still running.")
        entry.attempt += 1
        entry.is_leased = True
        return Attempt(scope, key, entry.attempt)

    async def finish(self, attempt: Attempt, answer: KeptAnswer) -> None:
        self._reach()
        if entry := self._held(attempt):
            entry.answer = answer

    async def forget(self, attempt: Attempt) -> None:
        self._reach()
        if self._held(attempt):
            del self.entries[attempt.scope, attempt.key]

    def _held(self, attempt: Attempt) -> _Entry | None:
        entry = self.entries.get((attempt.scope, attempt.key))
        return entry if entry and entry.answer is None and entry.attempt == attempt.number else None

    def _reach(self) -> None:
        if not self.reachable:
            raise UnavailableError("The database cannot be reached.")
