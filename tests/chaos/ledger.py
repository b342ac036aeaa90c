"""What became of each interview, and whether it balances: nothing lost, nothing twice, all at an end."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import httpx
from azure.storage.blob import BlobServiceClient

from shared.domain.files import Store
from tests.chaos.candidates import BY_ITSELF, ENDS, Candidate
from tests.chaos.place import ASKED_WITHIN, Place

type Row = Mapping[str, Any]

OVER: Final = {"Completed", "Failed", "Terminated"}
WITH_RESULT: Final = {"completed", "insufficient_evidence"}
SHOWN: Final = 5  # ids of an imbalance

KEPT: Final = """
select to_jsonb(found) from (
  select
    interview.id, interview.status, interview.end_reason, application.status as application,
    public.verify_transcript(interview.id) as chain,
    (
      select coalesce(jsonb_agg(jsonb_build_array(segment.speaker, segment.turn_id, segment.content)
        order by segment.sequence), '[]')
      from public.transcript_segments as segment where segment.interview_id = interview.id
    ) as segments,
    (
      select coalesce(jsonb_agg(to_jsonb(seal)), '[]')
      from public.transcript_seals as seal where seal.interview_id = interview.id
    ) as seals,
    (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', run.id, 'status', run.status, 'is_current', run.is_current, 'number', run.run_number
      )), '[]')
      from public.interview_scores as run where run.interview_id = interview.id
    ) as runs,
    (
      select coalesce(jsonb_agg(letter.status), '[]')
      from public.candidate_letters as letter
      where letter.interview_id = interview.id and letter.kind = 'thanks'
    ) as thanks,
    (
      select coalesce(jsonb_agg(entry.reason), '[]')
      from public.workflow_attention as entry
      where entry.resolved_at is null and (
        entry.subject_id = interview.id
        or entry.subject_id in (
          select run.id from public.interview_scores as run where run.interview_id = interview.id
        )
      )
    ) as waiting
  from public.interviews as interview
  join public.applications as application on application.id = interview.application_id
  where interview.id = any (%s)
) as found
"""

# that run, that were held and are neither scored nor before operators, or whose score is being made
UNDER_WAY: Final = """
select interview.id from public.interviews as interview
where interview.id = any (%s) and (
  interview.status = 'in_progress'
  or exists (
    select from public.interview_scores as run
    where run.interview_id = interview.id and run.status in ('queued', 'running')
  )
  or (
    interview.status = 'completed'
    and not exists (
      select from public.interview_scores as run
      where run.interview_id = interview.id and run.status in ('completed', 'insufficient_evidence')
    )
    and not exists (
      select from public.workflow_attention as entry
      where entry.subject_id = interview.id and entry.resolved_at is null
    )
  )
)
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that was left behind."""

    kept: Mapping[UUID, Row]
    lifecycles: Mapping[str, Row]
    scorings: Mapping[str, Row]
    files: Mapping[str, str]  # the hash of each sealed transcript, by its path
    letters: Counter[str]  # how many of each address were sent
    repairs: Sequence[str]  # that a last comparison found necessary


def facts(place: Place, people: Sequence[Candidate], operator: str) -> Facts:
    ids = [each.case.interview_id for each in people]
    return Facts(
        {UUID(row["id"]): row for (row,) in place.rows(KEPT, ids)},
        place.workflows("interview-"),
        place.workflows("score-"),
        dict(_files(place)),
        _letters(place),
        compare(place, operator),
    )


def compare(place: Place, operator: str) -> list[str]:
    """Have database and workflows compared, as an operator does; what was put right."""
    headers = {"Authorization": f"Bearer {operator}"}
    answer = httpx.post(f"{place.url}/api/v1/operations/reconcile", headers=headers, timeout=60.0)
    told = answer.raise_for_status().json()
    return [f"{each['repair']} {each['instance_id']}" for each in told["repairs"]]


def _files(place: Place) -> Iterator[tuple[str, str]]:
    with BlobServiceClient.from_connection_string(place.azurite.connection_string) as service:
        container = service.get_container_client(Store.TRANSCRIPTS.value)
        for name in container.list_blob_names():
            content = container.download_blob(name).readall()
            yield f"{Store.TRANSCRIPTS.value}/{name}", hashlib.sha256(content).hexdigest()


def _letters(place: Place) -> Counter[str]:
    answer = httpx.get(f"{place.simulators.url}/_sim/mailbox", timeout=ASKED_WITHIN)
    return Counter(str(to) for each in answer.raise_for_status().json()["letters"] for to in each["to"])


@dataclass
class Ledger:
    people: Sequence[Candidate]
    facts: Facts
    wrong: dict[str, list[UUID]] = field(default_factory=dict)
    """What does not balance, and of which interviews."""

    @property
    def balances(self) -> bool:
        return not self.wrong and not self.facts.repairs

    @classmethod
    def drawn_up(cls, people: Sequence[Candidate], left: Facts) -> "Ledger":
        ledger = cls(people, left)
        for person in people:
            kept = left.kept.get(person.case.interview_id)
            found = ["lost: there is no such interview"] if kept is None else ledger._faults(person, kept)
            for fault in found:
                ledger.wrong.setdefault(fault, []).append(person.case.interview_id)
        return ledger

    def _faults(self, person: Candidate, kept: Row) -> Iterator[str]:
        if person.trouble:
            yield f"a caller gave up: {person.trouble}"
        ended = (kept["status"], kept["end_reason"])
        if ended != ENDS[person.manner]:
            yield f"who {person.manner} ended as {ended}"
        yield from _talk_faults(person, kept)
        yield from self._seal_faults(kept)
        yield from self._score_faults(kept)
        yield from self._workflow_faults(kept)
        yield from self._letter_faults(person, kept)

    def _seal_faults(self, kept: Row) -> Iterator[str]:
        if not kept["chain"]["valid"]:
            yield "the chain of the transcript does not verify"
        if kept["status"] != "completed":
            return
        if len(kept["seals"]) != 1:
            yield f"{len(kept['seals'])} seals"
            return
        (seal,) = kept["seals"]
        if not seal["is_whole"] or seal["segments"] != len(kept["segments"]):
            yield "the seal is not about the whole transcript"
        if seal["blob_path"] is None or self.facts.files.get(seal["blob_path"]) != seal["sha256"]:
            yield "the file of the transcript is missing, or not what was sealed"

    def _score_faults(self, kept: Row) -> Iterator[str]:
        results = [each for each in kept["runs"] if each["status"] in WITH_RESULT]
        if kept["status"] != "completed":
            if kept["runs"]:
                yield "scored although it was cancelled"
            return
        if len(results) > 1:
            yield f"scored {len(results)} times"
        if not results and not kept["waiting"]:
            yield "neither scored nor before operators"
        if results and [each["is_current"] for each in kept["runs"]].count(True) != 1:
            yield "not exactly one score is current"
        if any(each["status"] in {"queued", "running"} for each in kept["runs"]):
            yield "a run of scoring has no end"
        wanted = "reviewed" if results else "interviewed"
        if kept["application"] != wanted:
            yield f"the application is {kept['application']}, not {wanted}"

    def _workflow_faults(self, kept: Row) -> Iterator[str]:
        run = self.facts.lifecycles.get(f"interview-{kept['id']}")
        if run is None:
            # one that was withdrawn before the engine could be told leaves nothing to be carried
            if kept["status"] == "completed":
                yield "no lifecycle has carried it"
            return
        if run["runtimeStatus"] != "Completed":
            yield f"its lifecycle is {run['runtimeStatus']}"
            return
        phase = run["output"]["phase"]
        if phase == "needs_attention" and not kept["waiting"]:
            yield "its lifecycle needs attention, and nobody is told"
        elif phase not in {"needs_attention", "done" if kept["status"] == "completed" else "cancelled"}:
            yield f"its lifecycle ended as {phase}"
        for each in kept["runs"]:
            scoring = self.facts.scorings.get(f"score-{kept['id']}-{each['number']}")
            if scoring is None or scoring["runtimeStatus"] != "Completed":
                yield "the workflow of its score is not at an end"

    def _letter_faults(self, person: Candidate, kept: Row) -> Iterator[str]:
        sent = self.facts.letters[person.case.email]
        owed = 1 if kept["status"] == "completed" else 0
        if len(kept["thanks"]) != owed and not kept["waiting"]:
            yield f"thanks are owed {len(kept['thanks'])} times, not {owed}"
        if sent > owed or (kept["thanks"] == ["sent"] and not sent):
            yield f"thanked by {sent} letters"

    # ---- what is printed ----

    def lines(self) -> Iterator[str]:
        kept = self.facts.kept.values()
        ends = Counter(f"{each['status']} ({each['end_reason'] or 'not begun'})" for each in kept)
        for name, count in sorted(ends.items()):
            yield f"{name:<42}{count:>6}"
        runs = Counter(run["status"] for each in kept for run in each["runs"])
        seals = sum(len(each["seals"]) for each in kept)
        answers = sum(len(each.said) for each in self.people)
        calls = sum((each.calls for each in self.people), Counter[str]())
        figures = {
            "answers told to be taken, each once": answers,
            "transcripts sealed and verified": seals,
            "files of transcripts": len(self.facts.files),
            **{f"runs of scoring {status}": count for status, count in sorted(runs.items())},
            "before operators": sum(bool(each["waiting"]) for each in kept),
            "letters of thanks sent": sum(self.facts.letters.values()),
            "letters of thanks still owed": sum(each["thanks"] == ["owed"] for each in kept),
            "calls": calls["all"],
            "calls broken off and made again": calls["broken off"],
            "calls told to come back": calls["told to come back"],
        }
        for name, count in figures.items():
            yield f"{name:<42}{count:>6}"
        yield from self._imbalances()

    def _imbalances(self) -> Iterator[str]:
        for fault, ids in self.wrong.items():
            more = f" and {len(ids) - SHOWN} more" if len(ids) > SHOWN else ""
            yield f"WRONG: {fault}: {', '.join(map(str, ids[:SHOWN]))}{more}"
        for repair in self.facts.repairs:
            yield f"WRONG: database and workflows still differed: {repair}"


def _talk_faults(person: Candidate, kept: Row) -> Iterator[str]:
    """Each answer once and in its order, with the reply that its caller was told."""
    answers = [content for speaker, _, content in kept["segments"] if speaker == "candidate"]
    told = [each.answer for each in person.said]
    rest = [each for each in answers if each not in told]
    if [each for each in answers if each in told] != told:
        yield "its answers are not each there once and in their order"
    if Counter(rest) - Counter(person.lost):
        yield "somebody answered who was not there"
    replies = Counter(
        (turn, content) for speaker, turn, content in kept["segments"] if speaker == "interviewer"
    )
    if any(replies[each.turn_id, each.reply] != 1 for each in person.said):
        yield "a reply is not what its caller was told"
    by_itself = [turn for who, turn, _ in kept["segments"] if who == "interviewer" and turn is None]
    if len(by_itself) != BY_ITSELF.get(person.manner, 1):
        yield f"who {person.manner} heard {len(by_itself)} times what is no reply"
