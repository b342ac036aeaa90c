"""What can be done with sockets, by those who open them and by the service that holds them."""

from dataclasses import dataclass
from typing import Self

from shared.ports.interviews import Interviews
from shared.ports.push import Push, PushWebhook
from shared.ports.question_packs import QuestionPacks
from shared.ports.rate_limits import RateLimits
from shared.ports.speech import Speech
from shared.use_cases.authorise import Authorise
from shared.use_cases.interview.find_talk import FindTalk
from shared.use_cases.lifecycle.note_sign import NoteSign
from shared.use_cases.realtime.answer_event import AnswerEvent
from shared.use_cases.realtime.enter_talk import EnterTalk
from shared.use_cases.realtime.send_frame import SendFrame
from shared.use_cases.realtime.take_dictation import TakeDictation
from shared.use_cases.realtime.talk_over_socket import Describe, Take, TalkOverSocket


@dataclass(frozen=True, slots=True)
class Ears:
    """What recognising uploaded speech needs."""

    interviews: Interviews
    speech: Speech
    packs: QuestionPacks
    limits: RateLimits


@dataclass(frozen=True, slots=True)
class RealtimeVerbs:
    enter: EnterTalk
    answer: AnswerEvent

    @classmethod
    def over(
        cls,
        push: Push,
        webhook: PushWebhook,
        authorise: Authorise,
        take_turn: Take,
        ears: Ears,
        describe: Describe,
        note_sign: NoteSign,
    ) -> Self:
        enter, send = EnterTalk(FindTalk(authorise), push), SendFrame(push)
        talk = TalkOverSocket(take_turn, send, describe)
        dictate = TakeDictation(ears.interviews, ears.speech, ears.packs, ears.limits, send)
        return cls(enter, AnswerEvent(webhook, enter, talk, dictate, send, describe, note_sign))
