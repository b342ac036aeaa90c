"""Looks at a talk that runs, and does what is due: asks again, or ends it.

It decides by rule on what it saw, and acts only if nothing has happened since. An answer that comes
in between is saved and counted; then it looks again.
"""

from typing import Final, Literal
from uuid import UUID

from shared import telemetry
from shared.contracts.interview import ProgressView, Turn
from shared.contracts.lifecycle_steps import Tended
from shared.contracts.realtime import Done
from shared.domain.interview.progress import Standing
from shared.domain.interview.vigil import SOONEST, Due, Seen, look
from shared.domain.push import Audience, Purpose
from shared.ports.lifecycle import Lifecycles
from shared.prompts.library import Prompts
from shared.telemetry import Attribute, Event
from shared.use_cases.realtime.send_frame import SendFrame

log = telemetry.Log(__name__)

MOST_LOOKS: Final = 5
SPOKEN: Final = {Due.REPROMPT, Due.TIME_UP, Due.IDLE}  # nobody is there to hear why it is disconnected


class TendInterview:
    def __init__(self, lifecycles: Lifecycles, prompts: Prompts, send: SendFrame) -> None:
        self._lifecycles = lifecycles
        self._prompts = prompts
        self._send = send

    async def __call__(self, talk_id: UUID) -> Tended:
        """How it stands, and when to look again. Repeated, it does nothing twice."""
        seen = await self._lifecycles.watch(talk_id)
        for _ in range(MOST_LOOKS):
            if seen is None:
                return Tended(state="gone")
            if seen.talk is None:
                return _over(seen)
            found = look(seen.talk)
            if found.due is Due.NOTHING:
                return _running(seen, found.again.total_seconds())
            words = self._words(found.due, seen)
            after = await self._lifecycles.tend(talk_id, seen, found.due, words)
            if after and after.acted:
                await self._tell(talk_id, found.due, words, after)
            seen = after
        # somebody is busy in there: nothing can be due
        return Tended(state="running", look_in_seconds=SOONEST.total_seconds())

    def _words(self, due: Due, seen: Seen) -> str | None:
        return self._prompts.language(seen.language).vigil[due.value] if due in SPOKEN else None

    async def _tell(self, talk_id: UUID, due: Due, words: str | None, seen: Seen) -> None:
        with telemetry.bind({Attribute.INTERVIEW_ID: str(talk_id)}):
            log.info(Event.TALK_TENDED, {Attribute.REASON: due.value})
            if words is not None:
                turn = Turn(
                    response=words,
                    turn_id=_name(due, seen),
                    degraded=False,
                    progress=ProgressView.of(
                        Standing.of(seen.progress, seen.seconds_left, finished=due.ends)
                    ),
                )
                await self._send(Audience(talk_id, Purpose.CHAT), Done(turn=turn))


def _over(seen: Seen) -> Tended:
    if seen.status == "completed" and not seen.withdrawn:
        return Tended(state="completed", kind=_kind(seen))
    # cancelled, withdrawn, or never begun: nothing to be carried
    return Tended(state="cancelled", kind=_kind(seen))


def _running(seen: Seen, seconds: float) -> Tended:
    return Tended(state="running", kind=_kind(seen), look_in_seconds=seconds)


def _kind(seen: Seen) -> Literal["live", "practice"]:
    return "practice" if seen.kind == "practice" else "live"


def _name(due: Due, seen: Seen) -> str:
    """What the interviewer says by itself has a name as turns do, so that it is shown once."""
    asked_at = seen.talk.reprompted_at if seen.talk else None
    return f"{due.value}-{round(asked_at.timestamp())}" if asked_at else due.value
