"""Settings become services here: the only place that knows every adapter.

Nothing is built while the app is indexed, and nothing is loaded that indexing does not need. A
service is made at its first use and kept for the life of the process; a test puts its own in with
`override`. `Services` lists them all. How they are made stands in the parts beside this file, each
a family of services, loaded when the first of them is asked for.
"""

from __future__ import annotations

import time
from contextlib import AsyncExitStack, contextmanager
from functools import cached_property
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING

from shared import __version__, telemetry
from shared.errors import SettingError
from shared.http.edge import Delivery, Edge
from shared.http.guard import Guard
from shared.telemetry import Event

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractAsyncContextManager

    from azure.durable_functions import DurableFunctionsClient

    from shared.adapters.acs.resource import Resource
    from shared.adapters.azure.credentials import Credentials
    from shared.adapters.blob.storage import BlobStorage
    from shared.adapters.documents.intelligence import DocumentIntelligenceReader
    from shared.adapters.policies.guard import Guards
    from shared.adapters.speech.resource import SpeechResource
    from shared.adapters.supabase.functions import DirectFunctions
    from shared.adapters.supabase.repeats import SupabaseRepeats
    from shared.adapters.supabase.rest import Rest
    from shared.adapters.supabase.rows import Rows
    from shared.adapters.supabase.tokens import SupabaseTokens
    from shared.bootstrap.cloud import Cloud
    from shared.bootstrap.hiring import Hiring
    from shared.bootstrap.interviews import Interviews
    from shared.bootstrap.language import Language
    from shared.bootstrap.lifecycle import Lifecycle
    from shared.bootstrap.operations import Operations
    from shared.bootstrap.planning import Planning
    from shared.bootstrap.platform import Platform
    from shared.bootstrap.privacy import Privacy
    from shared.bootstrap.recordings import Recordings
    from shared.bootstrap.requirements import RequirementParts
    from shared.bootstrap.resumes import Resumes
    from shared.bootstrap.scoring import Scoring
    from shared.bootstrap.voice import Voice
    from shared.contracts.candidates import Education, Employment, Skill
    from shared.contracts.practice import Practice
    from shared.contracts.privacy import DeletionRequest, GivenConsent
    from shared.packs.library import PackLibrary
    from shared.ports.announcements import Announcements
    from shared.ports.avatar_relays import AvatarRelays
    from shared.ports.call_events import CallEvents
    from shared.ports.call_tokens import CallTokens
    from shared.ports.calls import Calls
    from shared.ports.clock import Clock
    from shared.ports.document_text import DocumentReader
    from shared.ports.file_screening import FileScreening
    from shared.ports.files import Files
    from shared.ports.language_model import LanguageModel
    from shared.ports.mailer import Mailer
    from shared.ports.push import Push, PushWebhook
    from shared.ports.rate_limits import RateLimits
    from shared.ports.speech import Speech, SpeechTokens
    from shared.ports.transcription import Transcriber
    from shared.ports.turns import TurnStore
    from shared.ports.uploads import Uploads
    from shared.ports.workflows import Workflows
    from shared.prompts.library import Prompts
    from shared.settings import Settings
    from shared.use_cases.applications.verbs import ApplicationVerbs
    from shared.use_cases.audit.verbs import AuditVerbs
    from shared.use_cases.authorise import Authorise
    from shared.use_cases.calls.hear_call_events import HearCallEvents
    from shared.use_cases.calls.verbs import CallVerbs
    from shared.use_cases.candidates.verbs import CandidateVerbs
    from shared.use_cases.check_readiness import CheckReadiness
    from shared.use_cases.events.handle_grid_event import HandleGridEvent
    from shared.use_cases.events.receive_grid_delivery import ReceiveGridDelivery
    from shared.use_cases.identify import Identify
    from shared.use_cases.interview.coach import Coach
    from shared.use_cases.interview.take_turn import TakeTurn
    from shared.use_cases.interview.verbs import InterviewVerbs
    from shared.use_cases.invitations.verbs import InvitationVerbs
    from shared.use_cases.job_roles.verbs import JobRoleVerbs
    from shared.use_cases.lifecycle.carry import Carry
    from shared.use_cases.lifecycle.note_sign import NoteSign
    from shared.use_cases.lifecycle.verbs import LifecycleVerbs
    from shared.use_cases.members.verbs import MemberVerbs
    from shared.use_cases.operations.verbs import OperationVerbs
    from shared.use_cases.organisations.verbs import OrganisationVerbs
    from shared.use_cases.own_rows.list_own import ListOwn
    from shared.use_cases.own_rows.verbs import OwnVerbs
    from shared.use_cases.planning.verbs import PlanningVerbs
    from shared.use_cases.privacy.verbs import ErasureVerbs
    from shared.use_cases.realtime.verbs import RealtimeVerbs
    from shared.use_cases.record_audit import RecordAudit
    from shared.use_cases.recordings.commands import RecordingCommands
    from shared.use_cases.recordings.files import RecordingFiles
    from shared.use_cases.resumes.requirement_verbs import RequirementVerbs
    from shared.use_cases.resumes.verbs import ResumeVerbs
    from shared.use_cases.retention.verbs import RetentionVerbs
    from shared.use_cases.scoring.verbs import ScoringVerbs
    from shared.use_cases.self_check import AnswerSelfCheck, CheckWorkflows
    from shared.use_cases.speech.issue_avatar_relay import IssueAvatarRelay
    from shared.use_cases.speech.issue_speech_token import IssueSpeechToken

