"""What a role asks for: read from a job description, and held against who applied."""

from uuid import UUID

from shared.bootstrap import edge, services
from shared.contracts.matches import ApplicationMatch
from shared.contracts.requirements import ExtractedRequirements, JobDescription
from shared.domain.rate_limits import RateClass
from shared.http.api import Api
from shared.http.edge import Policy
from shared.http.guard import Caller

api = Api("Requirements", edge)

MATCHING = Policy(limits=(RateClass.DEFAULT, RateClass.AI_OPERATION))
EXTRACTING = Policy(limits=(RateClass.DEFAULT, RateClass.AI_OPERATION, RateClass.REQUIREMENT_EXTRACTION))


@api.post(
    "/api/v1/resume/extract-requirements", policy=EXTRACTING, refuses=("content_filtered", "answer_cut")
)
async def extract_requirements(description: JobDescription, caller: Caller) -> ExtractedRequirements:  # noqa: ARG001 - anybody signed in
    """Read what a job description asks for, each item with the words that ask for it.

    Nothing is kept. To save it, send `requirements` to the role as it is.
    """
    return await services().requirements.extract(description.job_description)


@api.get(
    "/api/v1/applications/{application_id}/match",
    policy=MATCHING,
    refuses=("forbidden", "content_filtered", "answer_cut"),
)
async def match_application(application_id: UUID, caller: Caller) -> ApplicationMatch:
    """See how who applied meets the role: each requirement, whether the CV shows it, and where.

    The score is arithmetic over that, the same for the same CV and role. No name, school, employer,
    date of birth or pronoun is read for it, and nobody is moved by it.
    """
    return await services().requirements.match(caller, application_id)
