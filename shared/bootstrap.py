"""Settings become services here: the only place that knows every adapter.

Nothing is built while the app is indexed. A service is made at its first use and kept for the
life of the process; a test puts its own in with `override`.
"""

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from inspect import iscoroutinefunction

from azure.durable_functions import DurableFunctionsClient

from shared import __version__, telemetry
from shared.adapters.acs.call_events import AcsCallEvents
from shared.adapters.acs.call_tokens import AcsCallTokens
from shared.adapters.acs.callback_keys import CallbackKeys
from shared.adapters.acs.calls import AcsCalls, Switchboard
from shared.adapters.acs.mailer import AcsMailer
from shared.adapters.acs.resource import Resource
from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.adapters.blob.files import BlobFiles
from shared.adapters.blob.storage import BlobStorage
from shared.adapters.clock.system import SystemClock
from shared.adapters.documents.embedded import EmbeddedReader
from shared.adapters.documents.fallback import DocumentReaderWithFallback
from shared.adapters.documents.intelligence import DocumentIntelligenceReader
from shared.adapters.durable.workflows import DurableWorkflows
from shared.adapters.event_grid.announcements import EventGridAnnouncements, NoAnnouncements
from shared.adapters.memory.rate_limits import MemoryRateLimits, RateLimitsWithFallback
from shared.adapters.openai.faults import openai_fault
from shared.adapters.openai.language_model import Deployments, OpenAILanguageModel
from shared.adapters.policies.guard import Guards
from shared.adapters.policies.table import configured
from shared.adapters.pubsub.push import WebPubSub
from shared.adapters.pubsub.webhook import WebPubSubWebhook
from shared.adapters.speech.native import speech_fault
from shared.adapters.speech.resource import SpeechResource
from shared.adapters.speech.speech import AzureSpeech
from shared.adapters.speech.tokens import AzureSpeechTokens
from shared.adapters.speech.transcription import AzureTranscriber
from shared.adapters.supabase.accounts import SupabaseAccounts
from shared.adapters.supabase.applications import SupabaseApplications
from shared.adapters.supabase.audit import SupabaseAuditTrail
from shared.adapters.supabase.audit_log import SupabaseAuditLog
from shared.adapters.supabase.candidates import SupabaseCandidates
from shared.adapters.supabase.functions import DirectFunctions, RestFunctions
from shared.adapters.supabase.interviews import SupabaseInterviews
from shared.adapters.supabase.invitations import SupabaseInvitationLetters, SupabaseInvitations
from shared.adapters.supabase.job_roles import SupabaseJobRoles
from shared.adapters.supabase.members import SupabaseMembers
from shared.adapters.supabase.memberships import SupabaseMemberships
from shared.adapters.supabase.organisations import SupabaseOrganisations
from shared.adapters.supabase.own_rows import SupabaseOwnRows
from shared.adapters.supabase.ownership import SupabaseOwnership
from shared.adapters.supabase.paced_mailer import PacedMailer
from shared.adapters.supabase.rate_limits import SupabaseRateLimits
from shared.adapters.supabase.repeats import SupabaseRepeats
from shared.adapters.supabase.rest import Rest
from shared.adapters.supabase.role_questions import SupabaseRoleQuestions
from shared.adapters.supabase.rows import Rows
from shared.adapters.supabase.tokens import KeySet, SupabaseTokens
from shared.adapters.supabase.turns import SupabaseTurns
from shared.contracts.candidates import Education, Employment, Skill
from shared.contracts.practice import Practice
from shared.domain.breaker import BreakerStats
from shared.domain.files import Store
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.errors import SettingError
from shared.http.edge import Delivery, Edge
from shared.http.guard import Guard
from shared.http.problem import describe
from shared.packs.library import PackLibrary
from shared.ports.announcements import Announcements
from shared.ports.call_events import CallEvents
from shared.ports.call_tokens import CallTokens
from shared.ports.calls import Calls
from shared.ports.document_text import DocumentReader
from shared.ports.files import Files
from shared.ports.health import Dependency
from shared.ports.language_model import LanguageModel
from shared.ports.mailer import Mailer
from shared.ports.push import Push, PushWebhook
from shared.ports.rate_limits import RateLimits
from shared.ports.speech import Speech, SpeechTokens
from shared.ports.transcription import Transcriber
from shared.ports.turns import TurnStore
from shared.ports.workflows import Workflows
from shared.prompts.library import Prompts
from shared.settings import Settings
from shared.telemetry import Event
from shared.use_cases.applications.verbs import ApplicationVerbs
from shared.use_cases.audit.verbs import AuditVerbs
from shared.use_cases.authorise import Authorise
from shared.use_cases.candidates.verbs import CandidateVerbs
from shared.use_cases.check_readiness import CheckReadiness
from shared.use_cases.choose_organisation import ChooseOrganisation
from shared.use_cases.identify import Identify
from shared.use_cases.interview.coach import Coach
from shared.use_cases.interview.take_turn import TakeTurn
from shared.use_cases.interview.verbs import InterviewVerbs
from shared.use_cases.invitations.verbs import InvitationVerbs, Post
from shared.use_cases.job_roles.verbs import JobRoleVerbs
from shared.use_cases.members.verbs import MemberVerbs
from shared.use_cases.organisations.verbs import OrganisationVerbs
from shared.use_cases.own_rows.verbs import OwnVerbs
from shared.use_cases.planning.verbs import PlanningVerbs
from shared.use_cases.realtime.verbs import RealtimeVerbs
from shared.use_cases.record_audit import RecordAudit
from shared.use_cases.self_check import AnswerSelfCheck, CheckWorkflows

