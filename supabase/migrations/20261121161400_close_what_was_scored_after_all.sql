-- Why: one score that failed is put before operators by its run and by its interview. When it came about
-- after all, whoever had it tried again must not find the other entry open.

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
    and entry.reason in ('scoring_failed', 'scoring_overdue', 'scoring_not_requested', 'scoring_gave_up')
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
  return true;
end
$$;
