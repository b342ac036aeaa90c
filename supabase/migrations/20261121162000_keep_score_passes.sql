-- Why: a score is proved by what it was made of. What a model answered is kept as it came, once for
-- each dimension and pass, so that a step that runs again asks nobody, and so that a stranger can
-- work the result out anew. A run tells how far its passes agree and why people have to look.

alter table public.interview_scores
add column score_low numeric(4, 1) check (score_low between 0 and 100),
add column score_high numeric(4, 1) check (score_high between 0 and 100),
add column review_reasons jsonb not null default '[]' check (jsonb_typeof(review_reasons) = 'array'),
add column findings jsonb not null default '[]' check (
  jsonb_typeof(findings) = 'array' and octet_length(findings::text) <= 65536
),
add column text_evidence jsonb not null default '{}' check (
  jsonb_typeof(text_evidence) = 'object' and octet_length(text_evidence::text) <= 131072
),
add column masks jsonb not null default '{}' check (
  jsonb_typeof(masks) = 'object' and octet_length(masks::text) <= 262144
),
add column quotes_cited integer check (quotes_cited >= 0),
add column quotes_dropped integer check (quotes_dropped between 0 and quotes_cited),
add column passes_wanted integer check (passes_wanted between 1 and 9),
add column rules_version text check (char_length(rules_version) <= 100),
add column mapping_version text check (char_length(mapping_version) <= 100),
add column code_version text check (char_length(code_version) <= 100),
add column passes_hash text check (passes_hash ~ '^[0-9a-f]{64}$'),
add check (score_low <= overall_score and overall_score <= score_high);

alter table public.score_dimensions
add column level numeric(3, 1) check (level between 1 and 5),
add column levels integer[] not null default '{}' check (cardinality(levels) <= 9),
add column spread integer check (spread between 0 and 4),
add column agreement numeric(4, 3) check (agreement between 0 and 1),
add column score_low numeric(4, 1) check (score_low between 0 and 100),
add column score_high numeric(4, 1) check (score_high between 0 and 100),
add column quotes_cited integer check (quotes_cited >= 0),
add column quotes_dropped integer check (quotes_dropped between 0 and quotes_cited),
add column doubts text[] not null default '{}' check (cardinality(doubts) <= 20);

create table public.score_passes (
  id uuid primary key default gen_random_uuid(),
  score_id uuid not null,
  interview_id uuid not null,
  dimension text not null check (char_length(dimension) between 1 and 100),
  pass_number integer not null check (pass_number between 1 and 9),
  status text not null check (status in ('rated', 'insufficient_evidence', 'failed')),
  level integer check (level between 1 and 5),
  citations jsonb not null default '[]' check (
    jsonb_typeof(citations) = 'array' and octet_length(citations::text) <= 131072
  ),
  rationale text check (char_length(rationale) <= 10000),
  error_code text check (char_length(error_code) <= 100),
  seed bigint,
  model_version text check (char_length(model_version) <= 200),
  prompt_version text check (char_length(prompt_version) <= 200),
  token_usage jsonb not null default '{}' check (jsonb_typeof(token_usage) = 'object'),
  masked_at timestamptz,
  created_at timestamptz not null default now(),
  -- with the run, whose erasure is the only way that one goes
  foreign key (score_id, interview_id) references public.interview_scores (id, interview_id) on delete cascade,
  unique (score_id, dimension, pass_number),
  check ((status = 'rated') = (level is not null)),
  check ((status = 'failed') = (error_code is not null))
);

create index score_passes_score_idx on public.score_passes (score_id, interview_id);
create index score_passes_interview_id_idx on public.score_passes (interview_id);

