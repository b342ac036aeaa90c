"""What carries interviews, through SQL functions that decide under the lock of the talk."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.adapters.supabase.functions import Functions
from shared.domain.files import StoredFile
from shared.domain.interview.vigil import Due, Seen, Watched
from shared.domain.invitation_vigil import LetterKind, WatchedInvitation
from shared.letters.around_interview import LetterFacts
from shared.ports.lifecycle import SealDraft

type Row = Mapping[str, Any]


class SupabaseLifecycles:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def watch(self, talk_id: UUID) -> Seen | None:
        row = await self._functions.call("watch_talk", {"interview_id": str(talk_id)})
        return _seen(row) if row else None

    async def tend(self, talk_id: UUID, seen: Seen, due: Due, words: str | None = None) -> Seen | None:
        row = await self._functions.call(
            "tend_talk",
            {"interview_id": str(talk_id), "seen": seen.fingerprint, "act": due.value, "words": words},
        )
        return _seen(row) if row else None

    async def note_sign(self, talk_id: UUID, caller_id: UUID, *, active: bool) -> None:
        await self._functions.call(
            "note_sign", {"interview_id": str(talk_id), "caller_id": str(caller_id), "active": active}
        )

    async def seal(self, interview_id: UUID) -> SealDraft | None:
        row = await self._functions.call("seal_transcript", {"interview_id": str(interview_id)})
        return SealDraft(row["is_whole"], row["is_filed"], row["content"]) if row else None

    async def note_file(self, interview_id: UUID, file: StoredFile) -> bool:
        noted: bool = await self._functions.call(
            "file_seal",
            {
                "interview_id": str(interview_id),
                "blob_path": str(file.path),
                "size_bytes": file.size,
                "sha256": file.sha256,
            },
        )
        return noted

    async def state_of_run(self, run_id: UUID) -> str | None:
        state: str | None = await self._functions.call("state_of_score_run", {"run_id": str(run_id)})
        return state


class SupabaseCandidateLetters:
    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    async def owe(self, interview_id: UUID, kind: LetterKind, about: datetime) -> UUID | None:
        owed = await self._functions.call(
            "owe_letter",
            {"interview_id": str(interview_id), "kind": kind.value, "about": about.isoformat()},
        )
        return UUID(owed) if owed else None

    async def owe_thanks(self, interview_id: UUID) -> UUID | None:
        owed = await self._functions.call("owe_thanks", {"interview_id": str(interview_id)})
        return UUID(owed) if owed else None

    async def take_up(self, letter_id: UUID | None = None) -> LetterFacts | None:
        row = await self._functions.call(
            "claim_candidate_letter", {"letter_id": str(letter_id) if letter_id else None}
        )
        return _facts(row) if row else None

    async def tell(self, letter_id: UUID, *, sent: bool) -> bool:
        told: bool = await self._functions.call(
            "settle_candidate_letter",
            {"letter_id": str(letter_id), "to_status": "sent" if sent else "refused"},
        )
        return told

    async def watch(self, invitation_id: UUID) -> WatchedInvitation | None:
        row = await self._functions.call("watch_invitation", {"invitation_id": str(invitation_id)})
        if not row or not row["is_open"]:
            return None
        return WatchedInvitation(
            interview_id=UUID(row["interview_id"]),
            now=_moment(row["now"]),
            invited_at=_moment(row["invited_at"]),
            expires_at=_moment(row["expires_at"]),
            scheduled_at=_maybe(row["scheduled_at"]),
        )

    async def expire(self, invitation_id: UUID) -> bool:
        expired: bool = await self._functions.call("expire_invitation", {"invitation_id": str(invitation_id)})
        return expired


def _seen(row: Row) -> Seen:
    runs = row["status"] == "in_progress"
    return Seen(
        kind=row["kind"],
        status=row["status"],
        language=row["language"],
        progress=row["progress"],
        seconds_left=row["clock"]["seconds_left"] if row["clock"] else 0,
        fingerprint=row["seen"],
        acted=row["acted"],
        talk=_watched(row) if runs else None,
        withdrawn=bool(row["withdrawn"]),
    )


def _watched(row: Row) -> Watched:
    return Watched(
        now=_moment(row["now"]),
        started_at=_moment(row["started_at"]),
        limit_seconds=row["limit_seconds"],
        given_back_seconds=row["given_back_seconds"],
        last_seen_at=_moment(row["last_seen_at"]),
        quiet_since=_moment(row["quiet_since"]),
        reprompted_at=_maybe(row["reprompted_at"]),
        leased_at=_maybe(row["leased_at"]),
        lease_expires_at=_maybe(row["lease_expires_at"]),
        in_call=row["in_call"],
        in_closing=row["progress"].get("phase") == "closing",
        watched_at=_maybe(row["watched_at"]),
    )


def _facts(row: Row) -> LetterFacts:
    return LetterFacts(
        letter_id=UUID(row["letter_id"]),
        kind=LetterKind(row["kind"]),
        candidate_email=row["candidate_email"],
        first_name=row["first_name"],
        language=row["language"],
        role_title=row["role_title"],
        organisation_name=row["organisation_name"],
        time_zone=row["time_zone"],
        scheduled_at=_maybe(row["scheduled_at"]),
        expires_at=_maybe(row["expires_at"]),
        minutes=row["minutes"],
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _maybe(text: str | None) -> datetime | None:
    return _moment(text) if text else None
