-- Why: decision states: what the rules made of an interview, why, and what people added. The
-- system's state is never edited; a human review stands beside it.

create table public.decision_policy_versions (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid references public.organisations (id) on delete restrict,
  policy_version text not null check (char_length(policy_version) between 1 and 100),
  rule_version text not null check (char_length(rule_version) between 1 and 100),
  policy jsonb not null check (jsonb_typeof(policy) = 'object' and octet_length(policy::text) <= 131072),
  created_at timestamptz not null default now(),
  unique nulls not distinct (organisation_id, policy_version)
);

create table public.decision_outcomes (
  id uuid primary key default gen_random_uuid(),
  interview_id uuid not null references public.interviews (id) on delete restrict,
  policy_version_id uuid references public.decision_policy_versions (id) on delete restrict,
  state text not null check (
    state in ('PROCEED', 'PROCEED_WITH_CONDITIONS', 'DO_NOT_PROCEED', 'INSUFFICIENT_EVIDENCE')
  ),
  confidence text not null check (confidence in ('LOW', 'MEDIUM', 'HIGH')),
  integrity text not null check (integrity in ('CLEAN', 'MIXED', 'AT_RISK', 'INVALID')),
  conditions jsonb not null default '[]' check (jsonb_typeof(conditions) = 'array'),
  trade_off_statement text check (char_length(trade_off_statement) <= 5000),
  rationale text check (char_length(rationale) <= 20000),
  evidence_gaps jsonb not null default '[]' check (jsonb_typeof(evidence_gaps) = 'array'),
  conflict_flags jsonb not null default '[]' check (jsonb_typeof(conflict_flags) = 'array'),
  rule_version text not null check (char_length(rule_version) between 1 and 100),
  policy_version text not null check (char_length(policy_version) between 1 and 100),
  created_at timestamptz not null default now(),
  unique (id, interview_id)
);

create index decision_outcomes_interview_id_idx on public.decision_outcomes (interview_id, created_at desc);
create index decision_outcomes_policy_version_id_idx on public.decision_outcomes (policy_version_id);

create table public.decision_dimension_evaluations (
  id uuid primary key default gen_random_uuid(),
  decision_id uuid not null,
  interview_id uuid not null,
  dimension text not null check (char_length(dimension) between 1 and 100),
  tier text check (tier in ('Standard', 'Important', 'Critical')),
  scale integer check (scale between -2 and 2),
  confidence text check (confidence in ('LOW', 'MEDIUM', 'HIGH')),
  details jsonb not null default '{}' check (jsonb_typeof(details) = 'object'),
  created_at timestamptz not null default now(),
  foreign key (decision_id, interview_id)
  references public.decision_outcomes (id, interview_id) on delete restrict,
  unique (decision_id, dimension)
);

create table public.decision_signal_evidence (
  id uuid primary key default gen_random_uuid(),
  decision_id uuid not null,
  interview_id uuid not null,
  signal_id text not null check (char_length(signal_id) between 1 and 200),
  strength integer check (strength between 0 and 3),
  is_valid boolean not null default true,
  quotes jsonb not null default '[]' check (jsonb_typeof(quotes) = 'array'),
  created_at timestamptz not null default now(),
  foreign key (decision_id, interview_id)
  references public.decision_outcomes (id, interview_id) on delete restrict
);

create table public.decision_risk_flags (
  id uuid primary key default gen_random_uuid(),
  decision_id uuid not null,
  interview_id uuid not null,
  flag text not null check (char_length(flag) between 1 and 200),
  details jsonb not null default '{}' check (jsonb_typeof(details) = 'object'),
  created_at timestamptz not null default now(),
  foreign key (decision_id, interview_id)
  references public.decision_outcomes (id, interview_id) on delete restrict
);

create table public.decision_audit_trail (
  id uuid primary key default gen_random_uuid(),
  decision_id uuid not null,
  interview_id uuid not null,
  step integer not null check (step >= 1),
  rule text not null check (char_length(rule) between 1 and 200),
  details jsonb not null default '{}' check (jsonb_typeof(details) = 'object'),
  created_at timestamptz not null default now(),
  foreign key (decision_id, interview_id)
  references public.decision_outcomes (id, interview_id) on delete restrict,
  unique (decision_id, step)
);

