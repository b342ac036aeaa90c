"""A report on an interview that was never held, with everything in it that a report can hold."""

from typing import Any
from uuid import UUID, uuid5

from shared.contracts.scores import ScoreReport

HOME = UUID("3c2f7c52-0f5f-4f0e-9a51-6d1d0c0f5a11")
AT = "2026-11-20T10:15:00+00:00"
ANSWER = (
    "Checkouts were slow in March. I read the query plan, found a missing index, and measured before and "
    'after: 2.4 s became 180 ms. <script>alert("x")</script> My team reviewed the change with me.'
)
SECOND = "I wrote down what we learnt & shared it, so that the next person would look at the plan first."


def identified(name: str) -> str:
    return str(uuid5(HOME, name))


def quote(text: str, content: str = ANSWER, segment: str = "s2", sequence: int = 2) -> dict[str, Any]:
    start = content.index(text)
    return {
        "quote": text,
        "segment_id": identified(segment),
        "start": start,
        "end": start + len(text),
        "sequence": sequence,
    }


def dimension(name: str, score: float | None, **facts: Any) -> dict[str, Any]:
    scored = score is not None
    return {
        "dimension": name,
        "label": name.replace("_", " ").capitalize(),
        "score": score,
        "band": "strong" if scored else None,
        "weight": 0.3,
        "level": 4 if scored else None,
        "levels": [4, 4, 5] if scored else [],
        "spread": 1 if scored else None,
        "agreement": 1.0 if scored else None,
        "score_low": score - 8 if score is not None else None,
        "score_high": min(100, score + 8) if score is not None else None,
        "evidence": "Tells how the cause was found and how the effect was measured." if scored else None,
        "cited_quotes": [],
        "evidence_status": "verified" if scored else "unsupported",
        "evidence_confidence": 1.0 if scored else 0.0,
        "quotes_cited": 2,
        "quotes_dropped": 0 if scored else 2,
        "doubts": [] if scored else ["too_little_evidence"],
    } | facts


