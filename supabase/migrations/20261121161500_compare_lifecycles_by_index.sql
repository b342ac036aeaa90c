-- Why: this is asked every few minutes. It must look at what runs and at what ended of late, by the
-- indexes made for it, and not through every interview there ever was.

drop index public.interviews_in_progress_idx; -- interviews_running_idx serves as well
create index applications_interviewed_idx on public.applications (id) where status = 'interviewed';

create or replace function public.lifecycle_gaps(first_id uuid, last_id uuid, live text[], max_rows integer default 500)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with at_it as (
    select run.key, substr(run.key, 11)::uuid as id from unnest(live) as run (key)
  ),
  over_of_late as (
    select interview.id, interview.status, interview.ended_at
    from public.interviews as interview
    where interview.status = 'completed' and interview.ended_at > now() - interval '1 day'
    union
    -- an application stays interviewed until its interview is scored, unless people move it
    select interview.id, interview.status, interview.ended_at
    from public.applications as application
    join public.interviews as interview on interview.application_id = application.id
    where application.status = 'interviewed'
      and interview.status = 'completed'
      and interview.ended_at > now() - interval '30 days'
  ),
  missing as (
    select interview.id, interview.status, interview.started_at as since
    from public.interviews as interview
    where interview.id between first_id and last_id and interview.status = 'in_progress'
    union all
    select practice.id, practice.status, practice.started_at
    from public.practice_interviews as practice
    where practice.id between first_id and last_id and practice.status = 'in_progress'
    union all
    select interview.id, interview.status, interview.ended_at
    from over_of_late as interview
    where interview.id between first_id and last_id
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
