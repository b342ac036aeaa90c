-- Why: the database says what should be going on, the workflows say what is. Each family of workflows
-- has one function here that is told the keys of the runs that are alive and gives every difference:
-- 'wanted' (nobody is at it), 'over' (somebody still is), 'unknown' (there is no such thing). What is
-- done about it is decided elsewhere. A part of the ids at a time keeps both sides small.

create index interviews_in_progress_idx on public.interviews (id) where status = 'in_progress';
create index practice_interviews_in_progress_idx on public.practice_interviews (id) where status = 'in_progress';
create index interviews_ended_idx on public.interviews (ended_at) where status = 'completed';

-- How often something was helped of late. It begins anew after a day, or when an operator says so.
create table private.workflow_repairs (
  instance_id text primary key check (char_length(instance_id) between 1 and 200),
  attempts integer not null check (attempts >= 1),
  last_at timestamptz not null
);

alter table private.workflow_repairs enable row level security;

-- Whose turn it is to compare. A run that died holds it until its time is over.
create table private.reconciliation_turn (
  is_only boolean primary key default true check (is_only),
  holder uuid not null,
  until timestamptz not null
);

alter table private.reconciliation_turn enable row level security;

create function public.begin_reconciliation(holder uuid, seconds integer)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into private.reconciliation_turn as turn (holder, until)
  values (begin_reconciliation.holder, clock_timestamp() + make_interval(secs => seconds))
  on conflict (is_only) do update set holder = excluded.holder, until = excluded.until
  where turn.until <= clock_timestamp() or turn.holder = excluded.holder;
  if not found then
    return false;
  end if;
  delete from private.workflow_repairs as old where old.last_at < now() - interval '1 day';
  return true;
end
$$;

