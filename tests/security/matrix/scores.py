"""Scores: read by members, run and noted by recruiters, overridden by admins, never the candidate's."""

from uuid import UUID

from psycopg.types.json import Jsonb

from shared.domain.permissions import Permission
from shared.domain.scoring.combination import RULES_VERSION
from shared.domain.scoring.scale import MAPPING_VERSION
from shared.prompts.library import Prompts
from shared.use_cases.scoring.request_score import PURPOSES
from tests.sample_settings import SAMPLE
from tests.security.matrix.rules import Arrange, Ask, Rule, Rules
from tests.security.matrix.world import World

INTERVIEW = "/api/v1/interview"
NOTE = {"kind": "note", "reason": "The second answer was about another team."}
OVERRIDE = NOTE | {"kind": "override", "decision": "proceed"}


def scored(world: World) -> tuple[UUID, UUID]:
    """A completed interview and its current run, made as a run of today would be."""
    interview_id = world.fresh("interviews", application_id=world.fresh_application(status="reviewed"))
    prompts = Prompts()
    run_id = world.fresh(
        "interview_scores",
        interview_id=interview_id,
        model_version=SAMPLE["AZURE_OPENAI_DEPLOYMENT"],
        prompt_version=" ".join(f"{each}-{prompts.instructions(each).version}" for each in PURPOSES),
        rubric_version=1,
        rules_version=RULES_VERSION,
        mapping_version=MAPPING_VERSION,
        passes_wanted=3,
        rubric_snapshot=Jsonb({"skill": {"weight": 1, "label": "Skill"}}),
    )
    world.fresh("score_dimensions", score_id=run_id, interview_id=interview_id)
    return interview_id, run_id


def unscored(world: World) -> Ask:
    """A completed interview that nobody has scored: who may ask is told to come back (202)."""
    application_id = world.fresh_application(status="interviewed")
    return Ask(f"{INTERVIEW}/{world.fresh('interviews', application_id=application_id)}/score")


def of_scored(rest: str, json: object = None) -> Arrange:
    def ask(world: World) -> Ask:
        interview_id, run_id = scored(world)
        return Ask(f"{INTERVIEW}/{interview_id}{rest.format(run=run_id)}", json=json)

    return ask


RULES: Rules = {
    "score_interview_now": (
        Rule(Permission.SCORE_RUN, of_scored("/score")),
        Rule(Permission.SCORE_RUN, unscored),
    ),
    "read_score": Rule(Permission.SCORE_READ, of_scored("/score")),
    "list_score_runs": Rule(Permission.SCORE_READ, of_scored("/runs")),
    "read_score_run": Rule(Permission.SCORE_READ, of_scored("/runs/{run}")),
    "read_score_bundle": Rule(Permission.SCORE_RUN, of_scored("/score/{run}/bundle"), calls=4),
    "read_report": Rule(Permission.SCORE_READ, of_scored("/report"), calls=8),
    "export_report": (
        Rule(Permission.SCORE_READ, of_scored("/report/export"), calls=8),
        Rule(Permission.SCORE_READ, of_scored("/report/export?format=csv"), calls=8),
    ),
    "review_score": (
        Rule(Permission.SCORE_NOTE, of_scored("/review", NOTE)),
        Rule(Permission.SCORE_OVERRIDE, of_scored("/review", OVERRIDE)),
    ),
}
