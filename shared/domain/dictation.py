"""What is remembered between the utterances that a browser uploads over one socket.

The service keeps it with the connection and hands it over with each event, so that nothing of it
lives in a process. Utterances may come twice; the same sound is the same utterance.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from typing import Final, Self

from shared.domain.speech import RATE, SAMPLE_BYTES

MOST_SECONDS: Final = 30
MOST_BYTES: Final = MOST_SECONDS * RATE * SAMPLE_BYTES + 4096  # with headers; a frame holds 1 MB
KEY_LENGTH: Final = 32
LONGEST_TURN_ID: Final = 100


@dataclass(frozen=True, slots=True)
class Dictation:
    """One answer, spoken in pieces: whose turn it is, where the next piece begins, how many were final."""

    turn_id: str
    number: int = 1
    at_ms: int = 0
    finals: int = 0
    last: str = ""
    last_at_ms: int = 0

    @classmethod
    def first(cls, socket_id: str) -> Self:
        """For a browser that names no turn: it is told the name with every final."""
        return cls(_name(socket_id, 1))

    @classmethod
    def parse(cls, note: str, socket_id: str) -> Self:
        """What was kept; whatever cannot be read is as if nothing was."""
        try:
            known = json.loads(note)
            return cls(
                turn_id=str(known["turn_id"])[:LONGEST_TURN_ID] or _name(socket_id, 1),
                number=int(known["number"]),
                at_ms=int(known["at_ms"]),
                finals=int(known["finals"]),
                last=str(known["last"]),
                last_at_ms=int(known["last_at_ms"]),
            )
        except (ValueError, TypeError, KeyError):
            return cls.first(socket_id)

    def as_note(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    def begun(self, turn_id: str, at_ms: int) -> Self:
        """The browser names the turn, and when in it the first utterance begins.

        The same turn again goes on where it was: a repeated frame takes nothing back.
        """
        if turn_id == self.turn_id and (self.finals or self.last):
            return self
        return replace(self, turn_id=turn_id, at_ms=at_ms, finals=0, last="", last_at_ms=at_ms)

    def begins_at(self, key: str) -> int:
        return self.last_at_ms if key == self.last else self.at_ms

    def heard(self, key: str, lasts_ms: int, finals: int) -> Self:
        """After an utterance; one that is repeated changes nothing."""
        if key == self.last:
            return self
        return replace(
            self,
            at_ms=self.at_ms + lasts_ms,
            finals=self.finals + finals,
            last=key,
            last_at_ms=self.at_ms,
        )

    def ended(self, socket_id: str) -> Self:
        number = self.number + 1
        return type(self)(_name(socket_id, number), number)


def utterance_key(audio: bytes) -> str:
    """The same for the same sound, whenever it comes and on whichever socket."""
    return hashlib.sha256(audio).hexdigest()[:KEY_LENGTH]


def length_ms(samples: int) -> int:
    """Of so many bytes of samples."""
    return samples * 1000 // (RATE * SAMPLE_BYTES)


def _name(socket_id: str, number: int) -> str:
    return f"{socket_id[: LONGEST_TURN_ID - 10]}-{number}"
