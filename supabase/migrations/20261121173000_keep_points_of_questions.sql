-- Why: an open question and a case of a pack have known points. What a model says of each is kept
-- beside its ratings, once for each question and pass; what code made of it stays with the run: which
-- points were made and the level that follows, and apart from them the words, which go when words go.

alter table public.score_passes
add column kind text not null default 'dimension' check (kind in ('dimension', 'item')),
add column item_order integer check (item_order between 1 and 1000),
add column points jsonb not null default '[]' check (
  jsonb_typeof(points) = 'array' and octet_length(points::text) <= 32768
),
drop constraint score_passes_dimension_check,
add constraint score_passes_dimension_check check (char_length(dimension) between 1 and 150),
drop constraint score_passes_check,
add constraint score_passes_rated_check check ((status = 'rated' and kind = 'dimension') = (level is not null)),
add constraint score_passes_item_check check ((kind = 'item') = (item_order is not null));

alter table public.interview_scores
add column items jsonb not null default '[]' check (
  jsonb_typeof(items) = 'array' and octet_length(items::text) <= 2097152
),
add column item_quotes jsonb not null default '{}' check (
  jsonb_typeof(item_quotes) = 'object' and octet_length(item_quotes::text) <= 1048576
);

-- As before, and for questions as well as for dimensions.
create or replace function public.save_score_pass(run_id uuid, pass jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  run public.interview_scores;
  kept public.score_passes;
begin
  select * into run from public.interview_scores as known where known.id = run_id for share;
  if not found then
    perform private.fail(404, 'not_found', 'score run');
  end if;
  select * into kept
  from public.score_passes as given
  where given.score_id = run.id
    and given.dimension = pass ->> 'dimension'
    and given.pass_number = (pass ->> 'pass_number')::integer;
  if found then
    return to_jsonb(kept) || jsonb_build_object('kept', false);
  end if;
  insert into public.score_passes as given (
    score_id, interview_id, kind, dimension, item_order, pass_number, status, level, points, citations,
    rationale, error_code, seed, model_version, prompt_version, token_usage
  )
  values (
    run.id, run.interview_id, coalesce(pass ->> 'kind', 'dimension'), pass ->> 'dimension',
    (pass ->> 'item_order')::integer, (pass ->> 'pass_number')::integer, pass ->> 'status',
    (pass ->> 'level')::integer, coalesce(pass -> 'points', '[]'), coalesce(pass -> 'citations', '[]'),
    pass ->> 'rationale', pass ->> 'error_code', (pass ->> 'seed')::bigint, pass ->> 'model_version',
    pass ->> 'prompt_version',
    coalesce(nullif(pass -> 'token_usage', 'null'::jsonb), '{}')
  )
  on conflict on constraint score_passes_score_id_dimension_pass_number_key do nothing
  returning * into kept;
  if kept.id is not null then
    return to_jsonb(kept) || jsonb_build_object('kept', true);
  end if;
  select * into kept
  from public.score_passes as given
  where given.score_id = run.id
    and given.dimension = pass ->> 'dimension'
    and given.pass_number = (pass ->> 'pass_number')::integer;
  return to_jsonb(kept) || jsonb_build_object('kept', false);
end
$$;

-- As before, and with what was made of the points of questions.
create or replace function public.save_score_run(run_id uuid, result jsonb)
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
      evidence_confidence, level, levels, spread, agreement, score_low, score_high, quotes_cited,
      quotes_dropped, doubts
    )
    select
      run.id, run.interview_id, part.dimension, part.score, part.weight, part.evidence,
      coalesce(part.cited_quotes, '[]'), part.evidence_status, part.evidence_confidence, part.level,
      coalesce(part.levels, '{}'), part.spread, part.agreement, part.score_low, part.score_high,
      part.quotes_cited, part.quotes_dropped, coalesce(part.doubts, '{}')
    from jsonb_to_recordset(coalesce(result -> 'dimensions', '[]')) as part (
      dimension text, score numeric, weight numeric, evidence text, cited_quotes jsonb,
      evidence_status text, evidence_confidence numeric, level numeric, levels integer[], spread integer,
      agreement numeric, score_low numeric, score_high numeric, quotes_cited integer,
      quotes_dropped integer, doubts text[]
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
    score_low = (result ->> 'score_low')::numeric,
    score_high = (result ->> 'score_high')::numeric,
    assessed_weight = case when total > 0 then round(assessed / total, 4) end,
    narrative_summary = result ->> 'narrative_summary',
    candidate_feedback = result ->> 'candidate_feedback',
    anti_cheat_risk_level = result ->> 'anti_cheat_risk_level',
    anti_cheat_notes = result ->> 'anti_cheat_notes',
    needs_human_review = coalesce((result ->> 'needs_human_review')::boolean, false)
      or (to_status = 'completed' and assessed < total / 2),
    review_reasons = coalesce(nullif(result -> 'review_reasons', 'null'::jsonb), '[]'),
    findings = coalesce(nullif(result -> 'findings', 'null'::jsonb), '[]'),
    text_evidence = coalesce(nullif(result -> 'text_evidence', 'null'::jsonb), '{}'),
    items = coalesce(nullif(result -> 'items', 'null'::jsonb), '[]'),
    item_quotes = coalesce(nullif(result -> 'item_quotes', 'null'::jsonb), '{}'),
    masks = coalesce(nullif(result -> 'masks', 'null'::jsonb), '{}'),
    quotes_cited = (result ->> 'quotes_cited')::integer,
    quotes_dropped = (result ->> 'quotes_dropped')::integer,
    passes_wanted = coalesce((result ->> 'passes_wanted')::integer, passes_wanted),
    rules_version = result ->> 'rules_version',
    mapping_version = result ->> 'mapping_version',
    code_version = result ->> 'code_version',
    passes_hash = result ->> 'passes_hash',
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

-- As before, and the words beside points go too.
create or replace function private.mask_passes()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.score_passes as given
  set citations = '[]', rationale = null, masked_at = clock_timestamp()
  where given.interview_id = new.interview_id and given.masked_at is null;
  update public.score_texts as written
  set content = '{}', masked_at = clock_timestamp()
  where written.interview_id = new.interview_id and written.masked_at is null;
  update public.interview_scores as run
  set text_evidence = '{}', item_quotes = '{}', masks = '{}'
  where run.interview_id = new.interview_id
    and (run.text_evidence <> '{}' or run.item_quotes <> '{}' or run.masks <> '{}');
  return null;
end
$$;
