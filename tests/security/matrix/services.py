"""The app's own services, with what lies outside the database replaced: rights are decided before it."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import cached_property
from uuid import UUID, uuid4

from azure.durable_functions import DurableFunctionsClient
from pydantic import BaseModel

from shared.bootstrap import Services
from shared.contracts.model_requirements import ReadRequirements
from shared.domain.calls import (
    Call,
    CallState,
    Errand,
    Participant,
    Phone,
    RecordingState,
    RecordingStyle,
    RunningRecording,
)
from shared.domain.language import Prompt
from shared.domain.rate_limits import Allowance, RateClass
from shared.errors import UnavailableError
from shared.ports.avatar_relays import AvatarRelays
from shared.ports.call_events import CallEvents
from shared.ports.call_tokens import CallTokens
from shared.ports.calls import Calls
from shared.ports.document_text import DocumentReader
from shared.ports.files import Files
from shared.ports.language_model import LanguageModel
from shared.ports.mailer import Mailer
from shared.ports.rate_limits import RateLimits
from shared.ports.speech import SpeechTokens
from shared.ports.workflows import Workflows
from shared.use_cases.check_readiness import CheckReadiness
from shared.use_cases.self_check import CheckWorkflows
from tests.fakes.avatar_relays import FakeAvatarRelays
from tests.fakes.call_events import FakeCallEvents
from tests.fakes.call_tokens import FakeCallTokens
from tests.fakes.calls import FakeCalls, Line, Tape
from tests.fakes.documents import FakeDocumentReader
from tests.fakes.files import FakeFiles
from tests.fakes.language_model import FakeLanguageModel
from tests.fakes.mailer import FakeMailer
from tests.fakes.speech import FakeSpeechTokens
from tests.fakes.workflows import FakeWorkflows

SOMEBODY = Phone("+61255500100")
EVENTS = FakeCallEvents()


class AnyCalls(FakeCalls):
    """Knows every call and recording that it is asked about: rows were put in behind its back."""

    async def answer(self, key: UUID, invitation: str, errand: Errand) -> Call:
        self.invitations.add(invitation)
        return await super().answer(key, invitation, errand)

    async def start_recording(
        self, key: UUID, server_call_id: str, style: RecordingStyle, errand: Errand
    ) -> RunningRecording:
        return RunningRecording(str(key), RecordingState.ACTIVE)

    def _line(self, call_id: str) -> Line:
        if call_id not in self.lines:
            call = Call(call_id, f"server-{call_id}", CallState.CONNECTED)
            self.lines[call_id] = Line(call, Errand(uuid4()), None, [Participant(SOMEBODY)])
        return super()._line(call_id)

    def _tape(self, recording_id: str) -> Tape:
        recording = RunningRecording(recording_id, RecordingState.ACTIVE)
        return self.tapes.setdefault(recording_id, Tape(recording, "", RecordingStyle(), Errand(uuid4())))


NO_REQUIREMENTS = ReadRequirements(
    technical_skills=[],
    soft_skills=[],
    experience_years=None,
    qualifications=[],
    certifications=[],
    responsibilities=[],
    suggested_questions=[],
)


def _said(prompt: Prompt, _: type[BaseModel] | None) -> BaseModel | UnavailableError:
    """Nothing stands in for the model where requirements are read; elsewhere it is not asked."""
    if prompt.purpose == "requirements":
        return NO_REQUIREMENTS
    return UnavailableError("The language model is not asked here.")


class NoLimits:
    """Whoever asks as every role asks often."""

    async def take(self, subject: str, classes: Sequence[RateClass]) -> Allowance:
        return Allowance(allowed=True, limit=1000, remaining=1000, reset_seconds=0)


class MatrixServices(Services):
    """Replace a service here when an operation reaches for a system that is not there."""

    @cached_property
    def rate_limits(self) -> RateLimits:
        return NoLimits()

    @cached_property
    def language_model(self) -> LanguageModel:
        model = FakeLanguageModel()
        model.always(_said)
        return model

    @cached_property
    def mailer(self) -> Mailer:
        return FakeMailer()

    @cached_property
    def files(self) -> Files:
        return FakeFiles(self.clock)

    @cached_property
    def documents(self) -> DocumentReader:
        return FakeDocumentReader()

    @cached_property
    def embedded_documents(self) -> DocumentReader:
        return FakeDocumentReader()

    @cached_property
    def calls(self) -> Calls:
        return AnyCalls()

    @cached_property
    def call_tokens(self) -> CallTokens:
        return FakeCallTokens(self.clock)

    @cached_property
    def call_events(self) -> CallEvents:
        return EVENTS

    @cached_property
    def avatar_relays(self) -> AvatarRelays:
        return FakeAvatarRelays()

    @cached_property
    def speech_tokens(self) -> SpeechTokens:
        return FakeSpeechTokens(self.clock)

    def workflows(self, client: DurableFunctionsClient) -> Workflows:
        return FakeWorkflows()

    def lasting_workflows(self, client: DurableFunctionsClient) -> AbstractAsyncContextManager[Workflows]:
        return nullcontext(FakeWorkflows())

    @cached_property
    def check_readiness(self) -> CheckReadiness:
        return CheckReadiness([], self.clock)

    def check_workflows(self, client: DurableFunctionsClient) -> CheckWorkflows:
        return CheckWorkflows(FakeWorkflows(), self.clock, patience_seconds=0)
