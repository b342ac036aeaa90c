"""What can be done with applications."""

from dataclasses import dataclass
from typing import Self

from shared.ports.applications import Applications
from shared.ports.candidates import Candidates
from shared.use_cases.applications.apply import Apply
from shared.use_cases.applications.list_applications import ListApplications
from shared.use_cases.applications.list_role_applications import ListRoleApplications
from shared.use_cases.applications.move_application import MoveApplication
from shared.use_cases.applications.read_application import ReadApplication
from shared.use_cases.applications.withdraw_application import WithdrawApplication
from shared.use_cases.authorise import Authorise
from shared.use_cases.identify import Identify


@dataclass(frozen=True, slots=True)
class ApplicationVerbs:
    apply: Apply
    list: ListApplications
    list_of_role: ListRoleApplications
    read: ReadApplication
    move: MoveApplication
    withdraw: WithdrawApplication

    @classmethod
    def over(
        cls, applications: Applications, candidates: Candidates, identify: Identify, authorise: Authorise
    ) -> Self:
        return cls(
            Apply(applications, candidates),
            ListApplications(applications, identify),
            ListRoleApplications(applications, authorise),
            ReadApplication(applications, authorise),
            MoveApplication(applications, authorise),
            WithdrawApplication(applications, authorise),
        )
