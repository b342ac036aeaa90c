"""Generated requests for every operation as every kind of caller, held against the description."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import schemathesis
from schemathesis.config._cache import CacheConfig
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import events, from_schema
from schemathesis.generation.meta import TestPhase
from schemathesis.generation.modes import GenerationMode
from schemathesis.hooks import unregister
from schemathesis.openapi.checks import IgnoredAuth, MissingHeaderNotRejected, UnsupportedMethodResponse

from shared import bootstrap
from tests.security.probe.operations import operations, properties
from tests.security.probe.place import Place
from tests.security.probe.samples import Sample, Samples

if TYPE_CHECKING:
    from schemathesis.schemas import BaseSchema

SEED: Final = 20261121
BY_RULES: Final = ["2xx", "3xx", "400", "401", "403", "404", "409", "410", "412", "422", "429", "502", "503"]
"""What a well-formed request may get: no schema tells of states, of dates in order, or of fair words."""
BEHIND_PLATFORM: Final = {"health_detailed"}
"""The platform asks for its key before the app sees a request, and here is no platform."""
FOR_PLATFORM_TO_REFUSE: Final = (AcceptedNegativeData, IgnoredAuth, MissingHeaderNotRejected)
WHOLE: Final = {"body", "query", "path"}
AS_LONG: Final = 100
"""So much of a name is repeated at most."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to try."""

    seed: int = SEED
    examples: int = 1
    coverage: bool = False
    stateful: bool = False
    is_wrong: bool = False
    """Only requests that break the description."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer that is not what the description promises."""

    persona: str
    check: str
    operation: str
    said: str
    request: str = ""
    answer: str = ""

    def __str__(self) -> str:
        lines = f"{self.check}: {self.operation} as {self.persona}", self.said, self.request, self.answer
        return "\n  ".join(line for line in lines if line)


@dataclass
class Tally:
    """What was asked, what came back, and what was found."""

    asked: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    findings: dict[tuple[str, str, str], Finding] = field(default_factory=dict)

    def add(self, persona: str, recorder: Any) -> None:
        for case_id, node in recorder.cases.items():
            self.asked[node.value.operation.label] += 1
            spoken = recorder.interactions.get(case_id)
            if spoken is not None and spoken.response is not None:
                self.statuses[spoken.response.status_code] += 1
        for case_id, checks in recorder.checks.items():
            for check in checks:
                if check.failure_info is not None:
                    self._found(persona, recorder, case_id, check)

    def _found(self, persona: str, recorder: Any, case_id: str, check: Any) -> None:
        failure = check.failure_info.failure
        said = " ".join(f"{failure.title}. {failure.message}".split())[:1000]
        response = recorder.interactions[failure.case_id or case_id].response
        answer = f"{response.status_code} {response.text[:500]}" if response else "no answer"
        operation = failure.operation or recorder.label
        finding = Finding(persona, check.name, operation, said, check.failure_info.code_sample[:2000], answer)
        self.findings.setdefault((check.name, operation, said[:120]), finding)


def fuzz(place: Place, persona: str, schema: "BaseSchema", tally: Tally) -> None:
    """Ask every operation as this persona."""
    schema.config.headers = place.proof(persona) or None
    with _real_samples(place, Samples(place.world)):
        for event in from_schema(schema).execute():
            match event:
                case events.ScenarioFinished() | events.FuzzScenarioFinished():
                    tally.add(persona, event.recorder)
                case events.NonFatalError(value=error, label=label):
                    finding = Finding(persona, "error", label, repr(error)[:1000])
                    tally.findings.setdefault(("error", label, finding.said), finding)
                case events.FatalError(exception=error):
                    raise error


def promises(place: Place, effort: Effort) -> "BaseSchema":
    """The description, read once: what generates requests for it is kept with it."""
    config = schemathesis.Config(seed=effort.seed, cache=CacheConfig(enabled=False))
    schema = schemathesis.openapi.from_dict(_without_streams(place.description), config=config)
    schema.config.update(
        base_url=place.url,
        request_timeout=30,
        continue_on_failure=True,
    )
    schema.config.generation.update(max_examples=effort.examples, no_shrink=True)
    if effort.is_wrong:
        schema.config.generation.modes = [GenerationMode.NEGATIVE]
    schema.config.generation.allow_x00 = False  # refused everywhere, which no schema can say
    schema.config.checks.positive_data_acceptance.expected_statuses = BY_RULES
    schema.hook(filter_failure)
    phases = schema.config.phases
    phases.examples.enabled = False
    phases.coverage.enabled = effort.coverage
    phases.stateful.enabled = effort.stateful
    return schema