log = telemetry.Log(__name__)

STARTED = time.monotonic()


class Services:
    """Everything the edge can ask for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.version = __version__
        _configure_telemetry(settings)

    @property
    def uptime_seconds(self) -> float:
        return time.monotonic() - STARTED

    @cached_property
    def delivery(self) -> Delivery:
        return Delivery(
            cors_origins=self.settings.http.cors_origins,
            max_body_bytes=self.settings.http.max_body_bytes,
            over_https=self.settings.app.environment.is_deployed,
        )

    @cached_property
    def clock(self) -> Clock:
        return self._platform.clock()

    @cached_property
    def credentials(self) -> Credentials:
        return self._platform.credentials()

    @cached_property
    def guards(self) -> Guards:
        return self._platform.guards()

    @cached_property
    def rest(self) -> Rest:
        return self._platform.rest()

    @cached_property
    def direct(self) -> DirectFunctions | None:
        """The direct way to the database, where one is configured."""
        return self._platform.direct()

    @cached_property
    def rows(self) -> Rows:
        """Tables and views as the caller sees them."""
        return self._platform.rows()

    @cached_property
    def tokens(self) -> SupabaseTokens:
        return self._platform.tokens()

    @cached_property
    def rate_limits(self) -> RateLimits:
        return self._platform.rate_limits()

    @cached_property
    def repeats(self) -> SupabaseRepeats:
        return self._platform.repeats()

    @cached_property
    def identify(self) -> Identify:
        return self._platform.identify()

    @cached_property
    def authorise(self) -> Authorise:
        return self._platform.authorise()

    @cached_property
    def record_audit(self) -> RecordAudit:
        return self._platform.record_audit()

    @cached_property
    def communication(self) -> Resource:
        return self._cloud.communication()

    @cached_property
    def mailer(self) -> Mailer:
        return self._cloud.mailer()

    @cached_property
    def storage(self) -> BlobStorage:
        return self._cloud.storage()

    @cached_property
    def files(self) -> Files:
        return self._cloud.files()

    @cached_property
    def documents(self) -> DocumentReader:
        """Document Intelligence where it is configured, with the embedded reader in its stead."""
        return self._cloud.documents()

    @cached_property
    def embedded_documents(self) -> DocumentReader:
        """The reader that is always there; strangers' files are opened by it first."""
        return self._cloud.embedded_documents()

    @cached_property
    def document_intelligence(self) -> DocumentIntelligenceReader | None:
        return self._cloud.document_intelligence()

    @cached_property
    def push(self) -> Push:
        return self._cloud.push()

    @cached_property
    def push_webhook(self) -> PushWebhook:
        return self._cloud.push_webhook()

    @cached_property
    def announcements(self) -> Announcements:
        """To a topic where one is configured, to nobody otherwise."""
        return self._cloud.announcements()

    @cached_property
    def calls(self) -> Calls:
        return self._voice.calls()

    @cached_property
    def call_tokens(self) -> CallTokens:
        return self._voice.call_tokens()

    @cached_property
    def call_events(self) -> CallEvents:
        return self._voice.call_events()

    @cached_property
    def call_verbs(self) -> CallVerbs:
        return self._voice.call_verbs()

    def hear_call_events(self, client: DurableFunctionsClient) -> HearCallEvents:
        return self._voice.hear_call_events(client)

    @cached_property
    def recording_files(self) -> RecordingFiles:
        return self._recordings.recording_files()

    @cached_property
    def receive_grid_delivery(self) -> ReceiveGridDelivery:
        return self._recordings.receive_grid_delivery()

    def handle_grid_event(self, client: DurableFunctionsClient) -> HandleGridEvent:
        return self._recordings.handle_grid_event(client)

    @cached_property
    def recording_commands(self) -> RecordingCommands:
        return self._voice.recording_commands()

    @cached_property
    def speech_token(self) -> IssueSpeechToken:
        return self._voice.speech_token()

    @cached_property
    def avatar_relays(self) -> AvatarRelays:
        return self._voice.avatar_relays()

    @cached_property
    def avatar_relay(self) -> IssueAvatarRelay:
        return self._voice.avatar_relay()

    @cached_property
    def speech_resource(self) -> SpeechResource:
        return self._voice.speech_resource()

    @cached_property
    def speech(self) -> Speech:
        return self._voice.speech()

    @cached_property
    def speech_tokens(self) -> SpeechTokens:
        return self._voice.speech_tokens()

    @cached_property
    def transcription(self) -> Transcriber:
        return self._voice.transcription()

    @cached_property
    def language_model(self) -> LanguageModel:
        return self._language.language_model()

    @cached_property
    def prompts(self) -> Prompts:
        return self._language.prompts()

    @cached_property
    def organisations(self) -> OrganisationVerbs:
        return self._hiring.organisations()

    @cached_property
    def members(self) -> MemberVerbs:
        return self._hiring.members()

    @cached_property
    def job_roles(self) -> JobRoleVerbs:
        return self._hiring.job_roles()

    @cached_property
    def audit(self) -> AuditVerbs:
        return self._hiring.audit()

    @cached_property
    def candidates(self) -> CandidateVerbs:
        return self._hiring.candidates()

    @cached_property
    def skills(self) -> OwnVerbs[Skill]:
        return self._hiring.skills()

    @cached_property
    def education(self) -> OwnVerbs[Education]:
        return self._hiring.education()

    @cached_property
    def employment(self) -> OwnVerbs[Employment]:
        return self._hiring.employment()

    @cached_property
    def practices(self) -> OwnVerbs[Practice]:
        return self._hiring.practices()

    @cached_property
    def deletion_requests(self) -> OwnVerbs[DeletionRequest]:
        return self._privacy.deletion_requests()

    @cached_property
    def own_consents(self) -> ListOwn[GivenConsent]:
        return self._privacy.own_consents()

    @cached_property
    def retention(self) -> RetentionVerbs:
        return self._privacy.retention()

    @cached_property
    def erasure(self) -> ErasureVerbs:
        """What carries out deletions."""
        return self._privacy.erasure()

    @cached_property
    def applications(self) -> ApplicationVerbs:
        return self._hiring.applications()

    @cached_property
    def invitations(self) -> InvitationVerbs:
        return self._hiring.invitations()

    @cached_property
    def packs(self) -> PackLibrary:
        """The question packs, read once."""
        return self._planning.packs()

    @cached_property
    def planning(self) -> PlanningVerbs:
        return self._planning.planning()

    @cached_property
    def uploads(self) -> Uploads:
        return self._resumes.uploads()

    @cached_property
    def screening(self) -> FileScreening:
        """What looks through strangers' files for harm: nobody is configured."""
        return self._resumes.screening()

    @cached_property
    def resumes(self) -> ResumeVerbs:
        return self._resumes.resumes()

    @cached_property
    def requirements(self) -> RequirementVerbs:
        return self._requirements.requirements()

    @cached_property
    def turns(self) -> TurnStore:
        """Direct where a connection is configured, over REST otherwise."""
        return self._interviews.turns()

    @cached_property
    def coach(self) -> Coach:
        return self._interviews.coach()

    @cached_property
    def take_turn(self) -> TakeTurn:
        return self._interviews.take_turn()

    @cached_property
    def interviews(self) -> InterviewVerbs:
        return self._interviews.interviews()

    @cached_property
    def realtime(self) -> RealtimeVerbs:
        return self._interviews.realtime()

    @cached_property
    def scoring(self) -> ScoringVerbs:
        return self._scoring.scoring()

    @cached_property
    def lifecycle(self) -> LifecycleVerbs:
        return self._lifecycle.verbs()

    @cached_property
    def note_sign(self) -> NoteSign:
        return self._lifecycle.note_sign()

    def carry(self, client: DurableFunctionsClient) -> Carry:
        """What hands interviews to the workflows that carry them, through the client of one invocation."""
        return self._lifecycle.carry(client)

    def workflows(self, client: DurableFunctionsClient) -> Workflows:
        """The engine, through the client of one invocation."""
        return self._operations.workflows(client)

    def lasting_workflows(self, client: DurableFunctionsClient) -> AbstractAsyncContextManager[Workflows]:
        """Likewise, for an answer that outlives the invocation."""
        return self._operations.lasting_workflows(client)

    @cached_property
    def operations(self) -> OperationVerbs:
        return self._operations.operations()

    @cached_property
    def check_readiness(self) -> CheckReadiness:
        return self._operations.check_readiness()

    def check_workflows(self, client: DurableFunctionsClient) -> CheckWorkflows:
        return self._operations.check_workflows(client)

    def answer_self_check(self, client: DurableFunctionsClient) -> AnswerSelfCheck:
        return self._operations.answer_self_check(client)

    async def close(self) -> None:
        """The end of these services: what was made is closed, latest first, as users come after the used."""
        async with AsyncExitStack() as closing:
            for made in self.__dict__.values():
                if close := getattr(made, "close", None):
                    (closing.push_async_callback if iscoroutinefunction(close) else closing.callback)(close)

    @cached_property
    def _platform(self) -> Platform:
        # a cold start waits for no part: each is loaded by the first use of it
        from shared.bootstrap.platform import Platform  # noqa: PLC0415 - as above

        return Platform(self)

    @cached_property
    def _cloud(self) -> Cloud:
        from shared.bootstrap.cloud import Cloud  # noqa: PLC0415 - as above

        return Cloud(self)

    @cached_property
    def _recordings(self) -> Recordings:
        from shared.bootstrap.recordings import Recordings  # noqa: PLC0415 - as above

        return Recordings(self)

    @cached_property
    def _voice(self) -> Voice:
        from shared.bootstrap.voice import Voice  # noqa: PLC0415 - as above

        return Voice(self)

    @cached_property
    def _language(self) -> Language:
        from shared.bootstrap.language import Language  # noqa: PLC0415 - as above

        return Language(self)

    @cached_property
    def _hiring(self) -> Hiring:
        from shared.bootstrap.hiring import Hiring  # noqa: PLC0415 - as above

        return Hiring(self)

    @cached_property
    def _planning(self) -> Planning:
        from shared.bootstrap.planning import Planning  # noqa: PLC0415 - as above

        return Planning(self)

    @cached_property
    def _requirements(self) -> RequirementParts:
        from shared.bootstrap.requirements import RequirementParts  # noqa: PLC0415 - as above

        return RequirementParts(self)

    @cached_property
    def _resumes(self) -> Resumes:
        from shared.bootstrap.resumes import Resumes  # noqa: PLC0415 - as above

        return Resumes(self)

    @cached_property
    def _interviews(self) -> Interviews:
        from shared.bootstrap.interviews import Interviews  # noqa: PLC0415 - as above

        return Interviews(self)

    @cached_property
    def _scoring(self) -> Scoring:
        from shared.bootstrap.scoring import Scoring  # noqa: PLC0415 - as above

        return Scoring(self)

    @cached_property
    def _lifecycle(self) -> Lifecycle:
        from shared.bootstrap.lifecycle import Lifecycle  # noqa: PLC0415 - as above

        return Lifecycle(self)

    @cached_property
    def _privacy(self) -> Privacy:
        from shared.bootstrap.privacy import Privacy  # noqa: PLC0415 - as above

        return Privacy(self)

    @cached_property
    def _operations(self) -> Operations:
        from shared.bootstrap.operations import Operations  # noqa: PLC0415 - as above

        return Operations(self)


