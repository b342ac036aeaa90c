"""Kept answers in the database, so that a repeat may reach any instance."""

from typing import Any

from shared.adapters.supabase.functions import Functions
from shared.ports.repeats import Attempt, KeptAnswer


class SupabaseRepeats:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def begin(self, scope: str, key: str, body_hash: str) -> Attempt | KeptAnswer:
        begun = await self._functions.call(
            "begin_idempotent", {"scope": scope, "key": key, "body_hash": body_hash}
        )
        if begun["state"] == "new":
            return Attempt(scope, key, begun["attempt"])
        kept = begun["response"]
        return KeptAnswer(begun["status"], kept["body"], kept["headers"])

    async def finish(self, attempt: Attempt, answer: KeptAnswer) -> None:
        response = {"body": answer.body, "headers": answer.headers}
        await self._functions.call(
            "finish_idempotent", _named(attempt) | {"status": answer.status, "response": response}
        )

    async def forget(self, attempt: Attempt) -> None:
        await self._functions.call("forget_idempotent", _named(attempt))


def _named(attempt: Attempt) -> dict[str, Any]:
    return {"scope": attempt.scope, "key": attempt.key, "attempt": attempt.number}