def _without_streams(document: dict[str, Any]) -> dict[str, Any]:
    """A stream is described as the text that it is, and read here as the schema of each of its events."""
    taken = deepcopy(document)
    for operation in operations(taken):
        for response in operation.node["responses"].values():
            response.get("content", {}).get("text/event-stream", {}).pop("schema", None)
    return taken


def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Whether a failure is one of ours."""
    raw = case.operation.definition.raw
    if raw["operationId"] in BEHIND_PLATFORM:
        return not isinstance(failure, FOR_PLATFORM_TO_REFUSE)
    if isinstance(failure, UnsupportedMethodResponse):  # unless another route takes this as an id
        return response.request.method not in bootstrap.edge.methods_at(urlsplit(response.request.url).path)
    # the proof of a service comes with its real request, in the place of what was made up
    is_for_services = raw["security"] not in ([], [{"bearer": []}], [{}, {"bearer": []}])
    return not (is_for_services and isinstance(failure, IgnoredAuth))


@schemathesis.check
def refusals_name_what_can_be_sent(ctx: Any, response: Any, case: Any) -> None:
    """A field that is said to be wrong is one of the request, by the name that the description gives it."""
    if response.status_code != 422:
        return
    operation = case.operation
    names = {each.name for each in (*operation.query, *operation.headers, *operation.path_parameters)}
    sent = {*(case.query or {}), *(case.body if isinstance(case.body, dict) else {})}
    known = {f"{name.lower()}."[:AS_LONG] for name in WHOLE | names | sent | _fields(operation)}
    wrong = [each["field"] for each in response.json().get("errors", ())]
    strange = [name for name in wrong if not f"{name.lower()}."[:AS_LONG].startswith(tuple(known))]
    assert not strange, f"the refusal names {strange}, which the description does not know"


def _fields(operation: Any) -> set[str]:
    raw, document = operation.definition.raw, operation.schema.raw_schema
    content = raw.get("requestBody", {}).get("content", {})
    schemas = [media["schema"] for media in content.values() if "schema" in media]
    return {name for schema in schemas for name in properties(schema, document)}


@contextmanager
def _real_samples(place: Place, samples: Samples) -> Iterator[None]:
    """Three of four valid requests get real ids, and one of these the whole of a real request."""
    counted: Counter[str] = Counter()

    def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
        name, template = case.operation.definition.raw["operationId"], case.operation.path
        turn, counted[name] = counted[name] % 4, counted[name] + 1
        if turn != 3 and case.meta.phase.name is not TestPhase.STATEFUL:  # which has ids of its own making
            put_in(case, samples.draw(name, template), whole=turn == 0)

    schemathesis.hook("before_call")(before_call)
    try:
        yield
    finally:
        unregister(before_call)


def put_in(case: Any, sample: Sample, *, whole: bool) -> None:
    """Real ids into the valid parts of a request; what is wrong on purpose stays wrong."""
    at: Callable[[ParameterLocation], bool] = case.meta.is_negative_at
    if case.path_parameters and not at(ParameterLocation.PATH):
        case.path_parameters = case.path_parameters | sample.path
    if not at(ParameterLocation.QUERY):
        named = sample.query if whole else {n: v for n, v in sample.query.items() if is_id(v)}
        known = {parameter.name for parameter in case.operation.query}
        case.query = (case.query or {}) | {n: v for n, v in named.items() if n in known}
    if not at(ParameterLocation.HEADER):
        for header, value in sample.headers.items():
            case.headers[header] = value
    if sample.body is not None and not at(ParameterLocation.BODY):
        if whole:
            case.body = sample.body
        elif isinstance(case.body, dict) and isinstance(sample.body, dict):
            case.body = case.body | {n: v for n, v in sample.body.items() if is_id(v)}


def is_id(value: object) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True
