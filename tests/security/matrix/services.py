"""The app's own services, with what lies outside the database replaced: rights are decided before it."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import cached_property

from azure.durable_functions import DurableFunctionsClient

from shared.bootstrap import Services
from shared.domain.rate_limits import Allowance, RateClass
from shared.errors import UnavailableError
from shared.ports.document_text import DocumentReader
from shared.ports.files import Files
from shared.ports.language_model import LanguageModel
from shared.ports.mailer import Mailer
from shared.ports.rate_limits import RateLimits
from shared.ports.workflows import Workflows
from shared.use_cases.check_readiness import CheckReadiness
from shared.use_cases.self_check import CheckWorkflows
from tests.fakes.documents import FakeDocumentReader
from tests.fakes.files import FakeFiles
from tests.fakes.language_model import FakeLanguageModel
from tests.fakes.mailer import FakeMailer
from tests.fakes.workflows import FakeWorkflows


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
        model.always(lambda prompt, shape: UnavailableError("The language model is not asked here."))
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

    def workflows(self, client: DurableFunctionsClient) -> Workflows:
        return FakeWorkflows()

    def lasting_workflows(self, client: DurableFunctionsClient) -> AbstractAsyncContextManager[Workflows]:
        return nullcontext(FakeWorkflows())

    @cached_property
    def check_readiness(self) -> CheckReadiness:
        return CheckReadiness([], self.clock)

    def check_workflows(self, client: DurableFunctionsClient) -> CheckWorkflows:
        return CheckWorkflows(FakeWorkflows(), self.clock, patience_seconds=0)