def _configure_telemetry(settings: Settings) -> None:
    try:
        app = settings.app
    except SettingError as error:
        telemetry.configure(level="INFO", for_humans=False)
        log.failure(Event.SETTING_REFUSED, error=error)
        return
    telemetry.configure(level=app.log_level, for_humans=not app.environment.is_deployed)
    if app.otlp_endpoint:
        telemetry.export_to(app.otlp_endpoint, _pairs(app.otlp_headers.reveal()), _resource(settings))


def _resource(settings: Settings) -> dict[str, str]:
    return {
        "service.name": "talenti-interviews",
        "service.version": __version__,
        "deployment.environment.name": settings.app.environment,
    }


def _export_to_insights() -> None:
    """A second of loading, which is why it is done beside the first requests and not before them."""
    settings = services().settings
    insights = settings.app.insights.reveal()
    if insights and not settings.app.otlp_endpoint:
        from shared.adapters.azure.insights import export_to_insights  # noqa: PLC0415 - only where it is used

        export_to_insights(insights, _resource(settings))


def _pairs(text: str) -> dict[str, str]:
    return dict(part.strip().split("=", 1) for part in text.split(",") if "=" in part)


_current: list[Services] = []


def services() -> Services:
    """The services of this process."""
    if not _current:
        from shared.settings import Settings  # noqa: PLC0415 - a cold start reads none

        _current.append(Services(Settings.from_environment()))
    return _current[-1]


@contextmanager
def override(replacement: Services) -> Iterator[Services]:
    """Use these instead until the block ends."""
    _current.append(replacement)
    try:
        yield replacement
    finally:
        _current.remove(replacement)


def _warm_up() -> None:
    from shared.bootstrap import warm_up  # noqa: PLC0415 - after the first answer

    warm_up.begin(_export_to_insights)


edge = Edge(
    delivery=lambda: services().delivery,
    guard=Guard(tokens=lambda: services().tokens, rate_limits=lambda: services().rate_limits),
    repeats=lambda: services().repeats,
    warm_up=_warm_up,
)
