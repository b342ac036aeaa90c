"""The product's state machines, in the words of its specification; the database is compared with them."""

OPEN_APPLICATION = (
    "applied",
    "screening",
    "invited",
    "interviewing",
    "interviewed",
    "scoring",
    "reviewed",
    "shortlisted",
    "offered",
)
NEW = "(new)"

MACHINES: dict[str, dict[str, tuple[str, ...]]] = {
    "interview": {
        NEW: ("invited",),
        "invited": ("scheduled", "in_progress", "cancelled", "expired"),
        "scheduled": ("in_progress", "cancelled", "expired"),
        "in_progress": ("completed", "cancelled"),
    },
    "application": {
        NEW: ("applied",),
        "applied": ("screening", "invited", "rejected", "archived"),
        "screening": ("invited", "rejected", "archived"),
        "invited": ("screening", "interviewing", "rejected", "archived"),
        "interviewing": ("screening", "interviewed", "rejected", "archived"),
        "interviewed": ("scoring", "invited", "rejected", "archived"),
        "scoring": ("reviewed", "interviewed", "rejected", "archived"),
        "reviewed": ("shortlisted", "invited", "rejected", "archived"),
        "shortlisted": ("reviewed", "offered", "rejected", "archived"),
        "offered": ("hired", "rejected", "archived"),
    },
    "invitation": {
        NEW: ("pending",),
        "pending": ("sent", "expired", "revoked"),
        "sent": ("delivered", "bounced", "expired", "revoked"),
        "delivered": ("opened", "expired", "revoked"),
        "opened": ("claimed", "completed", "expired", "revoked"),
        "claimed": ("completed", "expired", "revoked"),
        "bounced": ("sent", "expired", "revoked"),
    },
    "job_role": {
        NEW: ("draft",),
        "draft": ("active",),
        "active": ("paused", "closed"),
        "paused": ("active", "closed"),
    },
    "transcript": {NEW: ("initializing",), "initializing": ("active",), "active": ("completed",)},
    "call": {
        NEW: ("connecting",),
        "connecting": ("connected", "disconnected"),
        "connected": ("disconnecting", "transferring"),
        "disconnecting": ("disconnected",),
        "transferring": ("transferAccepted",),
    },
    "recording": {
        NEW: ("active",),
        "active": ("paused", "stopped"),
        "paused": ("active", "stopped"),
        "stopped": ("processing", "deleted"),
        "processing": ("completed", "failed", "deleted"),
        "failed": ("processing", "deleted"),
        "completed": ("deleted",),
    },
    "recording_file": {
        NEW: ("pending",),
        "pending": ("downloading", "failed"),
        "downloading": ("processing", "failed"),
        "processing": ("uploading", "failed"),
        "uploading": ("completed", "failed"),
        "failed": ("downloading",),
    },
    "score_run": {
        NEW: ("queued",),
        "queued": ("running",),
        "running": ("completed", "insufficient_evidence", "failed"),
    },
    "resume_batch": {
        NEW: ("draft",),
        "draft": ("processing",),
        "processing": ("inviting",),
        "inviting": ("completed",),
    },
    "item_parse": {
        NEW: ("pending",),
        "pending": ("parsed", "needs_email", "failed"),
        "needs_email": ("pending",),
        "failed": ("pending",),
    },
    "item_review": {
        NEW: ("pending_review",),
        "pending_review": ("ready_for_review", "needs_email"),
        "ready_for_review": ("approved", "rejected"),
        "needs_email": ("pending_review",),
        "approved": ("invited",),
    },
    "profile_review": {
        NEW: ("pending_parse",),
        "pending_parse": ("needs_confirmation",),
        "needs_confirmation": ("confirmed", "pending_parse"),
        "confirmed": ("pending_parse",),
    },
    "practice": {NEW: ("pending",), "pending": ("in_progress",), "in_progress": ("completed",)},
    "deletion_request": {
        NEW: ("pending",),
        "pending": ("processing",),
        "processing": ("completed", "failed"),
        "failed": ("processing",),
    },
    "export": {
        NEW: ("pending",),
        "pending": ("processing",),
        "processing": ("completed", "failed"),
        "failed": ("processing",),
        "completed": ("expired",),
    },
    "file": {
        NEW: ("awaiting_upload", "received"),
        "awaiting_upload": ("received", "superseded", "refused", "failed", "parked", "removed"),
        "received": ("reading", "superseded", "refused", "failed", "parked", "removed"),
        "reading": (
            "parsed",
            "scanned_needs_reader",
            "superseded",
            "refused",
            "failed",
            "parked",
            "removed",
        ),
        "scanned_needs_reader": ("reading", "superseded", "failed", "parked", "removed"),
        "parked": ("received", "reading", "superseded", "refused", "failed", "removed"),
        "parsed": ("removed",),
        "superseded": ("removed",),
        "refused": ("removed",),
        "failed": ("removed",),
    },
}

# Where each machine lives: table, column, what else a row needs to be in any state.
PLACES: dict[str, list[tuple[str, str]]] = {
    "interview": [("interviews", "status")],
    "application": [("applications", "status")],
    "invitation": [("invitations", "status")],
    "job_role": [("job_roles", "status")],
    "transcript": [("interviews", "transcript_status")],
    "call": [("calls", "status")],
    "recording": [("recordings", "status")],
    "recording_file": [("recordings", "file_step")],
    "score_run": [("interview_scores", "status")],
    "resume_batch": [("resume_ingestion_batches", "status")],
    "item_parse": [("resume_ingestion_items", "parse_status")],
    "item_review": [("resume_ingestion_items", "recruiter_review_status")],
    "profile_review": [
        ("candidate_profiles", "profile_review_status"),
        ("applications", "profile_review_status"),
    ],
    "practice": [("practice_interviews", "status")],
    "deletion_request": [("data_deletion_requests", "status")],
    "export": [("data_exports", "status")],
    "file": [("files", "status")],
}

VOCABULARY = """
auth: account_claimed, access_denied. organisation: created, updated, retention_changed, environment_updated.
member: added, role_changed, removed. job_role: created, updated, status_changed, rubric_updated, deleted.
application: created, status_changed, rejected, withdrawn. candidate: cv_uploaded, cv_parsed, cv_viewed,
profile_prefilled, profile_updated, profile_confirmed, visibility_changed. invitation: created, sent, resent,
opened, claimed, revoked, bounced, expired. interview: scheduled, started, resumed, completed, cancelled,
expired, degraded. consent: granted, withdrawn. transcript, report: viewed, exported. recording: started,
stopped, completed, failed, downloaded, deleted. scoring: requested. score: completed, failed, reviewed,
overridden. shortlist: generated. decision: evaluated, reviewed. outcome: recorded. resume_batch: created,
processing_requested, item_parsed, item_reviewed, invite_requested. privacy: export_requested,
export_completed, deletion_requested, deletion_completed, deletion_failed. retention: purged. audit: exported.
attention: retried, resolved. reconciliation: requested.
"""


def event_types() -> set[str]:
    names = set()
    for sentence in VOCABULARY.replace("\n", " ").split("."):
        entities, _, actions = sentence.partition(":")
        names |= {
            f"{entity.strip()}.{action.strip()}"
            for entity in entities.split(",")
            for action in actions.split(",")
            if action.strip()
        }
    return names
