"""Every setting of the app: one frozen tree, read from the environment, a section at its first use.

A wrong value breaks what needs it, with one sentence that names it, and nothing else: the app
still loads, and health still answers. `local.settings.sample.json` holds each name with its
`local` value; a test keeps the two equal.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Self, get_type_hints

from shared.domain.secret import Secret as Secret  # noqa: PLC0414 - settings are made of it
from shared.errors import SettingError


class Environment(StrEnum):
    LOCAL = "local"
    TEST = "test"
    STAGING = "staging"
    PRODUCTION = "production"

    @property
    def is_deployed(self) -> bool:
        return self in {Environment.STAGING, Environment.PRODUCTION}


ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?", re.ASCII)


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(part.strip() for part in text.split(",") if part.strip())
    if wrong := next((origin for origin in origins if not ORIGIN.fullmatch(origin)), None):
        raise ValueError(f"a list of origins such as https://app.example.com, and {wrong[:80]!r} is none")
    return origins


def _environment(text: str) -> Environment:
    if text not in set(Environment):
        raise ValueError(f"one of {', '.join(Environment)}")
    return Environment(text)


def _level(text: str) -> str:
    if text.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("one of DEBUG, INFO, WARNING, ERROR")
    return text.upper()


def _bytes(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ValueError("a whole number of bytes above zero")
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 3600:
        raise ValueError("a whole number from 1 to 3600")
    return int(text)


def _odd(text: str) -> int:
    if text not in {"1", "3", "5", "7", "9"}:
        raise ValueError("one of 1, 3, 5, 7 and 9, so that there is a middle")
    return int(text)


def _switch(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError("true or false")
    return text == "true"


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", text):
        raise ValueError("a URL that begins with http:// or https://")
    return text.rstrip("/")


def _secret(text: str) -> Secret:
    if not text:
        raise ValueError("a key, and it is empty")
    return Secret(text)


def _optional_url(text: str) -> str | None:
    return _url(text) if text else None


def _name(text: str) -> str:
    if not text or any(letter.isspace() for letter in text):
        raise ValueError("a name without blanks")
    return text


def _connection(text: str) -> Secret:
    if not re.match(r"endpoint=https?://[^\s;]+[^/;](;|$)", text):
        raise ValueError("endpoint=https://...;accesskey=..., with no slash after the address")
    return Secret(text)


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable: its name, what it means, the value that works on a laptop."""

    name: str
    meaning: str
    local: str
    parse: Callable[[str], Any]
    default: str | None = None  # for those that may be absent in Azure

    def read(self, environ: Mapping[str, str]) -> Any:  # noqa: ANN401 - each field has its own type
        text = environ.get(self.name, self.default)
        if text is None:
            raise SettingError(f"The setting {self.name} is missing: {self.meaning}.")
        try:
            return self.parse(text.strip())
        except ValueError as error:
            raise SettingError(f"The setting {self.name} is malformed: it must be {error}.") from None


@dataclass(frozen=True, slots=True)
class AppSettings:
    environment: Annotated[
        Environment,
        Variable("ENVIRONMENT", "which installation this is", local="local", parse=_environment),
    ]
    log_level: Annotated[
        str,
        Variable("LOG_LEVEL", "how much is logged", local="INFO", parse=_level, default="INFO"),
    ]
    otlp_endpoint: Annotated[
        str | None,
        Variable(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "the collector that takes traces and metrics; empty for none",
            local="",
            parse=_optional_url,
            default="",
        ),
    ]
    otlp_headers: Annotated[
        Secret,
        Variable(
            "OTEL_EXPORTER_OTLP_HEADERS",
            "what the collector asks as proof, as name=value pairs with commas between",
            local="",
            parse=Secret,
            default="",
        ),
    ]
    insights: Annotated[
        Secret,
        Variable(
            "APPLICATIONINSIGHTS_CONNECTION_STRING",
            "the Application Insights that take traces and metrics, by identity; empty for none",
            local="",
            parse=Secret,
            default="",
        ),
    ]


@dataclass(frozen=True, slots=True)
class HttpSettings:
    cors_origins: Annotated[
        tuple[str, ...],
        Variable(
            "CORS_ALLOWED_ORIGINS",
            "the origins of the web frontends, with commas between",
            local="http://localhost:5173,http://localhost:8080",
            parse=_origins,
        ),
    ]
    max_body_bytes: Annotated[
        int,
        Variable(
            "HTTP_MAX_BODY_BYTES",
            "the largest body an ordinary endpoint takes",
            local="1048576",
            parse=_bytes,
            default="1048576",
        ),
    ]


