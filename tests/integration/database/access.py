"""Who may do what to rows, in one table: the SQL side of the product's permissions.

Letters: s select, i insert, u update, d delete; of the own organisation, or the own rows. Whoever is
not named may do nothing, and nobody may do anything to the rows of another organisation.
"""

STAFF = {"viewer": "s", "recruiter": "s", "admin": "s"}
OWN = {"candidate": "s"}
PARTIES = OWN | STAFF
NOBODY: dict[str, str] = {}

ACCESS: dict[str, dict[str, str]] = {
    "organisations": STAFF | {"admin": "su"},
    "org_users": STAFF | {"admin": "siud"},
    "user_roles": OWN,
    "acs_identities": NOBODY,
    "job_roles": {"viewer": "s", "recruiter": "s", "admin": "sd"},
    "job_role_questions": STAFF,
    "job_role_rubrics": STAFF,
    "org_environment_inputs": STAFF,
    "files": OWN,
    "parsed_profile_snapshots": OWN,
    "resume_ingestion_batches": {"viewer": "s", "recruiter": "siu", "admin": "siu"},
    "resume_ingestion_items": {"viewer": "s", "recruiter": "siu", "admin": "siu"},
    "candidate_profiles": {"candidate": "siu"},
    "candidate_skills": STAFF | {"candidate": "siud"},
    "education": STAFF | {"candidate": "siud"},
    "employment_history": STAFF | {"candidate": "siud"},
    "candidate_dei": {"candidate": "siud"},
    "applications": STAFF,
    "interviews": STAFF,
    "practice_interviews": {"candidate": "si"},
    "interview_plans": STAFF,
    "invitations": PARTIES,
    "interview_turns": NOBODY,
    "speech_finals": NOBODY,
    "transcript_segments": PARTIES,
    "interview_signals": {"recruiter": "s", "admin": "s"},
    "consents": PARTIES,
    "calls": PARTIES,
    "recordings": {"candidate": "s", "recruiter": "s", "admin": "s"},
    "interview_scores": STAFF,
    "score_dimensions": STAFF,
    "score_reviews": {"viewer": "s", "recruiter": "si", "admin": "si"},
    "behaviour_scorecards": STAFF,
    "skills_scorecards": STAFF,
    "post_hire_outcomes": {"viewer": "s", "recruiter": "si", "admin": "si"},
    "shortlists": STAFF,
    "decision_policy_versions": STAFF,
    "decision_outcomes": STAFF,
    "decision_dimension_evaluations": STAFF,
    "decision_signal_evidence": STAFF,
    "decision_risk_flags": STAFF,
    "decision_audit_trail": {"admin": "s"},
    "human_review_actions": STAFF | {"admin": "si"},
    "skills_assessment_summaries": STAFF,
    "data_deletion_requests": {"candidate": "s"},
    "data_exports": {"candidate": "s"},
    "retention_runs": {"admin": "si"},
    "audit_log": {"admin": "s"},
    "domain_events": NOBODY,
    "processed_events": NOBODY,
}

# Everyone who is signed in may ask for their own; such a row names no organisation and no other person.
OWN_REQUESTS = ("data_deletion_requests", "data_exports")

# What the service key may do. It passes by policies, so its grants are its only bounds.
SERVICE: dict[str, str] = {
    "organisations": "siud",
    "org_users": "siud",
    "user_roles": "siud",
    "acs_identities": "siud",
    "job_roles": "siud",
    "job_role_questions": "s",
    "job_role_rubrics": "s",
    "org_environment_inputs": "si",
    "files": "siud",
    "parsed_profile_snapshots": "si",
    "resume_ingestion_batches": "siud",
    "resume_ingestion_items": "siud",
    "candidate_profiles": "siud",
    "candidate_skills": "siud",
    "education": "siud",
    "employment_history": "siud",
    "candidate_dei": "sd",
    "applications": "siud",
    "interviews": "siud",
    "practice_interviews": "siud",
    "interview_plans": "siud",
    "invitations": "siud",
    "interview_turns": "sd",
    "speech_finals": "sd",
    "transcript_segments": "si",
    "interview_signals": "si",
    "consents": "siu",
    "calls": "siud",
    "recordings": "siud",
    "interview_scores": "s",
    "score_dimensions": "s",
    "score_reviews": "s",
    "behaviour_scorecards": "si",
    "skills_scorecards": "si",
    "post_hire_outcomes": "s",
    "shortlists": "si",
    "decision_policy_versions": "si",
    "decision_outcomes": "si",
    "decision_dimension_evaluations": "si",
    "decision_signal_evidence": "si",
    "decision_risk_flags": "si",
    "decision_audit_trail": "si",
    "human_review_actions": "s",
    "skills_assessment_summaries": "si",
    "data_deletion_requests": "siu",
    "data_exports": "siud",
    "retention_runs": "siu",
    "audit_log": "si",
    "domain_events": "siud",
    "processed_events": "sid",
}

# Views: who finds a row of the own organisation (o), and who one of the other (x).
VIEWS: dict[str, dict[str, str]] = {
    "applicant_profiles": {"viewer": "o", "recruiter": "o", "admin": "o"},
    "job_role_cards": {"candidate": "o"},  # the roles of the two organisations are closed
    "organisation_cards": {"candidate": "o"},
    "organisation_members": {"viewer": "o", "recruiter": "o", "admin": "o"},
    "my_applications": {"candidate": "o"},
    "application_overviews": {"viewer": "o", "recruiter": "o", "admin": "o"},
    "interview_overviews": {"viewer": "o", "recruiter": "o", "admin": "o"},
    "my_interviews": {"candidate": "o"},
    "my_feedback": {"candidate": "o"},
}

TURN_FUNCTIONS = {
    "append_segments",
    "begin_turn",
    "commit_turn",
    "end_interview",
    "start_interview",
    "take_rate_limit_token",
    "take_rate_limit_tokens",
}
EVERYONES_FUNCTIONS = {"get_user_org_id", "has_role", "user_belongs_to_org", "user_org_role"}