create table public.score_texts (
  id uuid primary key default gen_random_uuid(),
  score_id uuid not null,
  interview_id uuid not null,
  kind text not null check (kind in ('summary', 'feedback', 'opinion')),
  source text not null check (source in ('model', 'rules')),
  content jsonb not null check (
    jsonb_typeof(content) = 'object' and octet_length(content::text) <= 131072
  ),
  error_code text check (char_length(error_code) <= 100),
  model_version text check (char_length(model_version) <= 200),
  prompt_version text check (char_length(prompt_version) <= 200),
  token_usage jsonb not null default '{}' check (jsonb_typeof(token_usage) = 'object'),
  masked_at timestamptz,
  created_at timestamptz not null default now(),
  foreign key (score_id, interview_id) references public.interview_scores (id, interview_id) on delete cascade,
  unique (score_id, kind)
);

create index score_texts_score_idx on public.score_texts (score_id, interview_id);
create index score_texts_interview_id_idx on public.score_texts (interview_id);

create trigger guard_append_only before update or delete on public.score_passes
for each row execute function private.guard_append_only();
create trigger guard_truncate before truncate on public.score_passes
for each statement execute function private.guard_append_only();
create trigger guard_run before insert on public.score_passes
for each row execute function private.guard_dimension_run();

create trigger guard_append_only before update or delete on public.score_texts
for each row execute function private.guard_append_only();
create trigger guard_truncate before truncate on public.score_texts
for each statement execute function private.guard_append_only();
create trigger guard_run before insert on public.score_texts
for each row execute function private.guard_dimension_run();

-- What a model wrote about a text that is masked later may hold what was masked: it goes with it.
-- The levels stay, and so does the result; what can no longer be proved says so.
create function private.mask_passes()
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
  set text_evidence = '{}', masks = '{}'
  where run.interview_id = new.interview_id and (run.text_evidence <> '{}' or run.masks <> '{}');
  return null;
end
$$;

revoke all on function private.mask_passes() from public;

create trigger mask_passes after update of content on public.transcript_segments
for each row when (new.masked_at is not null and new.interview_id is not null)
execute function private.mask_passes();

-- ---------------------------------------------------------------------------------------------
-- Rights: recruiters look behind a score, viewers see the score
-- ---------------------------------------------------------------------------------------------

alter table public.score_passes enable row level security;
alter table public.score_texts enable row level security;
revoke all on public.score_passes, public.score_texts from public, anon, authenticated, service_role;
grant select on public.score_passes, public.score_texts to authenticated, service_role;

create policy recruiters_read on public.score_passes for select to authenticated
using (interview_id = any (array(select private.recruited_interviews())));

create policy recruiters_read on public.score_texts for select to authenticated
using (interview_id = any (array(select private.recruited_interviews())));

-- ---------------------------------------------------------------------------------------------
-- What a run is made of
-- ---------------------------------------------------------------------------------------------

create function private.names_of_candidate(application_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'names', jsonb_build_array(profile.first_name, profile.last_name),
    'contacts', jsonb_build_array(
      profile.email, profile.phone, profile.linkedin_url, profile.portfolio_url, invitation.candidate_email
    ),
    'employers', (
      select coalesce(jsonb_agg(distinct job.company_name), '[]')
      from public.employment_history as job
      where job.user_id = application.candidate_id
    ),
    'schools', (
      select coalesce(jsonb_agg(distinct studied.institution), '[]')
      from public.education as studied
      where studied.user_id = application.candidate_id
    )
  )
  from public.applications as application
  left join public.candidate_profiles as profile on profile.user_id = application.candidate_id
  left join lateral (
    select sent.candidate_email
    from public.invitations as sent
    where sent.application_id = application.id
    order by sent.created_at desc
    limit 1
  ) as invitation on true
  where application.id = names_of_candidate.application_id
$$;

