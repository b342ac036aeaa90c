-- Why: of an interview whose candidate has withdrawn nothing more is asked, also when that was just after
-- its end. Its workflow ends at once, so nobody misses one: else it was started in vain three times, and
-- put before operators. Nor is the candidate told then that people will answer.

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
    where interview.status = 'completed'
      and interview.ended_at > now() - interval '1 day'
      and not exists (
        select from public.applications as withdrawn
        where withdrawn.id = interview.application_id
          and withdrawn.status = 'archived'
          and withdrawn.status_changed_by = withdrawn.candidate_id
      )
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

create or replace function private.letter_holds(letter public.candidate_letters)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  interview public.interviews;
  expires_at timestamptz;
begin
  if letter.created_at < clock_timestamp() - interval '3 days' then
    return false;
  end if;
  select * into interview from public.interviews as kept where kept.id = letter.interview_id;
  if letter.kind = 'thanks' then
    return interview.status = 'completed' and not exists (
      select from public.applications as withdrawn
      where withdrawn.id = interview.application_id
        and withdrawn.status = 'archived'
        and withdrawn.status_changed_by = withdrawn.candidate_id
    );
  end if;
  select invitation.expires_at into expires_at
  from public.invitations as invitation
  where invitation.interview_id = interview.id
    and invitation.status not in ('completed', 'expired', 'revoked');
  if interview.status not in ('invited', 'scheduled') or coalesce(expires_at, '-infinity') <= clock_timestamp() then
    return false;
  end if;
  return case letter.kind
    when 'expiring' then expires_at = letter.about
    when 'upcoming' then interview.scheduled_at = letter.about and letter.about > clock_timestamp()
    else interview.scheduled_at = letter.about
  end;
end
$$;
