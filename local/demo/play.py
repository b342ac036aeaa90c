"""The play: a role is opened, somebody applies, is invited, is interviewed."""

import re
import time
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from local.demo.api import Addresses, Caller, CallFailedError, letters_to, public_post
from local.demo.candidate import CV, NAME, Candidate
from local.demo.screen import Screen

RECRUITER: Final = "recruiter@redgum.example.org"
PASSWORD: Final = "talenti-local-1"  # noqa: S105 - of the seed, known to everyone
MOST_TURNS: Final = 40
LETTER_WITHIN: Final = 15.0
CV_READ_WITHIN: Final = 20.0
SCORED_WITHIN: Final = 45.0
BAR: Final = 30  # signs for a hundred points

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
    screen.act(f"{NAME} hands in a CV")
    _hand_in(cast, screen)
    screen.act(f"{NAME} applies and is invited")
    interview_id = _invite(addresses, cast, role, screen)
    screen.act("The interview")
    turns = _talk(cast, interview_id, screen)
    screen.act("It is closed and scored")
    _follow(cast, interview_id, screen)
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


def _hand_in(cast: Cast, screen: Screen) -> None:
    file_id = cast.candidate.send_file("/api/v1/resume/upload", "Kim Taylor.txt", CV)["file_id"]
    deadline = time.monotonic() + CV_READ_WITHIN
    while (standing := cast.candidate.get(f"/api/v1/files/{file_id}"))["status"] != "parsed":
        if time.monotonic() > deadline:
            raise CallFailedError(f"The CV was not read within {CV_READ_WITHIN:.0f} seconds: {standing}")
        time.sleep(0.2)
    skills = cast.candidate.get("/api/v1/candidates/me/skills")["items"]
    jobs = cast.candidate.get("/api/v1/candidates/me/employment")["items"]
    screen.fact("read as skills", ", ".join(sorted(each["skill_name"] for each in skills)))
    for each in jobs:
        screen.fact("and as work", f"{each['job_title']}, since {each['start_date']}")
    cast.candidate.post("/api/v1/candidates/me/profile/confirm")
    screen.fact("confirmed", "by the candidate")


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


def _follow(cast: Cast, interview_id: str, screen: Screen) -> None:
    """Leave as a browser does, and watch what becomes of it."""
    cast.candidate.post(f"/api/v1/interview/{interview_id}/end")
    deadline, shown = time.monotonic() + SCORED_WITHIN, ""
    while time.monotonic() < deadline:
        progress = cast.recruiter.get(f"/api/v1/interview/{interview_id}/progress")
        lifecycle, scoring = progress["lifecycle"] or {}, progress["scoring"]
        told = str(lifecycle.get("phase", ""))
        if told == "scoring" and scoring:
            told = f"scoring, {scoring['done']} of {scoring['total']} readings"
        if told and told != shown:
            screen.fact("now", told)
            shown = told
        if lifecycle.get("phase") in {"done", "needs_attention"}:
            return
        time.sleep(0.2)
    raise CallFailedError(f"The interview was not scored within {SCORED_WITHIN:.0f} seconds.")


def _show(cast: Cast, interview_id: str, screen: Screen) -> None:
    interview = cast.recruiter.get(f"/api/v1/interview/{interview_id}")
    transcript = cast.recruiter.get(f"/api/v1/interview/{interview_id}/transcript")
    progress = cast.recruiter.get(f"/api/v1/interview/{interview_id}/progress")
    screen.fact("status", f"{interview['status']}, {interview['duration_seconds']} seconds")
    screen.fact("transcript", f"{len(transcript['items'])} entries, sealed")
    for each in progress["competencies_covered"]:
        screen.fact("shown", f"{each['competency']}: \u201c{each['quote'][:70]}\u201d")
    _show_score(cast.recruiter.get(f"/api/v1/interview/{interview_id}/score"), screen)


def _show_score(score: dict[str, Any], screen: Screen) -> None:
    screen.fact("score", f"{score['overall_score']} of 100, {score['band']}")
    screen.fact("may lie", f"between {score['score_low']} and {score['score_high']}")
    for each in score["dimensions"]:
        points = each["score"]
        bar = "#" * round((points or 0) * BAR / 100)
        said = "not scored" if points is None else f"{points:g}"
        screen.fact(each["label"][:14], f"{bar:.<{BAR}} {said}, levels {each['levels']}")
        for quote in each["cited_quotes"][:1]:
            screen.fact("", f"\u201c{quote['quote'][:80]}\u201d")
    proved = score["quotes_cited"] - score["quotes_dropped"]
    screen.fact("proof", f"{proved} of {score['quotes_cited']} quotes found again in the transcript")
    if score["needs_human_review"]:
        screen.fact(
            "a person", "has to look: " + ", ".join(each["doubt"] for each in score["review_reasons"])
        )