-- Everything that a step of the run needs, for the backend alone: what was said with its chain, what
-- is measured, what has to be hidden from a model, and what was answered so far.
create function public.score_material(run_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  run public.interview_scores;
  talk private.talk;
begin
  select * into run from public.interview_scores as known where known.id = run_id;
  if not found then
    perform private.fail(404, 'not_found', 'score run');
  end if;
  talk := private.find_talk(run.interview_id);
  return jsonb_build_object(
    'run', to_jsonb(run),
    'language', talk.language,
    'role', private.role_digest(talk.job_role_id),
    'plan', private.plan_of(talk),
    'progress', talk.metadata,
    'person', private.names_of_candidate(talk.application_id),
    'segments', (
      select coalesce(jsonb_agg(to_jsonb(segment) order by segment.sequence), '[]')
      from public.transcript_segments as segment
      where segment.interview_id = run.interview_id
    ),
    'head', (
      select jsonb_build_object('sequence', head.last_sequence, 'hash', head.last_hash)
      from private.transcript_heads as head
      where head.talk_id = run.interview_id
    ),
    'signals', (
      select coalesce(jsonb_object_agg(counted.type, counted.times), '{}')
      from (
        select signal.type, count(*) as times
        from public.interview_signals as signal
        where signal.interview_id = run.interview_id
        group by signal.type
      ) as counted
    ),
    'passes', (
      select coalesce(jsonb_agg(to_jsonb(given) order by given.dimension, given.pass_number), '[]')
      from public.score_passes as given
      where given.score_id = run.id
    ),
    'texts', (
      select coalesce(jsonb_object_agg(written.kind, to_jsonb(written)), '{}')
      from public.score_texts as written
      where written.score_id = run.id
    )
  );
end
$$;

-- Kept once: whoever comes second is given what is there.
create function public.save_score_pass(run_id uuid, pass jsonb)
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
    score_id, interview_id, dimension, pass_number, status, level, citations, rationale, error_code, seed,
    model_version, prompt_version, token_usage
  )
  values (
    run.id, run.interview_id, pass ->> 'dimension', (pass ->> 'pass_number')::integer, pass ->> 'status',
    (pass ->> 'level')::integer, coalesce(pass -> 'citations', '[]'), pass ->> 'rationale',
    pass ->> 'error_code', (pass ->> 'seed')::bigint, pass ->> 'model_version', pass ->> 'prompt_version',
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

create function public.save_score_text(run_id uuid, written jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  run public.interview_scores;
  kept public.score_texts;
begin
  select * into run from public.interview_scores as known where known.id = run_id for share;
  if not found then
    perform private.fail(404, 'not_found', 'score run');
  end if;
  select * into kept
  from public.score_texts as known where known.score_id = run.id and known.kind = written ->> 'kind';
  if found then
    return to_jsonb(kept) || jsonb_build_object('kept', false);
  end if;
  insert into public.score_texts (
    score_id, interview_id, kind, source, content, error_code, model_version, prompt_version, token_usage
  )
  values (
    run.id, run.interview_id, written ->> 'kind', written ->> 'source', written -> 'content',
    written ->> 'error_code', written ->> 'model_version', written ->> 'prompt_version',
    coalesce(nullif(written -> 'token_usage', 'null'::jsonb), '{}')
  )
  on conflict on constraint score_texts_score_id_kind_key do nothing
  returning * into kept;
  if kept.id is not null then
    return to_jsonb(kept) || jsonb_build_object('kept', true);
  end if;
  select * into kept
  from public.score_texts as known where known.score_id = run.id and known.kind = written ->> 'kind';
  return to_jsonb(kept) || jsonb_build_object('kept', false);
end
$$;

-- As before, and with what proves the result: figures of agreement, reasons, findings, versions.
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

-- ---------------------------------------------------------------------------------------------
-- For people of the organisation
-- ---------------------------------------------------------------------------------------------

create function private.score_of(run public.interview_scores)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select to_jsonb(run) - array['rubric_snapshot', 'token_usage', 'scored_by', 'masks', 'updated_at']
    || jsonb_build_object(
      'rubric', run.rubric_snapshot,
      'dimensions', (
        select coalesce(
          jsonb_agg(to_jsonb(part) - array['id', 'score_id', 'interview_id', 'created_at'] order by part.dimension),
          '[]'
        )
        from public.score_dimensions as part
        where part.score_id = run.id
      )
    )
$$;

-- Runs of an interview, newest first: all of them, the current one, or one by its id; and what people
-- said about any of them, newest first.
create function public.read_scores(
  interview_id uuid,
  caller_id uuid,
  run_id uuid default null,
  current_only boolean default false
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.find_talk(interview_id);
begin
  if talk.id is null or talk.kind <> 'live' then
    perform private.fail(404, 'not_found', 'interview');
  end if;
  if private.role_over_application(talk.application_id, caller_id) is null then
    perform private.fail(403, 'forbidden', 'interview');
  end if;
  return jsonb_build_object(
    'application_id', talk.application_id,
    'candidate_id', talk.candidate_id,
    'role', (
      select jsonb_build_object(
        'id', job_role.id, 'title', job_role.title, 'department', job_role.department,
        'description', job_role.description
      )
      from public.job_roles as job_role
      where job_role.id = talk.job_role_id
    ),
    'runs', (
      select coalesce(jsonb_agg(private.score_of(run) order by run.run_number desc), '[]')
      from public.interview_scores as run
      where run.interview_id = talk.id
        and (read_scores.run_id is null or run.id = read_scores.run_id)
        and (not current_only or run.is_current)
    ),
    'reviews', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'id', review.id, 'run_id', review.score_id, 'run_number', reviewed.run_number,
            'reviewer_id', review.reviewer_id, 'kind', review.kind, 'decision', review.decision,
            'reason', review.reason, 'created_at', review.created_at
          )
          order by review.created_at desc, review.id
        ),
        '[]'
      )
      from public.score_reviews as review
      join public.interview_scores as reviewed on reviewed.id = review.score_id
      where review.interview_id = talk.id
    )
  );
