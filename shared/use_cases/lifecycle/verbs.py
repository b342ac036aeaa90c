"""What the workflows that carry interviews and invitations do."""

from dataclasses import dataclass
from typing import Self

from shared.ports.candidate_letters import CandidateLetters
from shared.ports.files import Files
from shared.ports.lifecycle import Lifecycles
from shared.ports.mailer import Mailer
from shared.ports.push import Push
from shared.prompts.library import Prompts
from shared.use_cases.lifecycle.look_at_score import LookAtScore
from shared.use_cases.lifecycle.seal_transcript import SealTranscript
from shared.use_cases.lifecycle.send_candidate_letter import SendCandidateLetter
from shared.use_cases.lifecycle.tend_interview import TendInterview
from shared.use_cases.lifecycle.tend_invitation import TendInvitation
from shared.use_cases.lifecycle.thank_candidate import ThankCandidate
from shared.use_cases.realtime.send_frame import SendFrame


@dataclass(frozen=True, slots=True)
class LifecycleVerbs:
    tend: TendInterview
    seal: SealTranscript
    look_at_score: LookAtScore
    thank: ThankCandidate
    tend_invitation: TendInvitation
    send_letters: SendCandidateLetter

    @classmethod
    def over(
        cls,
        lifecycles: Lifecycles,
        letters: CandidateLetters,
        files: Files,
        push: Push,
        mailer: Mailer,
        prompts: Prompts,
        frontend: str,
    ) -> Self:
        send = SendCandidateLetter(letters, mailer, frontend)
        return cls(
            TendInterview(lifecycles, prompts, SendFrame(push)),
            SealTranscript(lifecycles, files),
            LookAtScore(lifecycles),
            ThankCandidate(letters, send),
            TendInvitation(letters, send),
            send,
        )
