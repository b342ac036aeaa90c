"""Calls that we place and take, what is said and heard on them, and their recordings."""

from typing import Protocol
from uuid import UUID

from shared.domain.calls import (
    Call,
    Errand,
    Listening,
    Participant,
    Party,
    RecordingStyle,
    RunningRecording,
    Speech,
)


class Calls(Protocol):
    """A command returns once it is accepted; what comes of it arrives as events, with its errand.

    Each ends within its deadline. A command with a key has one effect if it is given again within
    minutes, as after a lost answer; later, look before you repeat it. `say` and `listen` are never
    repeated by themselves, as they might be heard twice. Raises NotFoundError (a call or recording
    that is over or never was), ConflictError (not in this state of the call), InvalidInputError (no
    number that a phone can have), RateLimitedError, UnavailableError, UpstreamError.
    """

    async def place(self, key: UUID, party: Party, errand: Errand) -> Call:
        """Ring somebody. A phone needs a number of our own to call from."""

    async def answer(self, key: UUID, invitation: str, errand: Errand) -> Call:
        """Take an incoming call; `invitation` is what its event carries."""

    async def look(self, call_id: str) -> Call: ...

    async def hang_up(self, call_id: str, *, for_everyone: bool = True) -> None:
        """End the call, or leave the others on it. One that is over already is fine."""

    async def say(self, call_id: str, speech: Speech, errand: Errand) -> None:
        """Let all on the call hear this. What is being said already is finished first."""

    async def listen(self, call_id: str, to: Party, listening: Listening, errand: Errand) -> None:
        """Say the prompt, if there is one, and listen to this participant."""

    async def be_silent(self, call_id: str) -> None:
        """Cancel what is being said and listened for."""

    async def participants(self, call_id: str) -> tuple[Participant, ...]: ...

    async def add(self, key: UUID, call_id: str, party: Party, errand: Errand) -> None:
        """Invite somebody to join."""

    async def remove(self, call_id: str, party: Party, errand: Errand) -> None: ...

    async def mute(self, call_id: str, party: Party) -> None: ...

    async def start_recording(
        self, key: UUID, server_call_id: str, style: RecordingStyle, errand: Errand
    ) -> RunningRecording:
        """Record into our own container. The file is there only once the event of it has come."""

    async def pause_recording(self, recording_id: str) -> None: ...

    async def resume_recording(self, recording_id: str) -> None: ...

    async def stop_recording(self, recording_id: str) -> None:
        """One that has stopped already is fine."""

    async def look_at_recording(self, recording_id: str) -> RunningRecording:
        """Raises NotFoundError once it has stopped."""
