"""The app's own services, with what lies outside the database replaced: rights are decided before it."""

from functools import cached_property

from azure.durable_functions import DurableFunctionsClient

from shared.bootstrap import Services
from shared.ports.mailer import Mailer
from shared.ports.workflows import Workflows
from shared.use_cases.check_readiness import CheckReadiness
from shared.use_cases.self_check import CheckWorkflows
from tests.fakes.mailer import FakeMailer
from tests.fakes.workflows import FakeWorkflows


class MatrixServices(Services):
    """Replace a service here when an operation reaches for a system that is not there."""

    @cached_property
    def mailer(self) -> Mailer:
        return FakeMailer()

    def workflows(self, client: DurableFunctionsClient) -> Workflows:
        return FakeWorkflows()

    @cached_property
    def check_readiness(self) -> CheckReadiness:
        return CheckReadiness([], self.clock)

    def check_workflows(self, client: DurableFunctionsClient) -> CheckWorkflows:
        return CheckWorkflows(FakeWorkflows(), self.clock, patience_seconds=0)
