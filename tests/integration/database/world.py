"""Two organisations, each with a row in every table, and with people of every role."""

from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from psycopg import sql
from psycopg.types.json import Jsonb

from tests.integration.database.database import Connection

TENANTS = ("red", "blue")
PEOPLE = ("candidate", "viewer", "recruiter", "admin")
ROLES = {"viewer": "org_viewer", "recruiter": "org_recruiter", "admin": "org_admin"}
HASH = "0" * 64


def key(tenant: str, name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"talenti-tests:{tenant}:{name}")


def rows(tenant: str) -> dict[str, dict[str, Any]]:
    """One row for every table, whole enough for every check."""

    def ref(name: str) -> UUID:
        return key(tenant, name)

    def hashed(name: str) -> str:
        return ref(name).hex * 2

    score = {"score_id": ref("interview_scores"), "interview_id": ref("interviews")}
    decision = {"decision_id": ref("decision_outcomes"), "interview_id": ref("interviews")}
    mine = {"user_id": ref("candidate")}
    tied = {"interview_id": ref("interviews")}
    return {
        "organisations": {"name": f"{tenant} company"},
        "org_users": {
            "organisation_id": ref("organisations"),
            "user_id": ref("viewer"),
            "role": "org_viewer",
        },
        "user_roles": mine | {"role": "candidate"},
        "acs_identities": mine | {"communication_user_id": f"8:acs:{tenant}"},
        "job_roles": {
            "organisation_id": ref("organisations"),
            "title": "Engineer",
            "status": "closed",
            "scoring_rubric": {"skill": {"weight": 1}},
            "interview_structure": {"question_count": 6},
        },
        "job_role_questions": {
            "job_role_id": ref("job_roles"),
            "version": 1,
            "fingerprint": HASH,
            "origin": "composed",
            "items": [{"order": 1, "text": "Question 1?"}],
            "content_hash": HASH,
        },
        "job_role_rubrics": {
            "job_role_id": ref("job_roles"),
            "version": 1,
            "rubric": {"skill": {"weight": 1}},
        },
        "org_environment_inputs": {
            "organisation_id": ref("organisations"),
            "raw_answers": {},
            "derived_environment": {},
            "confidence": "low",
            "submitted_by": ref("admin"),
        },
        "files": mine
        | {
            "purpose": "candidate_cv",
            "blob_path": f"resumes/{ref('candidate')}/{ref('files')}.pdf",
            "content_type": "application/pdf",
            "status": "received",
        },
        "parsed_profile_snapshots": mine
        | {"file_id": ref("files"), "parser_version": "1", "source_kind": "pdf", "data": {}},
        "resume_ingestion_batches": {
            "organisation_id": ref("organisations"),
            "job_role_id": ref("job_roles"),
        },
        "candidate_profiles": mine
        | {
            "first_name": "Kim",
            "last_name": "Lee",
            "email": "kim@example.org",
            "phone": "0400 000 000",
            "cv_file_id": ref("files"),
            "cv_file_path": "resumes/x",
        },
        "candidate_skills": mine | {"skill_name": "Python"},
        "education": mine | {"institution": "University", "degree": "Bachelor"},
        "employment_history": mine
        | {"company_name": "Company", "job_title": "Engineer", "start_date": "2020-01-01"},
        "candidate_dei": mine | {"gender": "woman"},
        "applications": {
            "job_role_id": ref("job_roles"),
            "candidate_id": ref("candidate"),
            "status": "hired",
            "status_changed_by": ref("recruiter"),
            "match_score": 70,
        },
        "application_matches": {
            "application_id": ref("applications"),
            "fingerprint": "a" * 64,
            "score": 70,
            "result": {},
        },
        "interviews": {
            "application_id": ref("applications"),
            "status": "completed",
            "summary": "Short",
            "started_at": "2026-01-01T10:00Z",
            "ended_at": "2026-01-01T10:10Z",
            "duration_seconds": 600,
            "end_reason": "finished",
            "transcript_status": "completed",
        },
        "practice_interviews": mine | {"sample_role_type": "software-engineer"},
        "interview_plans": tied | {"items": [{"order": 1}], "content_hash": HASH},
        "invitations": tied
        | {
            "application_id": ref("applications"),
            "token_hash": hashed("invitations"),
            "candidate_email": "kim@example.org",
            "expires_at": "2026-02-01T00:00Z",
            "status": "completed",
        },
        "interview_turns": tied
        | {
            "turn_id": "one",
            "state": "committed",
            "lease_expires_at": "2026-01-01T10:01Z",
            "reply": "Thanks",
            "committed_at": "2026-01-01T10:01Z",
        },
        "speech_finals": tied | {"turn_id": "one", "segment_key": "a", "sequence": 1, "content": "Hello"},
        "transcript_segments": tied
        | {
            "sequence": 1,
            "speaker": "candidate",
            "content": "Hello",
            "origin": "typed",
            "content_salt": "s",
            "content_hash": HASH,
            "previous_hash": HASH,
            "row_hash": HASH,
        },
        "transcript_seals": tied | {"segments": 1, "head_hash": HASH, "is_whole": True},
        "candidate_letters": tied | {"kind": "thanks", "about": "2026-01-01T10:10Z"},
        "interview_signals": tied | {"type": "silence", "occurred_at": "2026-01-01T10:01Z"},
        "consents": mine
        | tied
        | {
            "granted": True,
            "text_version": "1",
            "text_hash": HASH,
            "locale": "en-AU",
            "ip_address": "192.0.2.1",
        },
        "calls": tied | {"call_connection_id": f"call-{tenant}", "server_call_id": f"server-{tenant}"},
        "recordings": tied
        | {
            "consent_id": ref("consents"),
            "call_id": ref("calls"),
            "status": "completed",
            "file_step": "completed",
            "blob_path": f"interview-recordings/{tenant}.wav",
            "sha256": HASH,
        },
        "recording_chunks": {
            "provider_recording_id": f"recording-{tenant}",
            "recording_id": ref("recordings"),
            "document_id": "0-a",
            "chunk_index": 0,
            "content_path": f"interview-recordings/20260101/{tenant}.wav",
        },
        "recording_transcripts": tied
        | {
            "recording_id": ref("recordings"),
            "status": "completed",
            "completed_at": "2026-01-01T10:20Z",
        },
        "interview_scores": tied
        | {
            "run_number": 1,
            "is_current": True,
            "status": "completed",
            "overall_score": 81.4,
            "candidate_feedback": "Well told.",
            "completed_at": "2026-01-01T10:20Z",
        },
        "score_dimensions": score
        | {
            "dimension": "skill",
            "score": 81.4,
            "weight": 1,
            "evidence_status": "verified",
            "evidence_confidence": 1,
        },
        "score_passes": score
        | {
            "dimension": "skill",
            "pass_number": 1,
            "status": "rated",
            "level": 3,
            "citations": [{"segment_id": str(ref("transcript_segments")), "quote": "my own hands"}],
        },
        "score_texts": score | {"kind": "summary", "source": "model", "content": {"sentences": []}},
        "score_reviews": score
        | {
            "reviewer_id": ref("recruiter"),
            "kind": "note",
            "reason": "A long enough reason",
        },
        "behaviour_scorecards": tied
        | {
            "run_number": 1,
            "recommendation": "proceed",
            "risk_level": "low",
            "alignment": "strong_fit",
            "dimensions": {},
            "environment_snapshot": {},
            "taxonomy_version": "2026.2",
        },
        "skills_scorecards": tied
        | {
            "run_number": 1,
            "outcome": "PASS",
            "competencies": {},
            "job_profile_snapshot": {},
            "rule_version": "1",
        },
        "post_hire_outcomes": {
            "application_id": ref("applications"),
            "observed_at": "2026-06-01",
            "snapshot_period": "custom",
            "outcome_rating": 4,
            "recorded_by": ref("recruiter"),
        },
        "shortlists": {"job_role_id": ref("job_roles"), "created_by": ref("recruiter"), "items": []},
        "decision_policy_versions": {
            "organisation_id": ref("organisations"),
            "policy_version": "1",
            "rule_version": "1",
            "policy": {},
        },
        "decision_outcomes": tied
        | {
            "policy_version_id": ref("decision_policy_versions"),
            "state": "PROCEED",
            "confidence": "HIGH",
            "integrity": "CLEAN",
            "rule_version": "1",
            "policy_version": "1",
        },
        "decision_dimension_evaluations": decision | {"dimension": "ownership"},
        "decision_signal_evidence": decision | {"signal_id": "ownership_proactivity"},
        "decision_risk_flags": decision | {"flag": "none"},
        "decision_audit_trail": decision | {"step": 1, "rule": "1"},
        "human_review_actions": decision
        | {
            "reviewer_id": ref("admin"),
            "review_type": "HUMAN_REVIEW",
            "outcome": "ACKNOWLEDGED",
            "reason": "A long enough reason",
        },
        "skills_assessment_summaries": tied | {"summary": {}, "rule_version": "1"},
        "resume_ingestion_items": {
            "batch_id": ref("resume_ingestion_batches"),
            "candidate_name": "Kim Lee",
            "candidate_email": "kim@example.org",
        },
        "data_deletion_requests": mine | {"request_type": "anonymize", "status": "completed"},
        "data_exports": mine | {"status": "completed"},
        "retention_runs": {
            "organisation_id": ref("organisations"),
            "action": "cleanup_recordings",
            "requested_by": ref("admin"),
            "started_at": "2026-01-01T02:00Z",
            "finished_at": "2026-01-01T02:01Z",
        },
        "audit_log": {
            "organisation_id": ref("organisations"),
            "sequence": 1,
            "action": "organisation.created",
            "entity_type": "organisation",
            "personal_salt": "s",
            "personal_hash": HASH,
            "previous_hash": HASH,
            "row_hash": HASH,
        },
        "domain_events": {
            "event_type": "organisation.created",
            "aggregate_type": "organisation",
            "aggregate_id": ref("organisations"),
        },
        "processed_events": {"source": "tests", "event_id": tenant},
        "workflow_attention": {
            "subject": "interview",
            "subject_id": ref("interviews"),
            "instance_id": f"interview-{ref('interviews')}",
            "reason": "scoring_failed",
            "attempts": 1,
        },
    }