create function public.end_reconciliation(holder uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from private.reconciliation_turn as turn where turn.holder = end_reconciliation.holder;
  return found;
end
$$;

create function public.count_workflow_repair(instance_id text)
returns integer
language sql
security definer
set search_path = ''
as $$
  insert into private.workflow_repairs as known (instance_id, attempts, last_at)
  values (count_workflow_repair.instance_id, 1, now())
  on conflict on constraint workflow_repairs_pkey do update
  set attempts = known.attempts + 1, last_at = excluded.last_at
  returning known.attempts
$$;

create function public.forget_workflow_repairs(instance_id text)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from private.workflow_repairs as known
  where known.instance_id = forget_workflow_repairs.instance_id;
  return found;
end
$$;

-- It waits for an operator, or an operator has decided that nothing is to be done.
create function private.is_left_to_people(in_subject text, in_subject_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(
    (
      select entry.resolution is null or entry.resolution in ('settled', 'accepted')
      from public.workflow_attention as entry
      where entry.subject = in_subject and entry.subject_id = in_subject_id
      order by entry.first_seen_at desc, entry.id
      limit 1
    ),
    false
  )
$$;

create function private.workflow_gap(
  standing text,
  subject text,
  subject_id uuid,
  instance_id text,
  state text,
  since timestamptz,
  message jsonb
)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'standing', standing, 'subject', subject, 'subject_id', subject_id, 'instance_id', instance_id,
    'state', state, 'since', since, 'message', message,
    'is_parked', private.is_left_to_people(subject, subject_id),
    'attempts', coalesce(
      (
        select known.attempts
        from private.workflow_repairs as known
        where known.instance_id = workflow_gap.instance_id
      ),
      0
    )
  )
$$;

-- Live and practice interviews; a workflow carries both.
create function private.talks_between(first_id uuid, last_id uuid)
returns table (id uuid, status text, started_at timestamptz, ended_at timestamptz)
language sql
stable
security definer
set search_path = ''
as $$
  select talk.id, talk.status, talk.started_at, coalesce(talk.ended_at, talk.updated_at)
  from public.interviews as talk
  where talk.id between first_id and last_id
  union all
  select practice.id, practice.status, practice.started_at, coalesce(practice.ended_at, practice.updated_at)
  from public.practice_interviews as practice
  where practice.id between first_id and last_id
$$;

-- Keys: interview-<id>. Wanted is a talk that runs, and one that was completed and is not scored.
create function public.lifecycle_gaps(first_id uuid, last_id uuid, live text[], max_rows integer default 500)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with at_it as (
    select run.key, substr(run.key, 11)::uuid as id from unnest(live) as run (key)
  ),
  missing as (
    select talk.id, talk.status, talk.started_at as since
    from private.talks_between(first_id, last_id) as talk
    where talk.status = 'in_progress'
    union all
    select interview.id, interview.status, interview.ended_at
    from public.interviews as interview
    where interview.id between first_id and last_id
      and interview.status = 'completed'
      and interview.ended_at > now() - interval '30 days'
      and not exists (
        select from public.interview_scores as run
        where run.interview_id = interview.id and run.status <> 'failed'
      )
  ),
  gaps as (
    (
      select
        'wanted' as standing, missing.id, 'interview-' || missing.id as key, missing.status as state,
        missing.since
      from missing
      where not exists (select from at_it where at_it.id = missing.id)
      order by missing.since
      limit max_rows
    )
    union all
    select
      case when talk.id is null then 'unknown' else 'over' end, at_it.id, at_it.key, talk.status, talk.ended_at
    from at_it
    left join lateral private.talks_between(at_it.id, at_it.id) as talk on true
    where talk.id is null or talk.status in ('completed', 'cancelled', 'expired')
  )
  select coalesce(
    jsonb_agg(
      private.workflow_gap(
        gaps.standing, 'interview', gaps.id, gaps.key, gaps.state, gaps.since,
        jsonb_build_object('interview_id', gaps.id)
      )
      || jsonb_build_object(
        'is_parked',
        private.is_left_to_people('interview', gaps.id)
        or exists (
          select from public.interview_scores as run
          where run.interview_id = gaps.id and private.is_left_to_people('score_run', run.id)
        )
      )
    ),
    '[]'
  )
  from gaps
$$;

-- Keys: score-<interview>-<number of the run>. Wanted is every run that is queued or running.
create function public.scoring_gaps(first_id uuid, last_id uuid, live text[], max_rows integer default 500)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with at_it as (
    select run.key, substr(run.key, 7, 36)::uuid as interview_id, substr(run.key, 44)::integer as run_number
    from unnest(live) as run (key)
  ),
  gaps as (
    (
      select
        'wanted' as standing, score.id, score.interview_id, score.run_number, score.status as state,
        score.created_at as since
      from public.interview_scores as score
      where score.status in ('queued', 'running')
        and score.interview_id between first_id and last_id
        and not exists (
          select from at_it
          where at_it.interview_id = score.interview_id and at_it.run_number = score.run_number
        )
      order by since
      limit max_rows
    )
    union all
    select
      case when score.id is null then 'unknown' else 'over' end, coalesce(score.id, at_it.interview_id),
      at_it.interview_id, at_it.run_number, score.status, coalesce(score.completed_at, score.updated_at)
    from at_it
    left join public.interview_scores as score
      on score.interview_id = at_it.interview_id and score.run_number = at_it.run_number
    where score.id is null or score.status not in ('queued', 'running')
  )
  select coalesce(
    jsonb_agg(
      private.workflow_gap(
        gaps.standing, 'score_run', gaps.id, 'score-' || gaps.interview_id || '-' || gaps.run_number,
        gaps.state, gaps.since,
        jsonb_build_object(
          'interview_id', gaps.interview_id, 'run_id', gaps.id, 'run_number', gaps.run_number
        )
      )
    ),
    '[]'
  )
  from gaps
$$;

-- What the database says of an interview, for operators: ids, states and times.
create function public.inspect_interview(interview_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'interview_id', interview.id,
    'status', interview.status,
    'started_at', interview.started_at,
    'ended_at', interview.ended_at,
    'transcript_status', interview.transcript_status,
    'runs', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'run_id', run.id, 'run_number', run.run_number, 'status', run.status,
            'created_at', run.created_at, 'completed_at', run.completed_at
          )
          order by run.run_number
        ),
        '[]'
      )
      from public.interview_scores as run
      where run.interview_id = interview.id
    ),
    'recordings', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'recording_id', recording.id, 'status', recording.status, 'started_at', recording.started_at,
            'stopped_at', recording.stopped_at
          )
          order by recording.created_at
        ),
        '[]'
      )
      from public.recordings as recording
      where recording.interview_id = interview.id
    ),
    'attention', (
      select coalesce(jsonb_agg(to_jsonb(entry) order by entry.first_seen_at), '[]')
      from public.workflow_attention as entry
      where entry.subject_id = interview.id
        or entry.subject_id in (
          select run.id from public.interview_scores as run where run.interview_id = interview.id
        )
        or entry.subject_id in (
          select recording.id from public.recordings as recording
          where recording.interview_id = interview.id
        )
    )
  )
  from public.interviews as interview
  where interview.id = inspect_interview.interview_id
$$;

revoke all on function private.is_left_to_people(text, uuid) from public;
revoke all on function private.workflow_gap(text, text, uuid, text, text, timestamptz, jsonb) from public;
revoke all on function private.talks_between(uuid, uuid) from public;
revoke all on function public.begin_reconciliation(uuid, integer) from public;
revoke all on function public.end_reconciliation(uuid) from public;
revoke all on function public.count_workflow_repair(text) from public;
revoke all on function public.forget_workflow_repairs(text) from public;
revoke all on function public.lifecycle_gaps(uuid, uuid, text[], integer) from public;
revoke all on function public.scoring_gaps(uuid, uuid, text[], integer) from public;
revoke all on function public.inspect_interview(uuid) from public;
grant execute on function public.begin_reconciliation(uuid, integer) to service_role;
grant execute on function public.end_reconciliation(uuid) to service_role;
grant execute on function public.count_workflow_repair(text) to service_role;
grant execute on function public.forget_workflow_repairs(text) to service_role;
grant execute on function public.lifecycle_gaps(uuid, uuid, text[], integer) to service_role;
grant execute on function public.scoring_gaps(uuid, uuid, text[], integer) to service_role;
grant execute on function public.inspect_interview(uuid) to service_role;
