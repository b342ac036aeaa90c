"""What is commanded of recordings; what becomes of their files is another story."""

from dataclasses import dataclass
from typing import Self

from shared.ports.calls import Calls
from shared.ports.clock import Clock
from shared.ports.recording_records import RecordingRecords
from shared.use_cases.authorise import Authorise
from shared.use_cases.recordings.control_recording import ControlRecording
from shared.use_cases.recordings.discard_recording import (
    DiscardRecording,
    Operators,
    RecordingStore,
    StopRecordings,
)


@dataclass(frozen=True, slots=True)
class RecordingCommands:
    control: ControlRecording
    discard: DiscardRecording
    stop_all: StopRecordings

    @classmethod
    def over(
        cls,
        authorise: Authorise,
        calls: Calls,
        records: RecordingRecords,
        store: RecordingStore,
        operators: Operators,
        clock: Clock,
    ) -> Self:
        stop = StopRecordings(calls, records)
        return cls(
            ControlRecording(authorise, calls, records, stop),
            DiscardRecording(authorise, stop, records, store, operators, clock),
            stop,
        )
