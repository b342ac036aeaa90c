"""Gives feedback on a finished practice interview: by rule at once, by a model when it has written it."""

import asyncio
from uuid import UUID

from shared import telemetry
from shared.contracts.model_turn import PracticeFeedback
from shared.domain.interview.plan import Plan
from shared.domain.interview.practice import feedback_by_model, feedback_by_rule
from shared.domain.interview.records import PracticeRecord
from shared.domain.interview.wording import cut
from shared.errors import TalentiError
from shared.ports.language_model import LanguageModel
from shared.ports.practice_records import PracticeRecords
from shared.prompts.blocks import block, escaped
from shared.prompts.library import Language, Prompts
from shared.telemetry import Event

log = telemetry.Log(__name__)

PURPOSE = "practice_feedback"
LONGEST_ANSWER = 1500


class Coach:
    """Whoever comes back at once finds feedback; a moment later it may be a better one."""

    def __init__(self, records: PracticeRecords, model: LanguageModel, prompts: Prompts) -> None:
        self._records = records
        self._model = model
        self._prompts = prompts
        self._under_way: set[asyncio.Task[None]] = set()

    async def __call__(self, talk_id: UUID) -> None:
        record = await self._records.record(talk_id)
        if record.status != "completed" or (record.feedback or {}).get("source") == "model":
            return
        language = self._prompts.language(record.language)
        answers = [each.content for each in record.segments if each.speaker == "candidate"]
        await self._records.keep_feedback(talk_id, feedback_by_rule(answers, language.coaching))
        if answers:
            task = asyncio.create_task(self._improve(record, language))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def if_nobody_has(self, talk_id: UUID) -> None:
        """For practice that ended by itself."""
        if (await self._records.record(talk_id)).feedback is None:
            await self(talk_id)

    async def _improve(self, record: PracticeRecord, language: Language) -> None:
        prompt = self._prompts.instructions(PURPOSE).prompt(
            _data(record, language), {"interview_id": str(record.talk_id)}
        )
        try:
            written = await self._model.answer(prompt, PracticeFeedback)
            if feedback := feedback_by_model(written.value.model_dump()):
                await self._records.keep_feedback(record.talk_id, feedback)
        except TalentiError as error:
            log.warning(Event.COACHING_BY_RULE, error=error)


def _data(record: PracticeRecord, language: Language) -> list[str]:
    questions = "\n".join(each.text for each in Plan.from_facts(record.plan).items)
    said = "\n".join(
        f'<segment id="{each.sequence}">{escaped(cut(each.content, LONGEST_ANSWER))}</segment>'
        for each in record.segments
        if each.speaker == "candidate"
    )
    return [
        block("language", language.name),
        block("questions", questions),
        f"<evidence>{said}</evidence>",
    ]
