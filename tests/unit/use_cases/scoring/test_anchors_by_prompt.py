"""By the real prompt: sample answers land on their anchors, and no shape has a place for a total."""

import pytest
from pydantic import BaseModel

from shared.adapters.openai.schema import strict_schema
from shared.contracts.model_items import ItemPoints
from shared.contracts.model_rating import CandidateFeedback, IntegrityOpinion, Rating, ScoreSummary
from shared.contracts.scoring_workflow import PassWanted
from tests.scoring_room import PASSES, Room, spoken
from tests.stand_in_model import StandInModel
from tests.unit.domain.scoring.test_anchors import dimensions

ASKED = "Tell me about a time you took on a problem. What did you do?"
FOR_CODE_OR_PEOPLE = ("overall", "total", "score", "recommend", "decision", "hire", "rank", "weight")
SHAPES = (Rating, ItemPoints, ScoreSummary, CandidateFeedback, IntegrityOpinion)


async def test_every_sample_lands_on_its_anchor_by_the_prompt_that_goes_out() -> None:
    missed: list[tuple[str, int, list[int | None]]] = []
    tried = 0
    for each in dimensions():
        levels = {str(level): words for level, words in each.levels.items()}
        rubric = {
            each.name: {"weight": 1, "label": each.label, "criteria": list(each.criteria), "levels": levels}
        }
        for level, samples in each.samples.items():
            for sample in samples:
                room = Room(StandInModel(), spoken([(ASKED, sample)]), rubric=rubric)
                wanted = await room.request()
                await room.begin(wanted)
                for number in range(1, PASSES + 1):
                    await room.rate(PassWanted(run_id=wanted.run_id, dimension=each.name, number=number))
                passes = (await room.scores.material(wanted.run_id)).passes
                found = [one.level for one in passes]
                tried += 1
                if found != [level] * PASSES:
                    missed.append((each.name, level, found))

    assert tried >= 60
    assert missed == []


@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_asks_for_a_total_or_a_recommendation(shape: type[BaseModel]) -> None:
    schema = strict_schema(shape)
    named = {
        name for part in (schema, *schema.get("$defs", {}).values()) for name in part.get("properties", ())
    }

    assert named
    assert not {name for name in named for word in FOR_CODE_OR_PEOPLE if word in name}
