-- Why: some of what names a person lay where nobody looked for it: items of batches that know an address
-- only, answers kept for who else asked, what others wrote, and what was read from a CV of a batch. And
-- somebody who is on the telephone has to be hung up.

create index resume_ingestion_items_address_idx on public.resume_ingestion_items (lower(candidate_email))
where matched_user_id is null;

-- Items that name a person by nothing but the address are theirs from here on. Only an address that was
-- confirmed counts: whoever writes down somebody else's deletes nothing of them.
create function private.match_items(user_id uuid)
returns void
language sql
security definer
set search_path = ''
as $$
  update public.resume_ingestion_items as item
  set matched_user_id = account.id
  from auth.users as account
  where account.id = match_items.user_id
    and account.email_confirmed_at is not null
    and item.matched_user_id is null
    and lower(item.candidate_email) = lower(account.email)
$$;

-- Answers kept for the person, and those that tell others of what is theirs.
create function private.forget_answers(user_id uuid, things uuid[])
returns void
language sql
security definer
set search_path = ''
as $$
  delete from private.idempotency_keys as entry
  where strpos(entry.scope, forget_answers.user_id::text) > 0
    or exists (
      select from unnest(forget_answers.things || forget_answers.user_id) as one (id)
      where strpos(entry.response::text, one.id::text) > 0
    )
$$;

-- As before, and by what else sign-in services call a name.
create or replace function private.sign_in_names()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array[
    'full_name', 'name', 'first_name', 'last_name', 'given_name', 'family_name', 'middle_name', 'nickname',
    'user_name', 'preferred_username', 'picture', 'avatar_url'
  ]
$$;

