-- Why: the system asks for a score once, and may be told to go through its steps again long after: because
-- of a letter, say. A score that people have seen must not be replaced then because the model, a prompt or
-- the rubric is another one by now. People who ask for one are given one of today.

create or replace function public.request_score_run(
  interview_id uuid,
  requested_by uuid default null,
  force boolean default false,
  inputs jsonb default '{}'
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_talk(interview_id);
  run public.interview_scores;
  heard_hash text;
  created boolean := false;
begin
  if talk.id is null or talk.kind <> 'live' then
    perform private.fail(404, 'not_found', 'interview');
  end if;
  if requested_by is not null
    and coalesce(private.role_over_application(talk.application_id, requested_by), '')
    not in ('org_recruiter', 'org_admin')
  then
    perform private.fail(403, 'forbidden', 'interview');
  end if;
  if talk.status <> 'completed' then
    perform private.fail(400, 'invalid_interview_state', 'interview: ' || talk.status);
  end if;
  select head.last_hash into heard_hash from private.transcript_heads as head where head.talk_id = talk.id;

  select * into run
  from public.interview_scores as known
  where known.interview_id = talk.id
    and (
      known.status in ('queued', 'running')
      or (
        not force
        and known.status in ('completed', 'insufficient_evidence')
        and known.transcript_hash is not distinct from heard_hash
        and (
          request_score_run.requested_by is null
          or (
            known.model_version is not distinct from inputs ->> 'model_version'
            and known.prompt_version is not distinct from inputs ->> 'prompt_version'
            and known.rubric_version is not distinct from (inputs ->> 'rubric_version')::integer
          )
        )
      )
    )
  order by known.status in ('queued', 'running') desc, known.run_number desc
  limit 1;
  if run.id is null then
    insert into public.interview_scores (
      interview_id, run_number, requested_by, model_version, prompt_version, rubric_version,
      rubric_snapshot, transcript_hash
    )
    select
      talk.id, coalesce(max(earlier.run_number), 0) + 1, request_score_run.requested_by,
      inputs ->> 'model_version', inputs ->> 'prompt_version', (inputs ->> 'rubric_version')::integer,
      nullif(inputs -> 'rubric_snapshot', 'null'::jsonb), heard_hash
    from public.interview_scores as earlier
    where earlier.interview_id = talk.id
    returning * into run;
    created := true;
    perform private.walk_application(talk.application_id, 'scoring');
    perform private.record(
      'scoring.requested', 'interview', talk.id, talk.organisation_id, request_score_run.requested_by,
      jsonb_build_object('run_id', run.id, 'run_number', run.run_number)
    );
  end if;
  return to_jsonb(run) || jsonb_build_object('created', created);
end
$$;
