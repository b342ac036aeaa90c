-- Why: results of machines and what people say to them, side by side. A finished run is never
-- edited; the only thing that may still change about it is whether it is the current one.

create table public.interview_scores (
  id uuid primary key default gen_random_uuid(),
  interview_id uuid not null references public.interviews (id) on delete restrict,
  run_number integer not null check (run_number >= 1),
  is_current boolean not null default false,
  status text not null default 'queued' check (
    status in ('queued', 'running', 'completed', 'insufficient_evidence', 'failed')
  ),
  overall_score numeric(4, 1) check (overall_score between 0 and 100),
  assessed_weight numeric(5, 4) check (assessed_weight between 0 and 1),
  narrative_summary text check (char_length(narrative_summary) <= 20000),
  candidate_feedback text check (char_length(candidate_feedback) <= 20000),
  anti_cheat_risk_level text check (anti_cheat_risk_level in ('low', 'medium', 'high')),
  anti_cheat_notes text check (char_length(anti_cheat_notes) <= 10000),
  needs_human_review boolean not null default false,
  scored_by text not null default 'ai' check (scored_by = 'ai'),
  requested_by uuid,
  model_version text check (char_length(model_version) <= 200),
  prompt_version text check (char_length(prompt_version) <= 200),
  rubric_version integer check (rubric_version >= 1),
  rubric_snapshot jsonb check (
    jsonb_typeof(rubric_snapshot) = 'object' and octet_length(rubric_snapshot::text) <= 65536
  ),
  transcript_hash text check (transcript_hash ~ '^[0-9a-f]{64}$'),
  token_usage jsonb not null default '{}' check (jsonb_typeof(token_usage) = 'object'),
  error_code text check (char_length(error_code) <= 100),
  completed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (interview_id, run_number),
  unique (id, interview_id),
  check (not is_current or status in ('completed', 'insufficient_evidence')),
  check (status <> 'completed' or overall_score is not null),
  check (status <> 'insufficient_evidence' or overall_score is null)
);

create unique index interview_scores_one_current_idx on public.interview_scores (interview_id)
where is_current;
create unique index interview_scores_one_active_idx on public.interview_scores (interview_id)
where status in ('queued', 'running');

create table public.score_dimensions (
  id uuid primary key default gen_random_uuid(),
  score_id uuid not null,
  interview_id uuid not null,
  dimension text not null check (char_length(dimension) between 1 and 100),
  score numeric(4, 1) check (score between 0 and 100),
  weight numeric(5, 4) not null check (weight between 0 and 1),
  evidence text check (char_length(evidence) <= 20000),
  cited_quotes jsonb not null default '[]' check (
    jsonb_typeof(cited_quotes) = 'array' and octet_length(cited_quotes::text) <= 131072
  ),
  evidence_status text not null check (evidence_status in ('verified', 'partial', 'unsupported')),
  evidence_confidence numeric(4, 3) not null check (evidence_confidence between 0 and 1),
  created_at timestamptz not null default now(),
  foreign key (score_id, interview_id) references public.interview_scores (id, interview_id) on delete restrict,
  unique (score_id, dimension),
  check (evidence_status <> 'unsupported' or score is null)
);

create index score_dimensions_score_idx on public.score_dimensions (score_id, interview_id);
create index score_dimensions_interview_id_idx on public.score_dimensions (interview_id);

create table public.score_reviews (
  id uuid primary key default gen_random_uuid(),
  score_id uuid not null,
  interview_id uuid not null,
  reviewer_id uuid not null default auth.uid(),
  kind text not null check (kind in ('note', 'override')),
  decision text check (decision in ('proceed', 'caution', 'reject')),
  reason text not null check (char_length(btrim(reason)) between 10 and 2000),
  created_at timestamptz not null default now(),
  foreign key (score_id, interview_id) references public.interview_scores (id, interview_id) on delete restrict,
  check ((kind = 'override') = (decision is not null))
);

create index score_reviews_score_idx on public.score_reviews (score_id, interview_id);
create index score_reviews_interview_id_idx on public.score_reviews (interview_id, created_at desc);

create table public.behaviour_scorecards (
  id uuid primary key default gen_random_uuid(),
  interview_id uuid not null references public.interviews (id) on delete restrict,
  run_number integer not null check (run_number >= 1),
  recommendation text not null check (recommendation in ('proceed', 'caution', 'reject')),
  risk_level text not null check (risk_level in ('low', 'medium', 'high')),
  alignment text not null check (alignment in ('strong_fit', 'mixed_fit', 'weak_fit')),
  overall_score numeric(4, 1) check (overall_score between 0 and 100),
  dimensions jsonb not null check (jsonb_typeof(dimensions) in ('array', 'object')),
  fatal_signals jsonb not null default '[]' check (jsonb_typeof(fatal_signals) = 'array'),
  environment_snapshot jsonb not null check (jsonb_typeof(environment_snapshot) = 'object'),
  taxonomy_version text not null check (char_length(taxonomy_version) between 1 and 100),
  model_version text check (char_length(model_version) <= 200),
  prompt_version text check (char_length(prompt_version) <= 200),
  created_at timestamptz not null default now(),
  unique (interview_id, run_number)
);

