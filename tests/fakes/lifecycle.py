"""Talks that are watched, seals and runs in memory, with a clock that a test moves."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.domain.files import StoredFile
from shared.domain.interview.vigil import Due, Seen, Watched
from shared.errors import WrongStateError
from shared.ports.clock import Clock
from shared.ports.lifecycle import SealDraft


@dataclass
class WatchedTalk:
    candidate_id: UUID
    started_at: datetime
    kind: str = "live"
    status: str = "in_progress"
    language: str = "en-AU"
    limit_seconds: int = 900
    facts: dict[str, Any] = field(default_factory=dict)  # fields of Watched that a test sets
    watched_at: datetime | None = None
    end_reason: str | None = None
    withdrawn: bool = False
    said: list[str] = field(default_factory=list)
    is_whole: bool = True
    file: StoredFile | None = None
    answers: int = 0


class FakeLifecycles:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.talks: dict[UUID, WatchedTalk] = {}
        self.runs: dict[UUID, str] = {}

    async def watch(self, talk_id: UUID) -> Seen | None:
        if (talk := self.talks.get(talk_id)) is None:
            return None
        before = talk.watched_at
        if talk.status == "in_progress":
            talk.watched_at = self._clock.now()
        return self._seen(talk, before, acted=False)

    async def tend(self, talk_id: UUID, seen: Seen, due: Due, words: str | None = None) -> Seen | None:
        if (talk := self.talks.get(talk_id)) is None:
            return None
        acted = talk.status == "in_progress" and self._fingerprint(talk) == seen.fingerprint
        if acted:
            talk.said += [words] if words is not None else []
            match due:
                case Due.FORGIVE:
                    talk.facts |= {"last_seen_at": self._clock.now(), "quiet_since": self._clock.now()}
                case Due.REPROMPT:
                    talk.facts["reprompted_at"] = self._clock.now()
                case _:
                    talk.status, talk.end_reason = "completed", due.value
        return self._seen(talk, self._clock.now(), acted=acted)

    async def note_sign(self, talk_id: UUID, caller_id: UUID, *, active: bool) -> None:
        talk = self.talks.get(talk_id)
        if talk and talk.status == "in_progress" and talk.candidate_id == caller_id:
            talk.facts["last_seen_at"] = self._clock.now()
            if active:
                talk.facts["quiet_since"] = self._clock.now()

    async def seal(self, interview_id: UUID) -> SealDraft | None:
        talk = self.talks.get(interview_id)
        if talk is None or talk.kind != "live":
            return None
        if talk.status != "completed":
            raise WrongStateError("The interview is not completed.")
        content = {
            "interview_id": str(interview_id),
            "seal": {"segments": len(talk.said), "is_whole": talk.is_whole},
            "segments": [{"sequence": n, "content": said} for n, said in enumerate(talk.said, 1)],
        }
        return SealDraft(talk.is_whole, talk.file is not None, content)

    async def note_file(self, interview_id: UUID, file: StoredFile) -> bool:
        talk = self.talks.get(interview_id)
        if talk is None or talk.file is not None:
            return False
        talk.file = file
        return True

    async def state_of_run(self, run_id: UUID) -> str | None:
        return self.runs.get(run_id)

    def answer(self, talk_id: UUID) -> None:
        """As a turn does, between two looks."""
        talk = self.talks[talk_id]
        talk.answers += 1
        talk.facts |= {"quiet_since": self._clock.now(), "last_seen_at": self._clock.now()}

    def _seen(self, talk: WatchedTalk, watched_at: datetime | None, *, acted: bool) -> Seen:
        runs = talk.status == "in_progress"
        return Seen(
            kind=talk.kind,
            status=talk.status,
            language=talk.language,
            progress={"questions_asked": 1, "questions_total": 6, "phase": "introduction"},
            seconds_left=max(
                0, talk.limit_seconds - round((self._clock.now() - talk.started_at).total_seconds())
            ),
            fingerprint=self._fingerprint(talk),
            acted=acted,
            talk=replace(self._watched(talk), watched_at=watched_at) if runs else None,
            withdrawn=talk.withdrawn,
        )

    def _watched(self, talk: WatchedTalk) -> Watched:
        facts: dict[str, Any] = {
            "last_seen_at": talk.started_at,
            "quiet_since": talk.started_at,
            **talk.facts,
        }
        return Watched(
            now=self._clock.now(),
            started_at=talk.started_at,
            limit_seconds=talk.limit_seconds,
            given_back_seconds=0,
            **facts,
        )

    def _fingerprint(self, talk: WatchedTalk) -> str:
        return repr((talk.status, talk.answers, sorted(talk.facts.items())))