@dataclass(frozen=True, slots=True)
class StorageSettings:
    blob_service_url: Annotated[
        str,
        Variable(
            "BLOB_SERVICE_URL",
            "the Blob service of our own containers; a key is used on loopback only, identity elsewhere",
            local="http://127.0.0.1:10000/devstoreaccount1",
            parse=_url,
        ),
    ]


@dataclass(frozen=True, slots=True)
class SupabaseSettings:
    url: Annotated[
        str,
        Variable(
            "SUPABASE_URL", "the Supabase project: database and identity", "http://127.0.0.1:54321", _url
        ),
    ]
    public_key: Annotated[
        str,
        Variable(
            "SUPABASE_ANON_KEY",
            "the publishable key, which opens nothing by itself",
            local="sb_publishable_local_development",
            parse=str,
        ),
    ]
    service_key: Annotated[
        Secret,
        Variable(
            "SUPABASE_SERVICE_ROLE_KEY",
            "the secret key, which passes row-level security",
            local="sb_secret_local_development",
            parse=_secret,
        ),
    ]
    legacy_jwt_secret: Annotated[
        Secret,
        Variable(
            "SUPABASE_JWT_SECRET",
            "the secret of a project that still signs tokens with it; empty for none",
            local="",
            parse=Secret,
            default="",
        ),
    ]
    turns_url: Annotated[
        Secret,
        Variable(
            "SUPABASE_DB_URL",
            "a direct or pooled connection for talk turns; empty to use REST",
            local="",
            parse=Secret,
            default="",
        ),
    ]


@dataclass(frozen=True, slots=True)
class LanguageSettings:
    endpoint: Annotated[
        str,
        Variable(
            "AZURE_OPENAI_ENDPOINT",
            "the language model: an Azure OpenAI resource, or any server that speaks its v1 interface",
            local="http://127.0.0.1:8090",
            parse=_url,
        ),
    ]
    key: Annotated[
        Secret,
        Variable(
            "AZURE_OPENAI_API_KEY",
            "its key; empty to use managed identity",
            local="local-openai-key",
            parse=Secret,
            default="",
        ),
    ]
    large_deployment: Annotated[
        str,
        Variable("AZURE_OPENAI_DEPLOYMENT", "the model that interviews and rates", "gpt-4o", _name, "gpt-4o"),
    ]
    small_deployment: Annotated[
        str,
        Variable(
            "AZURE_OPENAI_SMALL_DEPLOYMENT",
            "the model that reads and sorts",
            "gpt-4o-mini",
            _name,
            "gpt-4o-mini",
        ),
    ]
    embedding_deployment: Annotated[
        str,
        Variable(
            "AZURE_OPENAI_EMBEDDING_DEPLOYMENT",
            "the model that makes vectors",
            "text-embedding-3-small",
            _name,
            "text-embedding-3-small",
        ),
    ]


@dataclass(frozen=True, slots=True)
class SpeechSettings:
    endpoint: Annotated[
        str | None,
        Variable(
            "AZURE_SPEECH_ENDPOINT",
            "the Speech resource; empty for the public address of the region",
            local="http://127.0.0.1:8090",
            parse=_optional_url,
            default="",
        ),
    ]
    key: Annotated[
        Secret,
        Variable(
            "AZURE_SPEECH_KEY",
            "its key; empty to use managed identity",
            local="local-speech-key",
            parse=Secret,
            default="",
        ),
    ]
    region: Annotated[
        str,
        Variable("AZURE_SPEECH_REGION", "where speech is processed", "australiaeast", _name, "australiaeast"),
    ]
    resource_id: Annotated[
        str,
        Variable(
            "AZURE_SPEECH_RESOURCE_ID",
            "the id of the resource, which tokens of an identity name; empty with a key",
            local="",
            parse=str,
            default="",
        ),
    ]
    avatar: Annotated[
        bool,
        Variable(
            "AZURE_SPEECH_AVATAR",
            "`true` to show the avatar, which the service charges for",
            local="true",
            parse=_switch,
            default="false",
        ),
    ]