create table public.skills_scorecards (
  id uuid primary key default gen_random_uuid(),
  interview_id uuid not null references public.interviews (id) on delete restrict,
  run_number integer not null check (run_number >= 1),
  outcome text not null check (outcome in ('PASS', 'REVIEW', 'FAIL')),
  overall_score numeric(4, 1) check (overall_score between 0 and 100),
  competencies jsonb not null check (jsonb_typeof(competencies) in ('array', 'object')),
  must_haves_passed jsonb not null default '[]' check (jsonb_typeof(must_haves_passed) = 'array'),
  must_haves_failed jsonb not null default '[]' check (jsonb_typeof(must_haves_failed) = 'array'),
  gaps jsonb not null default '[]' check (jsonb_typeof(gaps) = 'array'),
  job_profile_snapshot jsonb not null check (jsonb_typeof(job_profile_snapshot) = 'object'),
  rule_version text not null check (char_length(rule_version) between 1 and 100),
  created_at timestamptz not null default now(),
  unique (interview_id, run_number)
);

create table public.post_hire_outcomes (
  id uuid primary key default gen_random_uuid(),
  application_id uuid not null references public.applications (id) on delete restrict,
  score_id uuid references public.interview_scores (id) on delete set null,
  observed_at date not null,
  snapshot_period text not null check (snapshot_period in ('3_month', '6_month', '12_month', 'custom')),
  outcome_rating integer not null check (outcome_rating between 1 and 5),
  dimension_ratings jsonb check (jsonb_typeof(dimension_ratings) = 'object'),
  notes text check (char_length(notes) <= 5000),
  recorded_by uuid not null default auth.uid(),
  created_at timestamptz not null default now()
);

create index post_hire_outcomes_application_id_idx on public.post_hire_outcomes (application_id, observed_at desc);
create index post_hire_outcomes_score_id_idx on public.post_hire_outcomes (score_id);
create unique index post_hire_outcomes_period_key on public.post_hire_outcomes (application_id, snapshot_period)
where snapshot_period <> 'custom';

create table public.shortlists (
  id uuid primary key default gen_random_uuid(),
  job_role_id uuid not null references public.job_roles (id) on delete restrict,
  created_by uuid not null,
  criteria jsonb not null default '{}' check (jsonb_typeof(criteria) = 'object'),
  items jsonb not null check (jsonb_typeof(items) = 'array' and jsonb_array_length(items) <= 50),
  model_version text check (char_length(model_version) <= 200),
  prompt_version text check (char_length(prompt_version) <= 200),
  created_at timestamptz not null default now()
);

create index shortlists_latest_idx on public.shortlists (job_role_id, created_at desc, id desc);

create trigger touch_updated_at before update on public.interview_scores
for each row execute function private.touch_updated_at();

create trigger guard_new_status before insert on public.interview_scores
for each row execute function private.guard_status('score_run', 'status');
create trigger guard_status before update on public.interview_scores
for each row when (old.status is distinct from new.status)
execute function private.guard_status('score_run', 'status');

create function private.guard_score_run()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if private.erasing(tg_relid) then
    return coalesce(new, old);
  end if;
  if tg_op = 'DELETE' then
    perform private.fail(409, 'conflict', 'interview_scores is append-only');
  end if;
  if old.status in ('completed', 'insufficient_evidence', 'failed')
    and to_jsonb(new) - array['is_current', 'updated_at']
    <> to_jsonb(old) - array['is_current', 'updated_at']
  then
    perform private.fail(409, 'conflict', 'a finished run is never edited');
  end if;
  return new;
end
$$;

revoke all on function private.guard_score_run() from public;

create trigger guard_append_only before update or delete on public.interview_scores
for each row execute function private.guard_score_run();
create trigger guard_truncate before truncate on public.interview_scores
for each statement execute function private.guard_append_only();

-- Dimensions are written together with the end of their run and never added to a finished one.
create function private.guard_dimension_run()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if not exists (
    select from public.interview_scores as run where run.id = new.score_id and run.status = 'running'
  ) then
    perform private.fail(409, 'conflict', 'the run is not running');
  end if;
  return new;
end
$$;

revoke all on function private.guard_dimension_run() from public;

create trigger guard_run before insert on public.score_dimensions
for each row execute function private.guard_dimension_run();

create function private.guard_outcome_hired()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if not exists (
    select from public.applications as application
    where application.id = new.application_id and application.status = 'hired'
  ) then
    perform private.fail(409, 'conflict', 'outcomes are recorded for people who were hired');
  end if;
  return new;
