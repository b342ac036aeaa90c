-- Why: an interview has one entry before operators, which tells its latest reason. What was said and
-- cannot be proven must not vanish behind a score that failed, which closes by itself once there is one.
-- Whatever kept an interview from its score is over once it has one.

-- Said again, it is the same row, seen later, with the reason that is newer unless the older one is graver.
-- attempts counts how often it was put here, one more after each time that somebody had it tried again.
create or replace function public.park_workflow(subject text, subject_id uuid, instance_id text, reason text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  kept public.workflow_attention;
begin
  update public.workflow_attention as known
  set
    last_seen_at = clock_timestamp(),
    instance_id = park_workflow.instance_id,
    reason = case
      when known.reason = 'transcript_broken' then known.reason
      when known.reason = 'transcript_not_sealed' and park_workflow.reason <> 'transcript_broken' then known.reason
      else park_workflow.reason
    end
  where known.subject = park_workflow.subject
    and known.subject_id = park_workflow.subject_id
    and known.resolved_at is null
  returning * into kept;
  if found then
    return to_jsonb(kept) || jsonb_build_object('opened', false);
  end if;
  insert into public.workflow_attention (subject, subject_id, instance_id, reason, attempts)
  select
    park_workflow.subject, park_workflow.subject_id, park_workflow.instance_id, park_workflow.reason,
    1 + count(*)
  from public.workflow_attention as earlier
  where earlier.subject = park_workflow.subject
    and earlier.subject_id = park_workflow.subject_id
    and earlier.resolution = 'retried'
  on conflict do nothing
  returning * into kept;
  if kept.id is null then -- somebody else was quicker by a moment
    return public.park_workflow(subject, subject_id, instance_id, reason);
  end if;
  return to_jsonb(kept) || jsonb_build_object('opened', true);
end
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
  return true;
end
$$;