-- As before, without answers to others, and without what the log says of somebody as a member. Events about
-- what is not theirs lose the person, and stay for those who have not read them.
create or replace function public.erase_person(user_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  person uuid := erase_person.user_id;
  applied uuid[];
  interviews uuid[];
  practices uuid[];
  things uuid[];
  keys text[];
  batch_files uuid[];
  batch_snapshots uuid[];
  receipt jsonb := '{}';
  removed integer;
  application_id uuid;
  step record;
begin
  perform set_config('talenti.erasure', 'on', true);
  applied := array(
    select application.id
    from public.applications as application
    where application.candidate_id = person
    order by application.id
  );
  foreach application_id in array applied loop
    perform private.lock_application(application_id);
  end loop;
  foreach application_id in array applied loop
    perform private.cancel_live_interview(application_id, null, 'withdrawn');
  end loop;
  interviews := array(
    select interview.id from public.interviews as interview where interview.application_id = any (applied)
  );
  practices := array(
    select practice.id from public.practice_interviews as practice where practice.user_id = person
  );
  if exists (
    select from public.recordings as recording
    where recording.interview_id = any (interviews) and recording.blob_path is not null
  ) then
    perform private.fail(409, 'conflict', 'the files of recordings have to be deleted first');
  end if;
  batch_files := array(select private.batch_files_of_person(person));
  batch_snapshots := array(
    select item.snapshot_id
    from public.resume_ingestion_items as item
    join public.parsed_profile_snapshots as snapshot
      on snapshot.id = item.snapshot_id and snapshot.user_id is null
    where item.matched_user_id = person
  );
  -- what others refer to by id alone
  things := interviews || practices || applied || batch_files || array(
    select invitation.id from public.invitations as invitation where invitation.application_id = any (applied)
    union all
    select recording.id from public.recordings as recording where recording.interview_id = any (interviews)
    union all
    select call.id from public.calls as call where call.interview_id = any (interviews)
    union all
    select run.id from public.interview_scores as run where run.interview_id = any (interviews)
    union all
    select file.id from public.files as file where file.user_id = person
  );
  keys := array(select private.workflows_of_person(person));

  update public.consents as consent
  set user_id = null, ip_address = null
  where consent.user_id = person;
  get diagnostics removed = row_count;
  receipt := receipt || jsonb_build_object('consents_stripped', removed);
  update public.shortlists as shortlist
  set items = (
    select coalesce(jsonb_agg(item.value order by item.place), '[]')
    from jsonb_array_elements(shortlist.items) with ordinality as item (value, place)
    where item.value ->> 'application_id' <> all (applied::text[])
  )
  where exists (
    select from public.applications as application
    where application.id = any (applied) and application.job_role_id = shortlist.job_role_id
  );

  -- some go with what they belong to; they are named so that they are counted
  for step in
    select *
    from (
      values
        (1, 'transcript_segments', 'talks'), (2, 'speech_finals', 'talks'), (3, 'interview_turns', 'talks'),
        (4, 'score_dimensions', 'interview_id'), (5, 'score_reviews', 'interview_id'),
        (6, 'score_passes', 'interview_id'), (7, 'score_texts', 'interview_id'),
        (8, 'post_hire_outcomes', 'application_id'), (9, 'interview_scores', 'interview_id'),
        (10, 'behaviour_scorecards', 'interview_id'), (11, 'skills_scorecards', 'interview_id'),
        (12, 'decision_dimension_evaluations', 'interview_id'),
        (13, 'decision_signal_evidence', 'interview_id'), (14, 'decision_risk_flags', 'interview_id'),
        (15, 'decision_audit_trail', 'interview_id'), (16, 'human_review_actions', 'interview_id'),
        (17, 'decision_outcomes', 'interview_id'), (18, 'skills_assessment_summaries', 'interview_id'),
        (19, 'interview_signals', 'interview_id'), (20, 'interview_plans', 'interview_id'),
        (21, 'recording_transcripts', 'interview_id'), (22, 'recordings', 'interview_id'),
        (23, 'calls', 'interview_id'), (24, 'candidate_letters', 'interview_id'),
        (25, 'transcript_seals', 'interview_id'), (26, 'resume_ingestion_items', 'matched_user_id'),
        (27, 'invitations', 'application_id'), (28, 'interviews', 'application_id'),
        (29, 'application_matches', 'application_id'), (30, 'applications', 'candidate_id'),
        (31, 'practice_interviews', 'user_id'), (32, 'candidate_skills', 'user_id'),
        (33, 'education', 'user_id'), (34, 'employment_history', 'user_id'), (35, 'candidate_dei', 'user_id'),
        (36, 'candidate_profiles', 'user_id'), (37, 'parsed_profile_snapshots', 'user_id'),
        (38, 'data_exports', 'user_id'), (39, 'files', 'user_id'), (40, 'acs_identities', 'user_id'),
        (41, 'org_users', 'user_id'), (42, 'user_roles', 'user_id')
    ) as listed (place, table_name, key)
    order by listed.place
  loop
    execute format(
      case step.key
        when 'talks'
          then 'delete from public.%1$I where interview_id = any ($1) or practice_interview_id = any ($2)'
        when 'interview_id' then 'delete from public.%1$I where interview_id = any ($1)'
        when 'application_id' then 'delete from public.%1$I where application_id = any ($3)'
        else 'delete from public.%1$I where %2$I = $4'
      end,
      step.table_name, step.key
    )
    using interviews, practices, applied, person;
    get diagnostics removed = row_count;
    receipt := receipt || jsonb_build_object(step.table_name, removed);
  end loop;
  delete from public.parsed_profile_snapshots as snapshot where snapshot.id = any (batch_snapshots);
  delete from public.files as file where file.id = any (batch_files);

  delete from private.transcript_heads as head where head.talk_id = any (interviews || practices);
  perform private.forget_answers(person, things);
  delete from private.rate_limit_buckets as bucket where strpos(bucket.bucket_key, person::text) > 0;
  delete from private.workflow_repairs as helped where helped.instance_id = any (keys);
  delete from public.workflow_attention as entry where entry.subject_id = any (things);
  delete from public.domain_events as event where event.aggregate_id = any (things || person);
  delete from public.domain_events as event
  where event.payload ->> 'user_id' = person::text
    and array[event.payload ->> 'interview_id', event.payload ->> 'application_id'] && things::text[];
  -- what somebody did to what is not theirs has still to be told
  update public.domain_events as event
  set payload = event.payload - 'user_id'
  where event.payload ->> 'user_id' = person::text;
  update public.data_deletion_requests as request
  set reason = null
  where request.user_id = person and request.reason is not null;
  update public.audit_log as entry
  set
    user_id = null, ip_address = null, old_values = null, new_values = null, personal_salt = null,
    entity_id = case when entry.entity_id = person then null else entry.entity_id end,
    masked_at = clock_timestamp()
  where entry.user_id = person
    or (entry.entity_type in ('candidate', 'member') and entry.entity_id = person);
  get diagnostics removed = row_count;
  receipt := receipt || jsonb_build_object('audit_log_stripped', removed);
  perform set_config('talenti.erasure', 'off', true);
  return receipt;
end
$$;

-- As before, and what people and models wrote of somebody beside the transcript, and what came with a batch.
create or replace function public.anonymize_person(user_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  person uuid := anonymize_person.user_id;
  words text[] := private.words_of_person(person);
  talks uuid[] := array(select private.talks_of_person(person));
  applied uuid[] := array(
    select application.id from public.applications as application where application.candidate_id = person
  );
  batch_files uuid[] := array(select private.batch_files_of_person(person));
  receipt jsonb := private.anonymize_person(person);
  masked integer;
begin
  perform set_config('talenti.erasure', 'on', true);
  update public.recording_transcripts as heard
  set phrases = private.mask_json(heard.phrases, words)
  where heard.interview_id = any (talks);
  get diagnostics masked = row_count;
  update public.transcript_seals as seal
  set blob_path = null, size_bytes = null, sha256 = null
  where seal.interview_id = any (talks) and seal.blob_path is not null;
  update public.practice_interviews as practice
  set plan = private.mask_json(practice.plan, words)
  where practice.id = any (talks) and practice.plan is not null;
  update public.candidate_profiles as profile
  set cv_file_id = null, cv_file_path = null, cv_uploaded_at = null
  where profile.user_id = person and (profile.cv_file_id is not null or profile.cv_file_path is not null);
  update public.parsed_profile_snapshots as snapshot
  set
    data = private.mask_json(snapshot.data, words),
    raw_text = private.mask_words(snapshot.raw_text, words)
  from public.resume_ingestion_items as item
  where item.snapshot_id = snapshot.id and item.matched_user_id = person and snapshot.user_id is null;
  delete from public.files as file where file.user_id = person or file.id = any (batch_files);
  update public.employment_history as job
  set description = private.mask_words(job.description, words)
  where job.user_id = person and job.description is not null;
  update public.applications as application
  set status_reason = private.mask_words(application.status_reason, words)
  where application.id = any (applied) and application.status_reason is not null;
  update public.application_matches as match
  set result = private.mask_json(match.result, words)
  where match.application_id = any (applied);
  update public.post_hire_outcomes as outcome
  set notes = private.mask_words(outcome.notes, words)
  where outcome.application_id = any (applied) and outcome.notes is not null;
  update public.interview_plans as plan
  set
    items = private.mask_json(plan.items, words),
    opening = private.mask_words(plan.opening, words),
    closing = private.mask_words(plan.closing, words)
  where plan.interview_id = any (talks);
  update public.interview_scores as score
  set
    findings = private.mask_json(score.findings, words),
    items = private.mask_json(score.items, words)
  where score.interview_id = any (talks);
  -- as where a segment held a word: what can no longer be proved says so
  update public.score_passes as given
  set
    citations = '[]', rationale = null, points = private.mask_json(given.points, words),
    masked_at = clock_timestamp()
  where given.interview_id = any (talks)
    and given.masked_at is null
    and (
      private.mask_json(given.citations, words) <> given.citations
      or private.mask_words(given.rationale, words) <> given.rationale
      or private.mask_json(given.points, words) <> given.points
    );
  update public.score_texts as written
  set content = '{}', masked_at = clock_timestamp()
  where written.interview_id = any (talks)
    and written.masked_at is null
    and private.mask_json(written.content, words) <> written.content;
  update public.human_review_actions as review
  set reason = private.mask_words(review.reason, words)
  where review.interview_id = any (talks);
  update public.decision_outcomes as decision
  set
    rationale = private.mask_words(decision.rationale, words),
    conditions = private.mask_json(decision.conditions, words),
    trade_off_statement = private.mask_words(decision.trade_off_statement, words)
  where decision.interview_id = any (talks);
  update public.skills_assessment_summaries as told
  set summary = private.mask_json(told.summary, words)
  where told.interview_id = any (talks);
  perform private.forget_answers(person, talks || applied || array(
    select invitation.id from public.invitations as invitation where invitation.application_id = any (applied)
  ));
  update public.data_deletion_requests as request
  set reason = null
  where request.user_id = person and request.reason is not null;
  update auth.users as account
  set raw_user_meta_data = account.raw_user_meta_data - private.sign_in_names()
  where account.id = person;
  update auth.identities as known
  set identity_data = known.identity_data - private.sign_in_names()
  where known.user_id = person;
  perform set_config('talenti.erasure', 'off', true);
  return receipt || jsonb_build_object('recording_transcripts_masked', masked);
end
$$;

-- As before, and the calls that go on.
create or replace function public.read_deletion(request_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  request public.data_deletion_requests;
begin
  select * into request from public.data_deletion_requests as asked where asked.id = request_id;
  if not found then
    perform private.fail(404, 'not_found', 'deletion request');
  end if;
  return jsonb_build_object(
    'request_id', request.id, 'user_id', request.user_id, 'request_type', request.request_type,
    'status', request.status,
    -- also those whose rows are gone: files may have come since
    'talks', (
      select coalesce(jsonb_agg(talk.id order by talk.id), '[]')
      from (
        select of_person.id from private.talks_of_person(request.user_id) as of_person (id)
        union
        select substr(known.target, 11)::uuid
        from private.deletion_targets as known
        where known.request_id = request.id
          and known.store = 'workflows'
          and known.target like 'interview-%'
      ) as talk (id)
    ),
    'identity', (
      select identity.communication_user_id
      from public.acs_identities as identity
      where identity.user_id = request.user_id
    ),
    'blobs', case when request.user_id is null then '[]' else public.blobs_of_person(request.user_id) end,
    'lines', (
      select coalesce(jsonb_agg(call.call_connection_id order by call.id), '[]')
      from public.calls as call
      where call.interview_id in (select private.talks_of_person(request.user_id))
        and call.call_connection_id is not null
        and call.status <> 'disconnected'
        and call.created_at > now() - interval '1 day'
    ),
    'recordings_left', (
      select count(*)
      from public.recordings as recording
      where recording.status <> 'deleted'
        and recording.interview_id in (select private.talks_of_person(request.user_id))
    ),
    'awaits_upload', exists (
      select from public.files as file
      where file.user_id = request.user_id
        and file.status = 'awaiting_upload'
        and file.created_at > now() - interval '20 minutes'
    )
  );
end
$$;

-- As before, and items of batches that know an address only.
create or replace function public.begin_deletion(request_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  request public.data_deletion_requests;
  application_id uuid;
begin
  select * into request from public.data_deletion_requests as asked where asked.id = request_id for no key update;
  if not found then
    perform private.fail(404, 'not_found', 'deletion request');
  end if;
  if request.status = 'completed' then
    return jsonb_build_object('state', 'completed', 'request_type', request.request_type);
  end if;
  if request.request_type = 'anonymize' and private.is_speaking(request.user_id) then
    return jsonb_build_object('state', 'busy', 'request_type', request.request_type);
  end if;
  update public.data_deletion_requests as asked
  set status = 'processing', processed_by = 'system', notes = null
  where asked.id = request.id and asked.status <> 'processing';
  if request.user_id is null then
    return jsonb_build_object('state', 'processing', 'request_type', request.request_type);
  end if;
  if request.request_type <> 'recording_only' then
    perform private.match_items(request.user_id);
  end if;
  insert into private.deletion_letters (request_id, email, language)
  select request.id, account.email, coalesce(spoken.language, 'en')
  from auth.users as account
  left join lateral (
    select interview.language
    from public.interviews as interview
    join public.applications as application on application.id = interview.application_id
    where application.candidate_id = account.id
    order by interview.created_at desc
    limit 1
  ) as spoken on true
  where account.id = request.user_id and account.email is not null
  on conflict do nothing;
  if request.request_type = 'full_deletion' then
    for application_id in
      select application.id
      from public.applications as application
      where application.candidate_id = request.user_id
      order by application.id
    loop
      perform private.lock_application(application_id);
      perform private.cancel_live_interview(application_id, null, 'withdrawn');
    end loop;
    insert into private.deletion_targets (request_id, store, target)
    select request.id, 'workflows', work.key from private.workflows_of_person(request.user_id) as work (key)
    union all
    select request.id, 'account', request.user_id::text
    on conflict do nothing;
  end if;
  update public.recordings as recording
  set
    stop_wanted_at = coalesce(recording.stop_wanted_at, clock_timestamp()),
    discard_wanted_at = coalesce(recording.discard_wanted_at, clock_timestamp()),
    discard_reason = coalesce(recording.discard_reason, 'deletion_request')
  where recording.status <> 'deleted'
    and recording.discard_wanted_at is null
    and recording.interview_id in (select private.talks_of_person(request.user_id));
  return jsonb_build_object('state', 'processing', 'request_type', request.request_type);
end
$$;

revoke all on function private.match_items(uuid) from public;
revoke all on function private.forget_answers(uuid, uuid[]) from public;
