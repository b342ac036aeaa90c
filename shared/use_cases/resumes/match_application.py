"""Shows how who applied meets the role, requirement by requirement, with the words that show it."""

import hashlib
import json
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from shared import telemetry
from shared.contracts.matches import ApplicationMatch, HiddenText, MatchedRequirement, Shows
from shared.contracts.model_match import JudgedRequirement, Match
from shared.domain.identity import Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.domain.resume.fields import PARSER_VERSION, Month, Span, StructuredResume
from shared.domain.resume.match import (
    WEIGHTS_VERSION,
    MatchResult,
    Requirement,
    RequirementMatch,
    Shown,
    requirements_of,
)
from shared.domain.resume.matching import Judgement, Matching, written_by
from shared.domain.visibility import ProfileVisibility, shows_whole
from shared.errors import ForbiddenError, NotFoundError, TalentiError
from shared.ports.clock import Clock
from shared.ports.language_model import LanguageModel
from shared.ports.matches import Matches
from shared.ports.uploads import Uploads
from shared.prompts.blocks import block
from shared.prompts.library import Prompts
from shared.telemetry import Event
from shared.use_cases.authorise import Authorise

log = telemetry.Log(__name__)

PURPOSE: Final = "match"


class MatchApplication:
    """Worked out once for a snapshot, the requirements and all versions; then it is what was kept."""

    def __init__(
        self,
        matches: Matches,
        uploads: Uploads,
        model: LanguageModel,
        prompts: Prompts,
        clock: Clock,
        authorise: Authorise,
    ) -> None:
        self._matches = matches
        self._uploads = uploads
        self._model = model
        self._prompts = prompts
        self._clock = clock
        self._authorise = authorise

    async def __call__(self, caller: Person, application_id: UUID) -> ApplicationMatch:
        """Raises NotFoundError (no CV that was read), ForbiddenError (the profile is hidden)."""
        await self._authorise(caller, Permission.SHORTLIST_READ, Kind.APPLICATION, application_id)
        shown = await self._uploads.of_application(application_id)
        snapshot_id = shown.upload.snapshot_id if shown and shown.upload else None
        resume = await self._uploads.snapshot(snapshot_id) if snapshot_id else None
        if shown is None or snapshot_id is None or resume is None:
            raise NotFoundError("CV that was read not found.")
        if shown.visibility is not ProfileVisibility.VISIBLE:
            raise ForbiddenError("This CV is not shown.")
        asked = await self._matches.asked_for(application_id)
        requirements = requirements_of(asked.requirements, asked.expectations)
        result = await self._found(application_id, snapshot_id, resume, requirements)
        return _shown(application_id, snapshot_id, resume, result, quotes=shows_whole(shown.switches))

    async def _found(
        self,
        application_id: UUID,
        snapshot_id: UUID,
        resume: StructuredResume,
        requirements: Sequence[Requirement],
    ) -> MatchResult:
        fingerprint = self._fingerprint(snapshot_id, requirements)
        kept = await self._matches.kept(application_id, fingerprint)
        if kept is not None:
            return kept
        found = await self._match(application_id, Matching(resume, requirements, self._today()))
        # what rules alone found is shown and not kept: the next look asks the model again
        return await self._matches.keep(application_id, fingerprint, found) if found.is_whole else found

    async def _match(self, application_id: UUID, matching: Matching) -> MatchResult:
        if not matching.open or not matching.evidence:
            return matching.result({})
        instructions = self._prompts.instructions(PURPOSE)
        prompt = instructions.prompt(_data(matching), {"application_id": str(application_id)})
        try:
            answer = await self._model.answer(prompt, Match)
        except TalentiError as error:
            log.warning(Event.MATCH_BY_RULES, error=error)
            return matching.result({}, is_whole=False)
        judged = {number: found for each in answer.value.items for number, found in _judgement(each)}
        return written_by(matching.result(judged), answer.model, instructions.version)

    def _fingerprint(self, snapshot_id: UUID, requirements: Sequence[Requirement]) -> str:
        said = [
            str(snapshot_id),
            sorted([each.kind, each.text, each.level, each.years] for each in requirements),
            WEIGHTS_VERSION,
            PARSER_VERSION,
            self._prompts.instructions(PURPOSE).version,
        ]
        return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()

    def _today(self) -> Month:
        now = self._clock.now()
        return Month(now.year, now.month)


def _data(matching: Matching) -> list[str]:
    asked = [block("requirement", matching.requirements[each].text, id=f"r{each}") for each in matching.open]
    proof = [block("evidence", each.text, id=f"e{place}") for place, each in enumerate(matching.evidence)]
    return [*asked, *proof]


def _judgement(said: JudgedRequirement) -> list[tuple[int, Judgement]]:
    """None where it names no requirement; a place that cannot be shows nothing."""
    requirement, evidence = _number(said.requirement_id, "r"), _number(said.evidence_id, "e")
    if requirement is None:
        return []
    place = -1 if evidence is None else evidence
    return [(requirement, Judgement(Shown(said.shown), place, said.quote))]


def _number(text: str, mark: str) -> int | None:
    number = text.strip().removeprefix(mark)
    return int(number) if number.isdecimal() and len(number) < len("1000000") else None


def _shown(
    application_id: UUID, snapshot_id: UUID, resume: StructuredResume, result: MatchResult, *, quotes: bool
) -> ApplicationMatch:
    text = resume.text.text if quotes else None
    hidden = resume.text.hidden if quotes else [None] * len(resume.text.findings)
    return ApplicationMatch(
        application_id=application_id,
        snapshot_id=snapshot_id,
        score=result.score,
        band=result.band,
        is_whole=result.is_whole,
        items=[_item(each, text) for each in result.items],
        months_of_experience=result.months_of_experience,
        as_of=str(result.as_of),
        hidden_text=[
            HiddenText(kind=each.kind.value, code=each.code, page=each.page, length=each.length, text=words)
            for each, words in zip(resume.text.findings, hidden, strict=True)
        ],
        warnings=[each.code for each in resume.warnings],
        is_checked=resume.text.is_checked,
        weights_version=result.weights_version,
        model_version=result.model_version,
        prompt_version=result.prompt_version,
        parser_version=resume.parser_version,
    )


def _item(matched: RequirementMatch, text: str | None) -> MatchedRequirement:
    def shows(span: Span) -> Shows:
        return Shows(start=span.start, end=span.end, quote=None if text is None else span.of(text))

    return MatchedRequirement(
        kind=matched.requirement.kind.value,
        requirement=matched.requirement.text,
        level=matched.requirement.level.value,
        status=matched.shown.value,
        reasons=[shows(each) for each in matched.spans],
        months=matched.months,
    )