def build(connection: Connection) -> None:
    """Fill both organisations, past the triggers: every row is in the state the tests need."""
    connection.execute("set local session_replication_role = replica")
    for tenant in TENANTS:
        for person in PEOPLE:
            add_user(connection, key(tenant, person), f"{person}@{tenant}.example.org")
        for table, values in rows(tenant).items():
            insert(connection, table, {"id": key(tenant, table)} | values)
        for person in ("recruiter", "admin"):
            insert(
                connection,
                "org_users",
                {
                    "organisation_id": key(tenant, "organisations"),
                    "user_id": key(tenant, person),
                    "role": ROLES[person],
                },
            )
    add_user(connection, key("none", "stranger"), "stranger@example.org")
    connection.execute("set local session_replication_role = origin")


def add_user(connection: Connection, user_id: UUID, email: str) -> None:
    connection.execute("insert into auth.users (id, email) values (%s, %s)", [user_id, email])


def insert(connection: Connection, table: str, values: dict[str, Any]) -> None:
    names = list(values)
    statement = sql.SQL("insert into public.{} ({}) values ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join(map(sql.Placeholder, names)),
    )
    connection.execute(statement, {name: _json(value) for name, value in values.items()})


def _json(value: object) -> object:
    return Jsonb(value) if isinstance(value, dict | list) else value


def personas() -> Iterator[tuple[str, str, UUID | None]]:
    """Name, database role, and the person whose token it is."""
    for person in PEOPLE:
        yield person, "authenticated", key("red", person)
    yield "stranger", "authenticated", key("none", "stranger")
    yield "anon", "anon", None