end
$$;

revoke all on function private.guard_outcome_hired() from public;

-- After the row, so that who may not write it is told so first.
create trigger guard_hired after insert on public.post_hire_outcomes
for each row execute function private.guard_outcome_hired();

do $$
declare
  table_name text;
begin
  foreach table_name in array array[
    'score_dimensions', 'score_reviews', 'behaviour_scorecards', 'skills_scorecards'
  ]
  loop
    execute format(
      'create trigger guard_append_only before update or delete on public.%I '
      'for each row execute function private.guard_append_only()', table_name
    );
    execute format(
      'create trigger guard_truncate before truncate on public.%I '
      'for each statement execute function private.guard_append_only()', table_name
    );
  end loop;
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Rights. Candidates see none of these tables; my_feedback gives them their text and nothing else.
-- ---------------------------------------------------------------------------------------------

alter table public.interview_scores enable row level security;
alter table public.score_dimensions enable row level security;
alter table public.score_reviews enable row level security;
alter table public.behaviour_scorecards enable row level security;
alter table public.skills_scorecards enable row level security;
alter table public.post_hire_outcomes enable row level security;
alter table public.shortlists enable row level security;

revoke all on
  public.interview_scores, public.score_dimensions, public.score_reviews, public.behaviour_scorecards,
  public.skills_scorecards, public.post_hire_outcomes, public.shortlists
from public, anon, authenticated, service_role;

grant select on
  public.interview_scores, public.score_dimensions, public.score_reviews, public.behaviour_scorecards,
  public.skills_scorecards, public.post_hire_outcomes, public.shortlists
to authenticated;
grant insert (id, score_id, interview_id, kind, decision, reason) on public.score_reviews to authenticated;
grant insert (
  id, application_id, score_id, observed_at, snapshot_period, outcome_rating, dimension_ratings, notes
) on public.post_hire_outcomes to authenticated;
grant select on
  public.interview_scores, public.score_dimensions, public.score_reviews, public.behaviour_scorecards,
  public.skills_scorecards, public.post_hire_outcomes, public.shortlists
to service_role;
grant insert on public.behaviour_scorecards, public.skills_scorecards, public.shortlists to service_role;

create policy members_read on public.interview_scores for select to authenticated
using (interview_id = any (array(select private.viewed_interviews())));

create policy members_read on public.score_dimensions for select to authenticated
using (interview_id = any (array(select private.viewed_interviews())));

create policy members_read on public.score_reviews for select to authenticated
using (interview_id = any (array(select private.viewed_interviews())));

create policy recruiters_note on public.score_reviews for insert to authenticated
with check (
  reviewer_id = (select auth.uid())
  and kind = 'note'
  and interview_id = any (array(select private.recruited_interviews()))
);

create function private.administered_interviews()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select interview.id
  from public.interviews as interview
  join public.applications as application on application.id = interview.application_id
  join public.job_roles as job_role on job_role.id = application.job_role_id
  where job_role.organisation_id = any (array(select private.administered_organisations()))
    and application.candidate_id <> (select auth.uid())
$$;

revoke all on function private.administered_interviews() from public;
grant execute on function private.administered_interviews() to authenticated;

create policy admins_override on public.score_reviews for insert to authenticated
with check (
  reviewer_id = (select auth.uid())
  and kind = 'override'
  and interview_id = any (array(select private.administered_interviews()))
);

create policy members_read on public.behaviour_scorecards for select to authenticated
using (interview_id = any (array(select private.viewed_interviews())));

create policy members_read on public.skills_scorecards for select to authenticated
using (interview_id = any (array(select private.viewed_interviews())));

create policy members_read on public.post_hire_outcomes for select to authenticated
using (application_id = any (array(select private.viewed_applications())));

create policy recruiters_record on public.post_hire_outcomes for insert to authenticated
with check (
  recorded_by = (select auth.uid())
  and application_id = any (array(select private.recruited_applications()))
);

create policy members_read on public.shortlists for select to authenticated
using (job_role_id = any (array(select private.viewed_job_roles())));

create view public.my_feedback
with (security_barrier = true) as
select
  score.interview_id,
  job_role.title as role_title,
  score.candidate_feedback as text,
  score.completed_at as at
from public.interview_scores as score
join public.interviews as interview on interview.id = score.interview_id
join public.applications as application on application.id = interview.application_id
join public.job_roles as job_role on job_role.id = application.job_role_id
where score.is_current
  and score.candidate_feedback is not null
  and application.status not in (
    'applied', 'screening', 'invited', 'interviewing', 'interviewed', 'scoring'
  )
  and application.candidate_id = (select auth.uid());

revoke all on public.my_feedback from public, anon, authenticated, service_role;
grant select on public.my_feedback to authenticated;
