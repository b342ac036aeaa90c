"""What can be done about data whose time is over."""

from dataclasses import dataclass
from typing import Self

from shared.ports.clock import Clock
from shared.ports.retention import Retention
from shared.use_cases.choose_organisation import ChooseOrganisation
from shared.use_cases.recordings.discard_recording import DiscardRecording
from shared.use_cases.retention.clean_up import CleanUp
from shared.use_cases.retention.list_runs import ListRuns
from shared.use_cases.retention.request_run import RequestRun


@dataclass(frozen=True, slots=True)
class RetentionVerbs:
    request: RequestRun
    list: ListRuns
    clean_up: CleanUp

    @classmethod
    def over(
        cls, retention: Retention, choose: ChooseOrganisation, discard: DiscardRecording, clock: Clock
    ) -> Self:
        return cls(
            RequestRun(retention, choose), ListRuns(retention, choose), CleanUp(retention, discard, clock)
        )