def point(name: str, said: str, *quotes: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return {
        "id": name,
        "text": f"Says <{name}> & why.",
        "said": said,
        "votes": 3 if said == "asserted" else 0,
        "quotes": list(quotes),
        "taken_back": [],
    } | facts


def item(order: int, level: int | None, *stages: list[dict[str, Any]], **facts: Any) -> dict[str, Any]:
    return {
        "order": order,
        "item_ref": f"pack/O{order}",
        "kind": "open" if len(stages) == 1 else "scenario",
        "question": f"Question {order}: what is <slow>?",
        "level": level,
        "earned": None if level is None else 0.6,
        "levels": [] if level is None else [level] * 3,
        "unscored": None if level else "not_answered",
        "stages": [
            {"id": f"s{number}", "earned": 0.6, "points": points} for number, points in enumerate(stages)
        ],
        "mistakes": [],
        "quotes_cited": 3,
        "quotes_dropped": 0,
    } | facts


def items() -> list[dict[str, Any]]:
    plan = quote("I read the query plan")
    back = quote("shared it", SECOND, "s4", 4)
    return [
        item(
            5,
            2,
            [point("plan", "asserted", plan, weight="must"), point("page", "not_said", weight="should")],
            [point("share", "withdrawn", plan, taken_back=[back], weight="bonus")],
            mistakes=[
                point("leap", "asserted", plan, cap=2),
                point("threads", "withdrawn", plan, cap=3),
                point("quiet", "not_said", cap=None),
            ],
        ),
        item(6, None, [point("plan", "not_said", weight="must")]),
    ]


def run() -> dict[str, Any]:
    override = review("override", "caution", "The index was found by a colleague, as the notes show.")
    return {
        "run_id": identified("run"),
        "run_number": 2,
        "interview_id": identified("interview"),
        "status": "completed",
        "is_current": True,
        "overall_score": 83.1,
        "band": "strong",
        "score_low": 75,
        "score_high": 91,
        "spread": 1,
        "agreement": 1.0,
        "assessed_weight": 0.7,
        "dimensions": [
            dimension(
                "problem_solving",
                85,
                weight=0.4,
                cited_quotes=[
                    quote("I read the query plan, found a missing index, and measured before and after"),
                    quote("found a missing index, and measured before and after: 2.4 s became 180 ms."),
                ],
            ),
            dimension("communication", 80, cited_quotes=[quote("shared it", SECOND, "s4", 4)]),
            dimension("technical_skills", None),
        ],
        "items": items(),
        "narrative_summary": "Found the cause of slow checkouts and measured the effect.",
        "summary_sentences": [
            {
                "text": "Found the cause of slow checkouts and measured the effect.",
                "quotes": [
                    {
                        "segment_id": identified("s2"),
                        "start": 0,
                        "end": 29,
                        "quote": "Checkouts were slow in March.",
                    }
                ],
            }
        ],
        "candidate_feedback": "You told how you measured the effect.",
        "feedback_sentences": [{"text": "You told how you measured the effect.", "quotes": []}],
        "anti_cheat_risk_level": "medium",
        "anti_cheat_notes": "Several pastes.",
        "needs_human_review": True,
        "review_reasons": [
            {"doubt": "too_little_evidence", "dimension": "technical_skills"},
            {"doubt": "low_coverage", "dimension": None},
        ],
        "findings": [
            {"rule": "forged_block", "segment_id": identified("s2"), "sequence": 2, "start": 136, "end": 144}
        ],
        "quotes_cited": 6,
        "quotes_dropped": 2,
        "model_version": "gpt-4o",
        "prompt_version": "3",
        "rubric_version": 2,
        "rules_version": "1",
        "mapping_version": "1",
        "code_version": "1",
        "transcript_hash": "a" * 64,
        "passes_hash": "b" * 64,
        "error_code": None,
        "requested_by": None,
        "created_at": AT,
        "completed_at": AT,
        "human_override": override,
    }


def review(kind: str, decision: str | None, reason: str) -> dict[str, Any]:
    return {
        "id": identified(kind),
        "run_id": identified("run"),
        "run_number": 2,
        "reviewer_id": identified("admin"),
        "kind": kind,
        "decision": decision,
        "reason": reason,
        "created_at": AT,
    }


def said(sequence: int, speaker: str, content: str) -> dict[str, Any]:
    return {
        "id": identified(f"s{sequence}"),
        "sequence": sequence,
        "turn_id": f"t{sequence // 2}",
        "speaker": speaker,
        "content": content,
        "origin": "typed" if speaker == "candidate" else "model",
        "start_time_ms": None,
        "end_time_ms": None,
        "confidence": None,
        "created_at": AT,
    }


def whole(**facts: Any) -> ScoreReport:
    made = run()
    return ScoreReport.model_validate(
        {
            "interview": {
                "id": identified("interview"),
                "kind": "live",
                "application_id": identified("application"),
                "status": "completed",
                "mode": "text",
                "language": "en-AU",
                "started_at": AT,
                "ended_at": AT,
                "duration_seconds": 754,
                "end_reason": "finished",
            },
            "candidate": None,
            "role": {
                "id": identified("role"),
                "title": "Engineer <Payments> & checkout",
                "department": "Platform",
                "description": None,
            },
            "score": made,
            "transcript": [
                said(1, "interviewer", "Hello, I am an AI. Tell me about something slow that you made fast."),
                said(2, "candidate", ANSWER),
                said(3, "interviewer", "What did you do so that it would not come back?"),
                said(4, "candidate", SECOND),
            ],
            "signals": [
                {"type": "copy_paste", "occurred_at": AT, "duration_ms": None, "received_at": AT},
                {"type": "silence", "occurred_at": AT, "duration_ms": 12000, "received_at": AT},
            ],
            "choices": [
                {"order": 2, "question": "Which is <b>?", "chosen": "The & one", "correct": True},
                {"order": 3, "question": "Which tool?", "chosen": "Another", "correct": False},
                {"order": 4, "question": "And then?", "chosen": None, "correct": None},
            ],
            "reviews": [
                made["human_override"],
                review("note", None, "Ask about the tests next time."),
            ],
            "runs": [made],
        }
        | facts
    )
