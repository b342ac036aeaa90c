-- Why: score runs are rows that are added, never changed. Whoever asks twice gets one run; the
-- overall score is worked out here from the parts, whatever total was sent.

-- inputs: {model_version, prompt_version, rubric_version, rubric_snapshot}. A run that is queued or
-- running is joined. Without force, a finished run over the same transcript and versions is given.
-- requested_by null is the system.
create function public.request_score_run(
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
        and known.model_version is not distinct from inputs ->> 'model_version'
        and known.prompt_version is not distinct from inputs ->> 'prompt_version'
        and known.rubric_version is not distinct from (inputs ->> 'rubric_version')::integer
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

create function public.start_score_run(run_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  run public.interview_scores;
begin
  update public.interview_scores set status = 'running' where id = run_id and status = 'queued';
  select * into run from public.interview_scores as known where known.id = run_id;
  if not found then
    perform private.fail(404, 'not_found', 'score run');
  end if;
  return to_jsonb(run);
end
$$;

-- result: {status (completed, insufficient_evidence, failed), narrative_summary, candidate_feedback,
-- anti_cheat_risk_level, anti_cheat_notes, needs_human_review, model_version, prompt_version,
-- rubric_version, rubric_snapshot, token_usage, error_code, overall_score?, dimensions[] {dimension,
-- score, weight, evidence, cited_quotes, evidence_status, evidence_confidence}}.
-- Saved again, a finished run is given as it is. saved says whether this call did it.
create function public.save_score_run(run_id uuid, result jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  run public.interview_scores;
  talk private.talk;
  overall numeric;
  assessed numeric;
  total numeric;
  to_status text := result ->> 'status';
begin
  select * into run from public.interview_scores as known where known.id = run_id;
  if not found then
    perform private.fail(404, 'not_found', 'score run');
  end if;
  talk := private.lock_talk(run.interview_id);
  select * into run from public.interview_scores as known where known.id = run_id for no key update;
  if run.status in ('completed', 'insufficient_evidence', 'failed') then
    return to_jsonb(run) || jsonb_build_object('saved', false);
  end if;
  if coalesce(to_status, '') not in ('completed', 'insufficient_evidence', 'failed') then
    perform private.fail(422, 'validation_error', 'status');
  end if;
  if run.status = 'queued' then
    update public.interview_scores set status = 'running' where id = run.id;
  end if;

  if to_status <> 'failed' then
    insert into public.score_dimensions (
      score_id, interview_id, dimension, score, weight, evidence, cited_quotes, evidence_status,
      evidence_confidence
    )
    select
      run.id, run.interview_id, part.dimension, part.score, part.weight, part.evidence,
      coalesce(part.cited_quotes, '[]'), part.evidence_status, part.evidence_confidence
    from jsonb_to_recordset(coalesce(result -> 'dimensions', '[]')) as part (
      dimension text, score numeric, weight numeric, evidence text, cited_quotes jsonb,
      evidence_status text, evidence_confidence numeric
    );
    select
      round(sum(part.weight * part.score) / nullif(sum(part.weight) filter (where part.score is not null), 0), 1),
      coalesce(sum(part.weight) filter (where part.score is not null), 0),
      sum(part.weight)
    into overall, assessed, total
    from public.score_dimensions as part
    where part.score_id = run.id;
    if (to_status = 'completed') <> (overall is not null) then
      perform private.fail(422, 'validation_error', 'status');
    end if;
    if result ->> 'overall_score' is not null
      and (result ->> 'overall_score')::numeric is distinct from overall
    then
      perform private.fail(422, 'validation_error', 'overall_score');
    end if;
    update public.interview_scores as earlier
    set is_current = false
    where earlier.interview_id = run.interview_id and earlier.is_current;
  end if;

  update public.interview_scores
  set
    status = to_status,
    is_current = to_status <> 'failed',
    overall_score = overall,
    assessed_weight = case when total > 0 then round(assessed / total, 4) end,
    narrative_summary = result ->> 'narrative_summary',
    candidate_feedback = result ->> 'candidate_feedback',
    anti_cheat_risk_level = result ->> 'anti_cheat_risk_level',
    anti_cheat_notes = result ->> 'anti_cheat_notes',
    needs_human_review = coalesce((result ->> 'needs_human_review')::boolean, false)
      or (to_status = 'completed' and assessed < total / 2),
    model_version = coalesce(result ->> 'model_version', model_version),
    prompt_version = coalesce(result ->> 'prompt_version', prompt_version),
    rubric_version = coalesce((result ->> 'rubric_version')::integer, rubric_version),
    rubric_snapshot = coalesce(nullif(result -> 'rubric_snapshot', 'null'::jsonb), rubric_snapshot),
    token_usage = coalesce(nullif(result -> 'token_usage', 'null'::jsonb), '{}'),
    error_code = case when to_status = 'failed' then coalesce(result ->> 'error_code', 'internal_error') end,
    completed_at = clock_timestamp()
  where id = run.id
  returning * into run;
  perform private.walk_application(
    talk.application_id, case when to_status = 'failed' then 'interviewed' else 'reviewed' end
  );
  perform private.record(
    case when to_status = 'failed' then 'score.failed' else 'score.completed' end, 'score', run.id,
    talk.organisation_id, null,
    jsonb_build_object('interview_id', run.interview_id, 'run_number', run.run_number, 'status', to_status)
  );
  return to_jsonb(run) || jsonb_build_object('saved', true);
end
$$;

-- 0 to 100 per application of one role, by the system; moves nobody.
create function public.save_match_scores(job_role_id uuid, scores jsonb)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  saved integer;
begin
  update public.applications as application
  set match_score = given.match_score
  from jsonb_to_recordset(scores) as given (application_id uuid, match_score numeric)
  where application.id = given.application_id
    and application.job_role_id = save_match_scores.job_role_id;
  get diagnostics saved = row_count;
  return saved;
end
$$;

-- Counts for an organisation's admins. Groups of fewer than ten people are hidden, and so is a
-- group that could be worked out from the rest.
create function public.dei_summary(organisation_id uuid, caller_id uuid, job_role_id uuid default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  summary jsonb;
begin
  perform private.require_role(dei_summary.organisation_id, caller_id, array['org_admin'], 'organisation');
  with people as (
    select distinct application.candidate_id
    from public.applications as application
    join public.job_roles as job_role on job_role.id = application.job_role_id
    where job_role.organisation_id = dei_summary.organisation_id
      and (dei_summary.job_role_id is null or job_role.id = dei_summary.job_role_id)
  ),
  answers as (
    select field.name as field, field.answer
    from people
    join public.candidate_dei as dei on dei.user_id = people.candidate_id
    cross join lateral (
      values
        ('gender', dei.gender),
        ('ethnicity', dei.ethnicity),
        ('disability_status', dei.disability_status),
        ('veteran_status', dei.veteran_status),
        ('lgbtq_status', dei.lgbtq_status)
    ) as field (name, answer)
    where field.answer is not null
  ),
  sizes as (
    select answers.field, answers.answer, count(*) as people
    from answers
    group by answers.field, answers.answer
  ),
  shown as (
    select
      sizes.*,
      count(*) filter (where sizes.people < 10) over (partition by sizes.field) as hidden_groups,
      row_number() over (partition by sizes.field, sizes.people >= 10 order by sizes.people, sizes.answer) as place
    from sizes
  )
  select coalesce(jsonb_object_agg(per_field.field, per_field.groups), '{}') into summary
  from (
    select
      shown.field,
      jsonb_object_agg(shown.answer, shown.people) as groups
    from shown
    where shown.people >= 10 and not (shown.hidden_groups = 1 and shown.place = 1)
    group by shown.field
  ) as per_field;
  return summary;
end
$$;

revoke all on function public.request_score_run(uuid, uuid, boolean, jsonb) from public;
revoke all on function public.start_score_run(uuid) from public;
revoke all on function public.save_score_run(uuid, jsonb) from public;
revoke all on function public.save_match_scores(uuid, jsonb) from public;
revoke all on function public.dei_summary(uuid, uuid, uuid) from public;

grant execute on function public.request_score_run(uuid, uuid, boolean, jsonb) to service_role;
grant execute on function public.start_score_run(uuid) to service_role;
grant execute on function public.save_score_run(uuid, jsonb) to service_role;
grant execute on function public.save_match_scores(uuid, jsonb) to service_role;
grant execute on function public.dei_summary(uuid, uuid, uuid) to service_role;