log = telemetry.Log(__name__)

STARTED = time.monotonic()


@dataclass(frozen=True, slots=True)
class Check:
    """A dependency that is made when it is first asked, so that a wrong setting is one unhealthy line."""

    name: str
    ping: Callable[[], Awaitable[None]]


class Services:
    """Everything the edge can ask for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.version = __version__
        self.clock = SystemClock()
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
    def credentials(self) -> Credentials:
        return Credentials()

    @cached_property
    def guards(self) -> Guards:
        settings = self.settings.policies
        table = configured(settings.attempts, settings.failures, settings.open_seconds, settings.probes)
        return Guards(self.clock, table)

    @cached_property
    def language_model(self) -> LanguageModel:
        settings = self.settings.language
        return OpenAILanguageModel(
            settings.endpoint,
            Deployments(settings.large_deployment, settings.small_deployment, settings.embedding_deployment),
            self.credentials.bearer(settings.key),
            self.guards.of("language_model", openai_fault),
        )

    @cached_property
    def storage(self) -> BlobStorage:
        settings = self.settings.storage
        return BlobStorage(settings.blob_service_url, self.credentials, self.settings.http.cors_origins)

    @cached_property
    def files(self) -> Files:
        return BlobFiles(self.storage, self.guards.of("storage", azure_fault), self.clock)

    @cached_property
    def communication(self) -> Resource:
        return Resource.parse(self.settings.communication.connection, self.credentials)

    @cached_property
    def calls(self) -> Calls:
        settings = self.settings
        region = settings.speech.region
        switchboard = Switchboard(
            callback_url=f"{settings.addresses.api}/api/v1/webhooks/call-automation",
            speech_endpoint=settings.speech.endpoint or f"https://{region}.api.cognitive.microsoft.com",
            recordings_url=f"{settings.storage.blob_service_url}/{Store.RECORDINGS}",
            own_number=settings.communication.phone_number,
        )
        return AcsCalls(self.communication, switchboard, self.guards.of("calls", azure_fault))

    @cached_property
    def call_tokens(self) -> CallTokens:
        return AcsCallTokens(self.communication, self.guards.of("call_tokens", azure_fault))

    @cached_property
    def call_events(self) -> CallEvents:
        settings = self.settings.communication
        keys = KeySet(CallbackKeys(settings.callback_keys_url, self.guards).fetch, self.clock)
        return AcsCallEvents(keys, settings.callback_issuer, settings.audience)

    @cached_property
    def mailer(self) -> Mailer:
        sender = self.settings.communication.sender_address
        return AcsMailer(self.communication, sender, self.guards.of("mail", azure_fault))

    @cached_property
    def speech_resource(self) -> SpeechResource:
        settings = self.settings.speech
        return SpeechResource(
            settings.region, settings.endpoint, settings.key, settings.resource_id, self.credentials
        )

    @cached_property
    def speech(self) -> Speech:
        return AzureSpeech(self.speech_resource, self.guards.of("speech", speech_fault))

    @cached_property
    def speech_tokens(self) -> SpeechTokens:
        return AzureSpeechTokens(self.speech_resource, self.guards.of("speech", azure_fault), self.clock)

    @cached_property
    def transcription(self) -> Transcriber:
        guarded = self.guards.of("transcription", azure_fault)
        return AzureTranscriber(self.speech_resource, self.credentials, guarded)

    @cached_property
    def documents(self) -> DocumentReader:
        """Document Intelligence where it is configured, with the embedded reader in its stead."""
        embedded = EmbeddedReader()
        if self.document_intelligence is None:
            return embedded
        return DocumentReaderWithFallback(self.document_intelligence, embedded)

    @cached_property
    def document_intelligence(self) -> DocumentIntelligenceReader | None:
        settings = self.settings.documents
        if settings.endpoint is None:
            return None
        guarded = self.guards.of("documents", azure_fault)
        return DocumentIntelligenceReader(settings.endpoint, settings.key, self.credentials, guarded)

    @cached_property
    def push(self) -> Push:
        settings = self.settings.push
        guarded = self.guards.of("push", azure_fault)
        return WebPubSub(settings.endpoint, settings.hub, settings.key, self.credentials, guarded, self.clock)

    @cached_property
    def push_webhook(self) -> PushWebhook:
        settings = self.settings.push
        return WebPubSubWebhook(settings.endpoint, settings.hub, settings.key, settings.webhook_secret)

    @cached_property
    def announcements(self) -> Announcements:
        """To a topic where one is configured, to nobody otherwise."""
        settings, source = self.settings.events, self.settings.addresses.api
        if settings.endpoint is None:
            return NoAnnouncements()
        guarded = self.guards.of("events", azure_fault)
        return EventGridAnnouncements(settings.endpoint, source, settings.key, self.credentials, guarded)

    @cached_property
    def rest(self) -> Rest:
        settings = self.settings.supabase
        return Rest(settings.url, settings.public_key, settings.service_key)

    @cached_property
    def tokens(self) -> SupabaseTokens:
        settings = self.settings.supabase
        keys = KeySet(self.rest.read_keys, self.clock)
        return SupabaseTokens(keys, f"{settings.url}/auth/v1", settings.legacy_jwt_secret.reveal() or None)

    @cached_property
    def rate_limits(self) -> RateLimits:
        shared = SupabaseRateLimits(RestFunctions(self.rest))
        return RateLimitsWithFallback(shared, MemoryRateLimits(self.clock))

    @cached_property
    def turns(self) -> TurnStore:
        """Direct where a connection is configured, over REST otherwise."""
        return SupabaseTurns(self.direct or RestFunctions(self.rest))

    @cached_property
    def direct(self) -> DirectFunctions | None:
        """The direct way to the database, where one is configured."""
        url = self.settings.supabase.turns_url.reveal()
        return DirectFunctions(url) if url else None

    @cached_property
    def repeats(self) -> SupabaseRepeats:
        return SupabaseRepeats(RestFunctions(self.rest))

    @cached_property
    def rows(self) -> Rows:
        """Tables and views as the caller sees them."""
        return Rows(self.rest)

    @cached_property
    def authorise(self) -> Authorise:
        return Authorise(SupabaseOwnership(RestFunctions(self.rest)), self.record_audit)

    @cached_property
    def record_audit(self) -> RecordAudit:
        return RecordAudit(SupabaseAuditTrail(RestFunctions(self.rest)))

    @cached_property
    def identify(self) -> Identify:
        return Identify(SupabaseMemberships(self.rest))

    @cached_property
    def organisations(self) -> OrganisationVerbs:
        organisations = SupabaseOrganisations(self.rows, RestFunctions(self.rest))
        return OrganisationVerbs.over(organisations, self.authorise)

    @cached_property
    def members(self) -> MemberVerbs:
        return MemberVerbs.over(SupabaseMembers(self.rows, RestFunctions(self.rest)), self.authorise)

    @cached_property
    def packs(self) -> PackLibrary:
        """The question packs, read once."""
        return PackLibrary()

    @cached_property
    def job_roles(self) -> JobRoleVerbs:
        job_roles = SupabaseJobRoles(self.rows, RestFunctions(self.rest))
        return JobRoleVerbs.over(job_roles, self.packs, self.identify, self.authorise)

    @cached_property
    def audit(self) -> AuditVerbs:
        choose = ChooseOrganisation(self.authorise, self.identify)
        return AuditVerbs.over(SupabaseAuditLog(self.rows), choose, self.record_audit, self.clock)

    @cached_property
    def candidates(self) -> CandidateVerbs:
        return CandidateVerbs.over(
            SupabaseCandidates(self.rows, RestFunctions(self.rest)),
            self.skills.list,
            self.education.list,
            self.employment.list,
            self.authorise,
        )

    @cached_property
    def skills(self) -> OwnVerbs[Skill]:
        rows = SupabaseOwnRows(self.rows, "candidate_skills", Skill)
        return OwnVerbs.over(rows, self.authorise, Kind.SKILL, Permission.PROFILE_WRITE)

    @cached_property
    def education(self) -> OwnVerbs[Education]:
        rows = SupabaseOwnRows(self.rows, "education", Education)
        return OwnVerbs.over(rows, self.authorise, Kind.EDUCATION, Permission.PROFILE_WRITE)

    @cached_property
    def employment(self) -> OwnVerbs[Employment]:
        rows = SupabaseOwnRows(self.rows, "employment_history", Employment)
        return OwnVerbs.over(rows, self.authorise, Kind.EMPLOYMENT, Permission.PROFILE_WRITE)

    @cached_property
    def practices(self) -> OwnVerbs[Practice]:
        rows = SupabaseOwnRows(self.rows, "practice_interviews", Practice)
        return OwnVerbs.over(rows, self.authorise, Kind.PRACTICE_INTERVIEW, Permission.PRACTICE)

    @cached_property
    def applications(self) -> ApplicationVerbs:
        functions = RestFunctions(self.rest)
        return ApplicationVerbs.over(
            SupabaseApplications(self.rows, functions),
            SupabaseCandidates(self.rows, functions),
            self.identify,
            self.authorise,
        )

    @cached_property
    def invitations(self) -> InvitationVerbs:
        functions = RestFunctions(self.rest)
        mailer = PacedMailer(self.mailer, functions)
        return InvitationVerbs.over(
            SupabaseInvitations(self.rows, functions),
            Post(SupabaseInvitationLetters(functions), mailer, self.settings.addresses.frontend),
            SupabaseAccounts(self.rest),
            self.planning.plan_interview,
            self.authorise,
            self.record_audit,
            self.clock,
        )

    @cached_property
    def prompts(self) -> Prompts:
        return Prompts()

    @cached_property
    def planning(self) -> PlanningVerbs:
        return PlanningVerbs.over(
            SupabaseRoleQuestions(RestFunctions(self.rest)),
            self.packs,
            self.language_model,
            self.prompts,
            self.authorise,
            self.identify,
        )

    @cached_property
    def coach(self) -> Coach:
        return Coach(SupabaseInterviews(RestFunctions(self.rest)), self.language_model, self.prompts)

    @cached_property
    def take_turn(self) -> TakeTurn:
        return TakeTurn(self.turns, self.language_model, self.prompts, self.clock, practice_ended=self.coach)

    @cached_property
    def interviews(self) -> InterviewVerbs:
        return InterviewVerbs.over(
            SupabaseInterviews(RestFunctions(self.rest)),
            self.authorise,
            self.prompts,
            self.planning.plan_interview,
            self.coach,
        )

    @cached_property
    def realtime(self) -> RealtimeVerbs:
        return RealtimeVerbs.over(self.push, self.push_webhook, self.authorise, self.take_turn, describe)

    def workflows(self, client: DurableFunctionsClient) -> Workflows:
        """The engine, through the client of one invocation."""
        return DurableWorkflows(client)

    @cached_property
    def check_readiness(self) -> CheckReadiness:
        return CheckReadiness(self._dependencies(), self.clock, self._breakers)

    def check_workflows(self, client: DurableFunctionsClient) -> CheckWorkflows:
        return CheckWorkflows(DurableWorkflows(client), self.clock)

    def answer_self_check(self, client: DurableFunctionsClient) -> AnswerSelfCheck:
        return AnswerSelfCheck(DurableWorkflows(client))

    async def close(self) -> None:
        """The end of these services: what was made is closed, latest first, as users come after the used."""
        async with AsyncExitStack() as closing:
            for made in self.__dict__.values():
                if close := getattr(made, "close", None):
                    (closing.push_async_callback if iscoroutinefunction(close) else closing.callback)(close)

    def _breakers(self) -> Mapping[str, BreakerStats]:
        try:
            return self.guards.stats()
        except SettingError:
            return {}  # the check of the settings tells it

    def _dependencies(self) -> list[Dependency]:
        async def ping_settings() -> None:
            self.settings.check()

        async def ping_storage() -> None:
            await self.storage.ping()

        async def ping_database() -> None:
            await self.rest.ping_as_service()
            if self.direct:
                await self.direct.ping()

        return [
            Check("settings", ping_settings),
            Check("database", ping_database),
            Check("storage", ping_storage),
        ]


def _configure_telemetry(settings: Settings) -> None:
    try:
        app = settings.app
    except SettingError as error:
        telemetry.configure(level="INFO", for_humans=False)
        log.failure(Event.SETTING_REFUSED, error=error)
        return
    telemetry.configure(level=app.log_level, for_humans=not app.environment.is_deployed)
    if app.otlp_endpoint:
        resource = {
            "service.name": "talenti-interviews",
            "service.version": __version__,
            "deployment.environment.name": app.environment,
        }
        telemetry.export_to(app.otlp_endpoint, _pairs(app.otlp_headers.reveal()), resource)


def _pairs(text: str) -> dict[str, str]:
    return dict(part.strip().split("=", 1) for part in text.split(",") if "=" in part)


_current: list[Services] = []


def services() -> Services:
    """The services of this process."""
    if not _current:
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


edge = Edge(
    delivery=lambda: services().delivery,
    guard=Guard(tokens=lambda: services().tokens, rate_limits=lambda: services().rate_limits),
    repeats=lambda: services().repeats,
)