end
$$;

-- Beside the current run, never over it. A recruiter notes; an admin may also say what counts instead.
create function public.add_score_review(
  interview_id uuid,
  caller_id uuid,
  kind text,
  reason text,
  decision text default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.find_talk(interview_id);
  role text;
  run public.interview_scores;
  review public.score_reviews;
begin
  if talk.id is null or talk.kind <> 'live' then
    perform private.fail(404, 'not_found', 'interview');
  end if;
  role := private.role_over_application(talk.application_id, caller_id);
  if role is null or role = 'org_viewer' or (kind = 'override' and role <> 'org_admin') then
    perform private.fail(403, 'forbidden', 'interview');
  end if;
  select * into run
  from public.interview_scores as known
  where known.interview_id = talk.id and known.is_current
  for share;
  if not found then
    perform private.fail(409, 'conflict', 'there is no score to review yet');
  end if;
  insert into public.score_reviews (score_id, interview_id, reviewer_id, kind, decision, reason)
  values (
    run.id, talk.id, caller_id, add_score_review.kind, add_score_review.decision, btrim(add_score_review.reason)
  )
  returning * into review;
  perform private.record(
    case when review.kind = 'override' then 'score.overridden' else 'score.reviewed' end, 'score', run.id,
    talk.organisation_id, caller_id,
    jsonb_strip_nulls(
      jsonb_build_object('interview_id', talk.id, 'run_number', run.run_number, 'decision', review.decision)
    )
  );
  return to_jsonb(review) || jsonb_build_object('run_number', run.run_number);
end
$$;

revoke all on function private.names_of_candidate(uuid) from public;
revoke all on function private.score_of(public.interview_scores) from public;
revoke all on function public.score_material(uuid) from public;
revoke all on function public.save_score_pass(uuid, jsonb) from public;
revoke all on function public.save_score_text(uuid, jsonb) from public;
revoke all on function public.read_scores(uuid, uuid, uuid, boolean) from public;
revoke all on function public.add_score_review(uuid, uuid, text, text, text) from public;

grant execute on function public.score_material(uuid) to service_role;
grant execute on function public.save_score_pass(uuid, jsonb) to service_role;
grant execute on function public.save_score_text(uuid, jsonb) to service_role;
grant execute on function public.read_scores(uuid, uuid, uuid, boolean) to service_role;
grant execute on function public.add_score_review(uuid, uuid, text, text, text) to service_role;
