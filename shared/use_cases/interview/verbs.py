"""What can be done with interviews outside their turns."""

from dataclasses import dataclass
from typing import Self

from shared.ports.clock import Clock
from shared.ports.interviews import Interviews
from shared.prompts.library import Prompts
from shared.use_cases.authorise import Authorise
from shared.use_cases.interview.cancel_interview import CancelInterview
from shared.use_cases.interview.coach import Coach
from shared.use_cases.interview.end_interview import EndInterview
from shared.use_cases.interview.find_talk import FindTalk
from shared.use_cases.interview.follow_progress import FollowProgress
from shared.use_cases.interview.give_consent import GiveConsent, OnRefusal
from shared.use_cases.interview.hear_speech import HearSpeech
from shared.use_cases.interview.read_interview import ReadInterview
from shared.use_cases.interview.read_progress import ReadProgress
from shared.use_cases.interview.schedule_interview import ScheduleInterview
from shared.use_cases.interview.send_signals import SendSignals
from shared.use_cases.interview.start_interview import PlanInterview, StartInterview


@dataclass(frozen=True, slots=True)
class InterviewVerbs:
    start: StartInterview
    end: EndInterview
    read: ReadInterview
    progress: ReadProgress
    follow: FollowProgress
    schedule: ScheduleInterview
    cancel: CancelInterview
    hear: HearSpeech
    consent: GiveConsent
    signal: SendSignals

    @classmethod
    def over(
        cls,
        interviews: Interviews,
        authorise: Authorise,
        prompts: Prompts,
        plan_interview: PlanInterview,
        coach: Coach,
        consent_refused: OnRefusal,
        clock: Clock,
    ) -> Self:
        find = FindTalk(authorise)
        read = ReadInterview(interviews, find)
        progress = ReadProgress(interviews, find)
        return cls(
            StartInterview(interviews, find, prompts, plan_interview),
            EndInterview(interviews, find, coach),
            read,
            progress,
            FollowProgress(progress, clock),
            ScheduleInterview(interviews, find, read),
            CancelInterview(interviews, find, read),
            HearSpeech(interviews, find),
            GiveConsent(interviews, find, prompts, consent_refused),
            SendSignals(interviews, find),
        )
