"""What can be done with organisations."""

from dataclasses import dataclass
from typing import Self

from shared.ports.organisations import Organisations
from shared.use_cases.authorise import Authorise
from shared.use_cases.organisations.change_organisation import ChangeOrganisation
from shared.use_cases.organisations.create_organisation import CreateOrganisation
from shared.use_cases.organisations.read_organisation import ReadOrganisation
from shared.use_cases.organisations.read_stats import ReadStats


@dataclass(frozen=True, slots=True)
class OrganisationVerbs:
    create: CreateOrganisation
    read: ReadOrganisation
    change: ChangeOrganisation
    stats: ReadStats

    @classmethod
    def over(cls, organisations: Organisations, authorise: Authorise) -> Self:
        return cls(
            CreateOrganisation(organisations),
            ReadOrganisation(organisations, authorise),
            ChangeOrganisation(organisations, authorise),
            ReadStats(organisations, authorise),
        )
