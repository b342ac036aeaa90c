"""What organisations and candidates do before and after an interview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.supabase.accounts import SupabaseAccounts
from shared.adapters.supabase.applications import SupabaseApplications
from shared.adapters.supabase.audit_log import SupabaseAuditLog
from shared.adapters.supabase.candidates import SupabaseCandidates
from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.invitations import SupabaseInvitationLetters, SupabaseInvitations
from shared.adapters.supabase.job_roles import SupabaseJobRoles
from shared.adapters.supabase.members import SupabaseMembers
from shared.adapters.supabase.organisations import SupabaseOrganisations
from shared.adapters.supabase.own_rows import SupabaseOwnRows
from shared.adapters.supabase.paced_mailer import PacedMailer
from shared.contracts.candidates import Education, Employment, Skill
from shared.contracts.practice import Practice
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.use_cases.applications.verbs import ApplicationVerbs
from shared.use_cases.audit.verbs import AuditVerbs
from shared.use_cases.candidates.verbs import CandidateVerbs
from shared.use_cases.choose_organisation import ChooseOrganisation
from shared.use_cases.invitations.verbs import InvitationVerbs, Post
from shared.use_cases.job_roles.verbs import JobRoleVerbs
from shared.use_cases.members.verbs import MemberVerbs
from shared.use_cases.organisations.verbs import OrganisationVerbs
from shared.use_cases.own_rows.verbs import OwnVerbs

if TYPE_CHECKING:
    from shared.bootstrap import Services


class Hiring:
    def __init__(self, services: Services) -> None:
        self._services = services

    def organisations(self) -> OrganisationVerbs:
        organisations = SupabaseOrganisations(self._services.rows, RestFunctions(self._services.rest))
        return OrganisationVerbs.over(organisations, self._services.authorise)

    def members(self) -> MemberVerbs:
        return MemberVerbs.over(
            SupabaseMembers(self._services.rows, RestFunctions(self._services.rest)), self._services.authorise
        )

    def job_roles(self) -> JobRoleVerbs:
        job_roles = SupabaseJobRoles(self._services.rows, RestFunctions(self._services.rest))
        return JobRoleVerbs.over(
            job_roles, self._services.packs, self._services.identify, self._services.authorise
        )

    def audit(self) -> AuditVerbs:
        choose = ChooseOrganisation(self._services.authorise, self._services.identify)
        return AuditVerbs.over(
            SupabaseAuditLog(self._services.rows), choose, self._services.record_audit, self._services.clock
        )

    def candidates(self) -> CandidateVerbs:
        return CandidateVerbs.over(
            SupabaseCandidates(self._services.rows, RestFunctions(self._services.rest)),
            self._services.skills.list,
            self._services.education.list,
            self._services.employment.list,
            self._services.authorise,
        )

    def skills(self) -> OwnVerbs[Skill]:
        rows = SupabaseOwnRows(self._services.rows, "candidate_skills", Skill)
        return OwnVerbs.over(rows, self._services.authorise, Kind.SKILL, Permission.PROFILE_WRITE)

    def education(self) -> OwnVerbs[Education]:
        rows = SupabaseOwnRows(self._services.rows, "education", Education)
        return OwnVerbs.over(rows, self._services.authorise, Kind.EDUCATION, Permission.PROFILE_WRITE)

    def employment(self) -> OwnVerbs[Employment]:
        rows = SupabaseOwnRows(self._services.rows, "employment_history", Employment)
        return OwnVerbs.over(rows, self._services.authorise, Kind.EMPLOYMENT, Permission.PROFILE_WRITE)

    def practices(self) -> OwnVerbs[Practice]:
        rows = SupabaseOwnRows(self._services.rows, "practice_interviews", Practice)
        return OwnVerbs.over(rows, self._services.authorise, Kind.PRACTICE_INTERVIEW, Permission.PRACTICE)

    def applications(self) -> ApplicationVerbs:
        functions = RestFunctions(self._services.rest)
        return ApplicationVerbs.over(
            SupabaseApplications(self._services.rows, functions),
            SupabaseCandidates(self._services.rows, functions),
            self._services.identify,
            self._services.authorise,
        )

    def invitations(self) -> InvitationVerbs:
        functions = RestFunctions(self._services.rest)
        mailer = PacedMailer(self._services.mailer, functions)
        return InvitationVerbs.over(
            SupabaseInvitations(self._services.rows, functions),
            Post(SupabaseInvitationLetters(functions), mailer, self._services.settings.addresses.frontend),
            SupabaseAccounts(self._services.rest),
            self._services.planning.plan_interview,
            self._services.authorise,
            self._services.record_audit,
            self._services.clock,
        )