@dataclass(frozen=True, slots=True)
class CommunicationSettings:
    connection: Annotated[
        Secret,
        Variable(
            "ACS_CONNECTION_STRING",
            "Communication Services, as endpoint=...;accesskey=...; without a key managed identity is used",
            local="endpoint=http://127.0.0.1:8090;accesskey=bG9jYWwtYWNzLWtleQ==",
            parse=_connection,
        ),
    ]
    audience: Annotated[
        str,
        Variable(
            "ACS_RESOURCE_ID",
            "the immutable id of the resource, which signed callbacks name as their audience",
            local="00000000-0000-4000-8000-00000000ac50",
            parse=_name,
        ),
    ]
    callback_issuer: Annotated[
        str,
        Variable(
            "ACS_CALLBACK_ISSUER",
            "who signs callbacks of calls",
            local="https://acscallautomation.communication.azure.com",
            parse=_url,
            default="https://acscallautomation.communication.azure.com",
        ),
    ]
    callback_keys_url: Annotated[
        str,
        Variable(
            "ACS_CALLBACK_KEYS_URL",
            "the public keys of that signature",
            local="http://127.0.0.1:8090/calling/keys",
            parse=_url,
            default="https://acscallautomation.communication.azure.com/calling/keys",
        ),
    ]
    phone_number: Annotated[
        str,
        Variable(
            "ACS_PHONE_NUMBER", "the number that calls come from; empty for none", "+61255500100", str, ""
        ),
    ]
    sender_address: Annotated[
        str,
        Variable(
            "MAIL_SENDER_ADDRESS",
            "the address that letters come from",
            local="no-reply@talenti.example.org",
            parse=_name,
        ),
    ]


@dataclass(frozen=True, slots=True)
class DocumentSettings:
    endpoint: Annotated[
        str | None,
        Variable(
            "AZURE_DOCUMENT_INTELLIGENCE_ENDPOINT",
            "the reader of documents; empty for the embedded one",
            local="http://127.0.0.1:8090",
            parse=_optional_url,
            default="",
        ),
    ]
    key: Annotated[
        Secret,
        Variable(
            "AZURE_DOCUMENT_INTELLIGENCE_KEY",
            "its key; empty to use managed identity",
            local="local-documents-key",
            parse=Secret,
            default="",
        ),
    ]


@dataclass(frozen=True, slots=True)
class PushSettings:
    endpoint: Annotated[
        str,
        Variable(
            "WEB_PUBSUB_ENDPOINT",
            "Web PubSub, which holds the sockets of browsers",
            local="http://127.0.0.1:8090",
            parse=_url,
        ),
    ]
    key: Annotated[
        Secret,
        Variable(
            "WEB_PUBSUB_ACCESS_KEY",
            "its access key; empty to use managed identity. Signatures of its webhooks are made with it too",
            local="bG9jYWwtd2ViLXB1YnN1Yi1hY2Nlc3Mta2V5LW9mLTMyLWJ5dGVz",
            parse=Secret,
            default="",
        ),
    ]
    webhook_secret: Annotated[
        Secret,
        Variable(
            "WEB_PUBSUB_WEBHOOK_SECRET",
            "what the address of its webhook ends with, as its signature covers no body",
            local="local-webhook-secret",
            parse=_secret,
        ),
    ]
    hub: Annotated[
        str,
        Variable("WEB_PUBSUB_HUB", "the hub of our sockets", "interviews", _name, "interviews"),
    ]


@dataclass(frozen=True, slots=True)
class EventSettings:
    endpoint: Annotated[
        str | None,
        Variable(
            "EVENT_GRID_TOPIC_ENDPOINT",
            "the topic that tells integrators what happened; empty for none",
            local="http://127.0.0.1:8090/api/events",
            parse=_optional_url,
            default="",
        ),
    ]
    key: Annotated[
        Secret,
        Variable(
            "EVENT_GRID_TOPIC_KEY",
            "its key; empty to use managed identity",
            local="bG9jYWwtZXZlbnQtZ3JpZC1rZXk=",
            parse=Secret,
            default="",
        ),
    ]
    webhook_key: Annotated[
        Secret,
        Variable(
            "EVENT_GRID_WEBHOOK_KEY",
            "what the address of our webhook for events ends with; empty to take events by the trigger only",
            local="local-webhook-secret",
            parse=Secret,
            default="",
        ),
    ]


@dataclass(frozen=True, slots=True)
class AddressSettings:
    frontend: Annotated[
        str,
        Variable(
            "FRONTEND_URL", "the web frontend, which links in letters lead to", "http://localhost:5173", _url
        ),
    ]
    api: Annotated[
        str,
        Variable(
            "PUBLIC_API_URL",
            "this app as services of the cloud reach it with their callbacks",
            local="http://127.0.0.1:7071",
            parse=_url,
        ),
    ]


