"""Interviews through their SQL functions, which check the caller they are given."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.domain.interview.records import (
    ConsentGiven,
    Ended,
    Facts,
    Final,
    Heard,
    Opening,
    PracticeRecord,
    Prepared,
    Signal,
    Started,
    TalkView,
)
from shared.domain.turns import Segment

type Row = Mapping[str, Any]


class SupabaseInterviews:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def prepare(self, talk_id: UUID, caller_id: UUID) -> Prepared:
        row = await self._call("prepare_interview", talk_id, caller_id)
        return Prepared(
            kind=row["kind"],
            status=row["status"],
            language=row["language"],
            plan=row["plan"],
            role=row["role"],
            candidate=row["candidate"],
            sample_role_type=row["sample_role_type"],
        )

    async def start(self, talk_id: UUID, caller_id: UUID, opening: Opening) -> Started:
        row = await self._call(
            "start_interview",
            talk_id,
            caller_id,
            opening=opening.text,
            mode=opening.mode,
            language=opening.language,
            plan=opening.plan,
            progress=dict(opening.progress),
        )
        return Started(
            status=row["status"],
            mode=row["mode"],
            language=row["language"],
            resumed=row["resumed"],
            started_at=datetime.fromisoformat(row["started_at"]),
            opening=row["opening_message"],
            progress=row["progress"],
            seconds_left=row["clock"]["seconds_left"],
            segments=_segments(row["segments"]),
        )

    async def read(
        self, talk_id: UUID, caller_id: UUID, parts: Collection[str] = (), after_sequence: int = 0
    ) -> TalkView:
        row = await self._call(
            "read_talk", talk_id, caller_id, parts=sorted(parts), after_sequence=after_sequence
        )
        return TalkView(
            reader=row["reader"],
            interview=row["interview"],
            progress=row["progress"],
            seconds_left=row["clock"]["seconds_left"] if row["clock"] else None,
            transcript=row["transcript"],
            recordings=row["recordings"],
            consents=row["consents"],
            plan=row["plan"],
            score=row["score"],
            signals=row["signals"],
        )

    async def end(self, talk_id: UUID, caller_id: UUID) -> Ended:
        row = await self._call("end_interview", talk_id, caller_id)
        return Ended(
            status=row["status"],
            ended_at=datetime.fromisoformat(row["ended_at"]),
            duration_seconds=row["duration_seconds"],
            end_reason=row["end_reason"],
            changed=row["changed"],
        )

    async def schedule(self, talk_id: UUID, caller_id: UUID, at: datetime) -> None:
        await self._call("schedule_interview", talk_id, caller_id, scheduled_at=at.isoformat())

    async def cancel(self, talk_id: UUID, caller_id: UUID) -> None:
        await self._call("cancel_interview", talk_id, caller_id)

    async def note_reason(self, talk_id: UUID, caller_id: UUID, reason: str) -> bool:
        noted: bool = await self._call("note_reason", talk_id, caller_id, reason=reason)
        return noted

    async def hear(self, talk_id: UUID, caller_id: UUID, turn_id: str, finals: Sequence[Final]) -> Heard:
        row = await self._call(
            "append_segments",
            talk_id,
            caller_id,
            turn_id=turn_id,
            segments=[
                {
                    "segment_key": each.segment_key,
                    "content": each.content,
                    "start_time_ms": each.start_time_ms,
                    "end_time_ms": each.end_time_ms,
                    "confidence": each.confidence,
                    "words": [asdict(word) for word in each.words] or None,
                }
                for each in finals
            ],
        )
        return Heard(row["accepted"], row["repeated"], row["late"])

    async def consent(self, talk_id: UUID, caller_id: UUID, given: ConsentGiven) -> Facts:
        row: Facts = await self._call(
            "record_consent",
            talk_id,
            caller_id,
            granted=given.granted,
            text_version=given.text_version,
            text_hash=given.text_hash,
            locale=given.locale,
            ip_address=given.ip_address,
        )
        return row

    async def signal(self, talk_id: UUID, caller_id: UUID, signals: Sequence[Signal]) -> int:
        accepted: int = await self._call(
            "append_signals",
            talk_id,
            caller_id,
            signals=[
                {
                    "type": each.type,
                    "occurred_at": each.occurred_at.isoformat(),
                    "duration_ms": each.duration_ms,
                }
                for each in signals
            ],
        )
        return accepted

    async def record(self, talk_id: UUID) -> PracticeRecord:
        row = await self._functions.call("practice_record", {"interview_id": str(talk_id)})
        return PracticeRecord(
            talk_id=talk_id,
            status=row["status"],
            language=row["language"],
            plan=row["plan"] or {},
            progress=row["progress"],
            segments=_segments(row["segments"]),
            feedback=row["feedback"],
        )

    async def keep_feedback(self, talk_id: UUID, feedback: Facts) -> bool:
        kept: bool = await self._functions.call(
            "save_practice_feedback", {"interview_id": str(talk_id), "feedback": dict(feedback)}
        )
        return kept

    async def _call(self, name: str, talk_id: UUID, caller_id: UUID, **more: Any) -> Any:  # noqa: ANN401 - JSON
        return await self._functions.call(
            name, {"interview_id": str(talk_id), "caller_id": str(caller_id), **more}
        )


def _segments(rows: Sequence[Row]) -> tuple[Segment, ...]:
    return tuple(
        Segment(each["sequence"], each["speaker"], each["content"], each["turn_id"]) for each in rows
    )
