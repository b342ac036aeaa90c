-- Why: a talk that nobody could look at for an hour wants no decision of a person once the database is back.
-- It is carried again by itself, as what was lost is; in vain three times, it is put before people for good.

-- It waits for an operator, or an operator has decided that nothing is to be done.
create or replace function private.is_left_to_people(in_subject text, in_subject_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(
    (
      select case
        when entry.resolution is null then entry.reason <> 'untended'
        else entry.resolution in ('settled', 'accepted')
      end
      from public.workflow_attention as entry
      where entry.subject = in_subject and entry.subject_id = in_subject_id
      order by entry.first_seen_at desc, entry.id
      limit 1
    ),
    false
  )
$$;

create or replace function public.begin_reconciliation(holder uuid, seconds integer)
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
  update public.workflow_attention as entry
  set resolved_at = clock_timestamp(), resolution = 'went_on'
  from public.interview_scores as run
  where entry.resolved_at is null
    and entry.reason in (
      'scoring_failed', 'scoring_overdue', 'scoring_not_requested', 'scoring_gave_up', 'untended',
      'lifecycle_gave_up', 'lifecycle_does_not_end'
    )
    and run.status in ('completed', 'insufficient_evidence')
    and run.completed_at > entry.last_seen_at
    and (
      (entry.subject = 'interview' and run.interview_id = entry.subject_id)
      or (
        entry.subject = 'score_run'
        and run.interview_id = (
          select given_up.interview_id from public.interview_scores as given_up
          where given_up.id = entry.subject_id
        )
      )
    );
  update public.workflow_attention as entry
  set resolved_at = clock_timestamp(), resolution = 'went_on'
  from public.practice_interviews as practice
  where entry.resolved_at is null
    and entry.reason in ('untended', 'lifecycle_gave_up', 'lifecycle_does_not_end')
    and entry.subject = 'interview'
    and practice.id = entry.subject_id
    and practice.status = 'completed'
    and practice.ended_at > entry.last_seen_at;
  return true;
end
$$;