@dataclass(frozen=True, slots=True)
class PolicySettings:
    attempts: Annotated[
        int,
        Variable("RETRY_ATTEMPTS", "how often a service of the cloud is asked in all", "3", _count, "3"),
    ]
    failures: Annotated[
        int,
        Variable(
            "BREAKER_FAILURES",
            "after how many failures in a row a service is left alone",
            "5",
            _count,
            "5",
        ),
    ]
    open_seconds: Annotated[
        int,
        Variable("BREAKER_OPEN_SECONDS", "for how many seconds it is left alone", "30", _count, "30"),
    ]
    probes: Annotated[
        int,
        Variable("BREAKER_PROBES", "how many good calls show that it is well again", "3", _count, "3"),
    ]


@dataclass(frozen=True, slots=True)
class ScoringSettings:
    passes: Annotated[
        int,
        Variable("SCORING_PASSES", "how often each dimension of a rubric is read", "3", _odd, "3"),
    ]
    at_once: Annotated[
        int,
        Variable(
            "SCORING_CONCURRENCY",
            "how many calls of the model one score run makes at a time",
            "24",
            _count,
            "24",
        ),
    ]


SECTIONS: tuple[type, ...] = (
    AppSettings,
    HttpSettings,
    StorageSettings,
    SupabaseSettings,
    LanguageSettings,
    SpeechSettings,
    CommunicationSettings,
    DocumentSettings,
    PushSettings,
    EventSettings,
    AddressSettings,
    PolicySettings,
    ScoringSettings,
)

PLATFORM = {
    # read by the Functions host, not by our code
    "AzureWebJobsStorage": "UseDevelopmentStorage=true",
    "FUNCTIONS_WORKER_RUNTIME": "python",
    "TASKHUB_NAME": "TalentiLocal",
    "DURABLE_TASK_SCHEDULER_CONNECTION_STRING": "Endpoint=http://localhost:8080;Authentication=None",
    # nobody needs a scheduler for `func start`: it keeps workflows in the storage emulator
    "AzureFunctionsJobHost__extensions__durableTask__storageProvider__type": "AzureStorage",
    "AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName": (
        "AzureWebJobsStorage"
    ),
}


# what a process cannot start without on some systems
NEEDED_TO_START = ("LD_LIBRARY_PATH", "SYSTEMROOT")


def environment_of_a_child() -> dict[str, str]:
    """All that a process of ours inherits: no setting, hence no secret."""
    return {name: os.environ[name] for name in NEEDED_TO_START if name in os.environ}


def variables_of(section: type) -> dict[str, Variable]:
    """The variable behind each field of a section."""
    hints = get_type_hints(section, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items()}


def variables() -> dict[str, Variable]:
    """Every variable our code reads, by its name in the environment."""
    return {each.name: each for section in SECTIONS for each in variables_of(section).values()}


class Settings:
    """The tree. Each section is read, checked and kept at its first use."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = dict(environ)

    @classmethod
    def from_environment(cls) -> Self:
        return cls(os.environ)

    @cached_property
    def app(self) -> AppSettings:
        return self._section(AppSettings)

    @cached_property
    def http(self) -> HttpSettings:
        return self._section(HttpSettings)

    @cached_property
    def storage(self) -> StorageSettings:
        return self._section(StorageSettings)

    @cached_property
    def supabase(self) -> SupabaseSettings:
        return self._section(SupabaseSettings)

    @cached_property
    def language(self) -> LanguageSettings:
        return self._section(LanguageSettings)

    @cached_property
    def speech(self) -> SpeechSettings:
        return self._section(SpeechSettings)

    @cached_property
    def communication(self) -> CommunicationSettings:
        return self._section(CommunicationSettings)

    @cached_property
    def documents(self) -> DocumentSettings:
        return self._section(DocumentSettings)

    @cached_property
    def push(self) -> PushSettings:
        return self._section(PushSettings)

    @cached_property
    def events(self) -> EventSettings:
        return self._section(EventSettings)

    @cached_property
    def addresses(self) -> AddressSettings:
        return self._section(AddressSettings)

    @cached_property
    def policies(self) -> PolicySettings:
        return self._section(PolicySettings)

    @cached_property
    def scoring(self) -> ScoringSettings:
        return self._section(ScoringSettings)

    def check(self) -> None:
        """Read every section now; the first wrong one raises."""
        for section in SECTIONS:
            self._section(section)

    def _section[Section](self, section: type[Section]) -> Section:
        read = {name: each.read(self._environ) for name, each in variables_of(section).items()}
        for name, each in variables_of(section).items():
            if read[name] == Secret(each.local) and each.local and self.app.environment.is_deployed:
                raise SettingError(f"The setting {each.name} holds the value of the sample.")
        return section(**read)
