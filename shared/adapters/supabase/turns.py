"""Turns through the SQL functions `begin_turn` and `commit_turn`, whichever way they are called."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.adapters.supabase.rate_limits import allowance_of, buckets
from shared.domain.turns import Answer, AnsweredTurn, CommittedTurn, OpenTurn, Reply, Segment

type Row = Mapping[str, Any]


class SupabaseTurns:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def begin(self, answer: Answer) -> OpenTurn | AnsweredTurn:
        row: Row = await self._functions.call(
            "begin_turn",
            {
                "interview_id": str(answer.interview_id),
                "caller_id": str(answer.caller_id),
                "turn_id": answer.turn_id,
                "message": answer.message,
                "limits": buckets(str(answer.caller_id), answer.limits),
            },
        )
        return _answered(row) if row["replayed"] else _open(row)

    async def commit(self, turn: OpenTurn, reply: Reply) -> CommittedTurn:
        row: Row = await self._functions.call(
            "commit_turn",
            {
                "interview_id": str(turn.interview_id),
                "turn_id": turn.turn_id,
                "attempt": turn.attempt,
                "reply": {"text": reply.text, "origin": reply.origin, "degraded": reply.degraded},
                "progress": dict(reply.progress),
                "summary": reply.summary,
                "usage": dict(reply.usage),
                "timings": dict(reply.timings),
                "ends_with": reply.ends_with,
            },
        )
        return _committed(row)


def _open(row: Row) -> OpenTurn:
    return OpenTurn(
        interview_id=UUID(row["interview"]["id"]),
        turn_id=row["turn_id"],
        attempt=row["attempt"],
        taken_over=row["taken_over"],
        lease_expires_at=datetime.fromisoformat(row["lease_expires_at"]),
        language=row["interview"]["language"],
        plan=row["plan"],
        progress=row["progress"],
        role=row["role"],
        candidate=row["candidate"],
        summary=row["summary"],
        segments=tuple(
            Segment(each["sequence"], each["speaker"], each["content"], each["turn_id"])
            for each in row["segments"]
        ),
        seconds_left=row["clock"]["seconds_left"],
        kind=row["interview"]["kind"],
        allowance=allowance_of(row["rate_limits"]),
    )


def _answered(row: Row) -> AnsweredTurn:
    return AnsweredTurn(
        interview_id=UUID(row["interview"]["id"]),
        turn_id=row["turn_id"],
        reply=row["reply"],
        degraded=row["degraded"],
        finished=row["finished"],
        progress=row["progress"],
        seconds_left=row["clock"]["seconds_left"],
        allowance=allowance_of(row["rate_limits"]),
    )


def _committed(row: Row) -> CommittedTurn:
    return CommittedTurn(
        turn_id=row["turn_id"],
        kept=row["committed"],
        repeated=row["repeated"],
        reply=row["reply"],
        degraded=row["degraded"],
        finished=row["finished"],
        status=row["status"],
        progress=row["progress"] or {},
        seconds_left=row["clock"]["seconds_left"],
    )