create table public.human_review_actions (
  id uuid primary key default gen_random_uuid(),
  decision_id uuid not null,
  interview_id uuid not null,
  reviewer_id uuid not null default auth.uid(),
  review_type text not null check (
    review_type in ('HUMAN_REVIEW', 'EXCEPTION_RECORDED', 'ADDITIONAL_CONTEXT', 'DISAGREEMENT_RECORDED')
  ),
  outcome text not null check (
    outcome in (
      'ACKNOWLEDGED', 'PROCEED_WITH_HUMAN_EXCEPTION', 'HOLD_FOR_FURTHER_REVIEW',
      'DISAGREE_WITH_SYSTEM_DECISION', 'NO_ACTION_TAKEN'
    )
  ),
  reason text not null check (char_length(btrim(reason)) between 10 and 2000),
  created_at timestamptz not null default now(),
  foreign key (decision_id, interview_id)
  references public.decision_outcomes (id, interview_id) on delete restrict
);

create table public.skills_assessment_summaries (
  id uuid primary key default gen_random_uuid(),
  interview_id uuid not null references public.interviews (id) on delete restrict,
  summary jsonb not null check (jsonb_typeof(summary) = 'object' and octet_length(summary::text) <= 131072),
  rule_version text not null check (char_length(rule_version) between 1 and 100),
  created_at timestamptz not null default now()
);

create index skills_assessment_summaries_interview_id_idx
on public.skills_assessment_summaries (interview_id, created_at desc);

-- One shape for the eight tables: indexes of the tie, append-only, closed, members read.
do $$
declare
  table_name text;
begin
  foreach table_name in array array[
    'decision_dimension_evaluations', 'decision_signal_evidence', 'decision_risk_flags',
    'decision_audit_trail', 'human_review_actions'
  ]
  loop
    execute format(
      'create index %I on public.%I (decision_id, interview_id)', table_name || '_decision_idx', table_name
    );
    execute format(
      'create index %I on public.%I (interview_id)', table_name || '_interview_id_idx', table_name
    );
  end loop;
  foreach table_name in array array[
    'decision_policy_versions', 'decision_outcomes', 'decision_dimension_evaluations',
    'decision_signal_evidence', 'decision_risk_flags', 'decision_audit_trail', 'human_review_actions',
    'skills_assessment_summaries'
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
-- Rights
-- ---------------------------------------------------------------------------------------------

alter table public.decision_policy_versions enable row level security;
alter table public.decision_outcomes enable row level security;
alter table public.decision_dimension_evaluations enable row level security;
alter table public.decision_signal_evidence enable row level security;
alter table public.decision_risk_flags enable row level security;
alter table public.decision_audit_trail enable row level security;
alter table public.human_review_actions enable row level security;
alter table public.skills_assessment_summaries enable row level security;

revoke all on
  public.decision_policy_versions, public.decision_outcomes, public.decision_dimension_evaluations,
  public.decision_signal_evidence, public.decision_risk_flags, public.decision_audit_trail,
  public.human_review_actions, public.skills_assessment_summaries
from public, anon, authenticated, service_role;

grant select on
  public.decision_policy_versions, public.decision_outcomes, public.decision_dimension_evaluations,
  public.decision_signal_evidence, public.decision_risk_flags, public.decision_audit_trail,
  public.human_review_actions, public.skills_assessment_summaries
to authenticated;
grant insert (id, decision_id, interview_id, review_type, outcome, reason)
on public.human_review_actions to authenticated;
grant select, insert on
  public.decision_policy_versions, public.decision_outcomes, public.decision_dimension_evaluations,
  public.decision_signal_evidence, public.decision_risk_flags, public.decision_audit_trail,
  public.skills_assessment_summaries
to service_role;
grant select on public.human_review_actions to service_role;

create policy members_read on public.decision_policy_versions for select to authenticated
using (organisation_id = any (array(select private.viewed_organisations())));

create policy members_read on public.decision_outcomes for select to authenticated
using (interview_id = any (array(select private.viewed_interviews())));

create policy members_read on public.decision_dimension_evaluations for select to authenticated
using (interview_id = any (array(select private.viewed_interviews())));

create policy members_read on public.decision_signal_evidence for select to authenticated
using (interview_id = any (array(select private.viewed_interviews())));

create policy members_read on public.decision_risk_flags for select to authenticated
using (interview_id = any (array(select private.viewed_interviews())));

create policy admins_read on public.decision_audit_trail for select to authenticated
using (interview_id = any (array(select private.administered_interviews())));

create policy members_read on public.human_review_actions for select to authenticated
using (interview_id = any (array(select private.viewed_interviews())));

create policy admins_review on public.human_review_actions for insert to authenticated
with check (
  reviewer_id = (select auth.uid())
  and interview_id = any (array(select private.administered_interviews()))
);

create policy members_read on public.skills_assessment_summaries for select to authenticated
using (interview_id = any (array(select private.viewed_interviews())));
