"""The questions of a role as they are kept, and who was asked which."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.domain.interview.plan import Plan, PlanItem


class Origin(StrEnum):
    COMPOSED = "composed"  # by rule alone
    MODEL = "model"  # with questions that a model suggested
    EDITED = "edited"  # by a recruiter


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """What a role says about its questions."""

    job_role_id: UUID
    title: str
    requirements: Mapping[str, Any]
    structure: Mapping[str, Any]

    @property
    def fingerprint(self) -> str:
        """It changes with what the questions are chosen from, and with nothing else."""
        said = [self.title, self.requirements, self.structure]
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Sources:
    """Where questions came from, as plans and scores name it."""

    pack_id: str | None = None
    pack_version: str | None = None
    model_version: str | None = None
    prompt_version: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The core questions of a role, in the order in which they are asked."""

    items: tuple[PlanItem, ...]
    origin: Origin
    sources: Sources = Sources()

    @property
    def content_hash(self) -> str:
        return Plan(items=self.items).sealed().content_hash

    def plan(self, items: Sequence[PlanItem]) -> Plan:
        """The plan of one interview: these questions, with the probes of one candidate."""
        return Plan(
            items=tuple(items),
            pack_id=self.sources.pack_id,
            pack_version=self.sources.pack_version,
            model_version=self.sources.model_version,
            prompt_version=self.sources.prompt_version,
        ).sealed()


@dataclass(frozen=True, slots=True)
class KeptQuestions:
    """A question set as it stands. Once used it stands until the role itself changes."""

    version: int
    questions: QuestionSet
    used: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class InterviewFacts:
    """What planning needs of one interview."""

    role: RoleFacts
    status: str
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One interview that was begun: what was planned, and what of it was asked."""

    interview_id: UUID
    application_id: UUID
    status: str
    end_reason: str | None
    core: str
    planned: Mapping[int, str]
    asked: frozenset[int]


class Gap(StrEnum):
    """Why a planned question was not asked."""

    STILL_RUNNING = "still_running"
    CLOCK = "clock"
    ENDED_EARLY = "ended_early"  # by a person, or because nobody was there
    UNEXPLAINED = "unexplained"


CLOCK_REASONS = {"time_up"}
EARLY_REASONS = {
    "ended_by_candidate",
    "ended_by_organisation",
    "idle",
    "disconnected",
    "withdrawn",
    "fault",
}


@dataclass(frozen=True, slots=True)
class Missing:
    interview_id: UUID
    application_id: UUID
    orders: tuple[int, ...]
    gap: Gap


@dataclass(frozen=True, slots=True)
class CoreGroup:
    """Everybody who was asked the same core questions."""

    core: str
    questions: Mapping[int, str]
    interviews: int
    complete: int
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Parity:
    """Whether candidates of a role were asked the same, and what is missing where."""

    groups: tuple[CoreGroup, ...]

    @property
    def interviews(self) -> int:
        return sum(group.interviews for group in self.groups)

    @property
    def holds(self) -> bool:
        """One set of questions, and nothing left out without a reason."""
        unexplained = any(each.gap is Gap.UNEXPLAINED for group in self.groups for each in group.missing)
        return len(self.groups) <= 1 and not unexplained


def parity(interviews: Sequence[Asked]) -> Parity:
    """Groups in the order in which they first appear."""
    cores = dict.fromkeys(each.core for each in interviews)
    return Parity(tuple(_group(core, [each for each in interviews if each.core == core]) for core in cores))


def _group(core: str, members: Sequence[Asked]) -> CoreGroup:
    missing = tuple(found for each in members if (found := _missing(each)))
    return CoreGroup(core, members[0].planned, len(members), len(members) - len(missing), missing)


def _missing(each: Asked) -> Missing | None:
    orders = tuple(order for order in sorted(each.planned) if order not in each.asked)
    if not orders:
        return None
    return Missing(each.interview_id, each.application_id, orders, _gap(each))


def _gap(each: Asked) -> Gap:
    if each.status == "in_progress":
        return Gap.STILL_RUNNING
    if each.end_reason in CLOCK_REASONS:
        return Gap.CLOCK
    return Gap.ENDED_EARLY if each.end_reason in EARLY_REASONS else Gap.UNEXPLAINED
