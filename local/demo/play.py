"""The play: a role is opened, somebody applies, is invited, is interviewed."""

import re
import time
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from local.demo.api import Addresses, Caller, CallFailedError, letters_to, public_post
from local.demo.candidate import NAME, Candidate
from local.demo.screen import Screen

RECRUITER: Final = "recruiter@redgum.example.org"
PASSWORD: Final = "talenti-local-1"  # noqa: S105 - of the seed, known to everyone
MOST_TURNS: Final = 40
LETTER_WITHIN: Final = 15.0

ROLE: Final[dict[str, Any]] = {
    "title": "Backend engineer (Python)",
    "department": "Booking platform",
    "description": "You look after the services that take bookings, from the database to the API.",
    "employment_type": "full-time",
    "work_type": "hybrid",
    "requirements": {
        "technical_skills": ["Python", "PostgreSQL", "pytest"],
        "experience_years": 3,
        "responsibilities": ["Keep the booking service fast and well tested"],
    },
    "interview_structure": {
        "question_count": 6,
        "duration_minutes": 15,
        "topics": ["testing", "performance"],
        "question_pack": {"id": "python-testing-debugging-performance", "level": "intermediate"},
    },
}


@dataclass(frozen=True, slots=True)
class Cast:
    recruiter: Caller
    candidate: Caller
    address: str


def play(addresses: Addresses, screen: Screen) -> None:
    began = time.monotonic()
    address = f"kim.{uuid4().hex[:6]}@example.org"
    password = uuid4().hex
    cast = Cast(
        Caller.signed_in(addresses, RECRUITER, PASSWORD),
        Caller.signed_up(addresses, address, password),
        address,
    )
    screen.act("A role is opened")
    role = _open_role(cast, screen)
    screen.act(f"{NAME} applies and is invited")
    interview_id = _invite(addresses, cast, role, screen)
    screen.act("The interview")
    turns = _talk(cast, interview_id, screen)
    screen.act("What the recruiter has")
    _show(cast, interview_id, screen)
    screen.note(f"{turns} answers in {time.monotonic() - began:.0f} seconds.")


def _open_role(cast: Cast, screen: Screen) -> dict[str, Any]:
    organisation = cast.recruiter.get("/api/v1/me")["organisation_id"]
    role = cast.recruiter.post("/api/v1/job-roles", ROLE | {"organisation_id": organisation})
    cast.recruiter.patch(f"/api/v1/job-roles/{role['id']}", {"status": "active"})
    screen.fact("role", f"{role['title']}, {role['department']}")
    questions = cast.recruiter.get(f"/api/v1/job-roles/{role['id']}/questions")
    screen.fact("questions", f"{len(questions['items'])}, the same for every candidate")
    return role


def _invite(addresses: Addresses, cast: Cast, role: dict[str, Any], screen: Screen) -> str:
    first, _, last = NAME.partition(" ")
    cast.candidate.patch("/api/v1/candidates/me/profile", {"first_name": first, "last_name": last})
    application = cast.candidate.post("/api/v1/applications", {"job_role_id": role["id"]})
    screen.fact("application", application["status"])
    invitation = cast.recruiter.post(
        "/api/v1/invitations", {"application_id": application["id"], "candidate_email": cast.address}
    )
    letter = _letter(addresses, cast.address)
    screen.fact("letter", letter["subject"])
    link = re.search(r"https?://\S+/invite/([\w-]+)", letter["text"])
    if link is None:
        raise CallFailedError(f"The letter holds no link:\n{letter['text']}")
    shown = public_post(addresses, "/api/v1/invitations/validate", {"token": link[1]})
    screen.fact("link shows", f"{shown['job_role']['title']}, {shown['duration_minutes']} minutes")
    cast.candidate.post("/api/v1/invitations/claim", {"token": link[1]})
    screen.fact("claimed", "by the candidate, once")
    return str(invitation["interview_id"])


def _letter(addresses: Addresses, recipient: str) -> dict[str, Any]:
    deadline = time.monotonic() + LETTER_WITHIN
    while not (letters := letters_to(addresses, recipient)):
        if time.monotonic() > deadline:
            raise CallFailedError(f"No letter came within {LETTER_WITHIN:.0f} seconds.")
        time.sleep(0.1)
    return letters[0]


def _talk(cast: Cast, interview_id: str, screen: Screen) -> int:
    candidate = Candidate()
    started = cast.candidate.post(f"/api/v1/interview/{interview_id}/start", {"mode": "text"})
    heard = str(started["opening_message"])
    screen.speaker("interviewer")
    screen.said(heard)
    for turn in range(1, MOST_TURNS + 1):
        answer = candidate.answer(heard)
        screen.speaker("candidate")
        screen.said(answer, seconds=0.05)
        done = _answer(cast, interview_id, answer, screen)
        heard = str(done["response"])
        if done["progress"]["finished"]:
            return turn
    raise CallFailedError(f"The interview did not end within {MOST_TURNS} answers.")


def _answer(cast: Cast, interview_id: str, answer: str, screen: Screen) -> dict[str, Any]:
    screen.speaker("interviewer")
    body = {"interview_id": interview_id, "message": answer, "turn_id": str(uuid4())}
    for event in cast.candidate.stream("/api/v1/interview/chat/stream", body):
        match event.name:
            case "token":
                screen.piece(event.data["content"])
            case "done":
                screen.end_of_speech()
                return event.data
            case _:
                raise CallFailedError(f"The stream ended with {event.data}")
    raise CallFailedError("The stream ended without its last event.")


def _show(cast: Cast, interview_id: str, screen: Screen) -> None:
    interview = cast.recruiter.get(f"/api/v1/interview/{interview_id}")
    transcript = cast.recruiter.get(f"/api/v1/interview/{interview_id}/transcript")
    progress = cast.recruiter.get(f"/api/v1/interview/{interview_id}/progress")
    screen.fact("status", f"{interview['status']}, {interview['duration_seconds']} seconds")
    screen.fact("transcript", f"{len(transcript['items'])} entries, sealed")
    for each in progress["competencies_covered"]:
        screen.fact("shown", f"{each['competency']}: \u201c{each['quote'][:70]}\u201d")
