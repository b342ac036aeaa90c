-- Why: a deletion goes through stores that know nothing of each other, and may be broken off between any
-- two of them. So what has to go is listed before it goes, and the list outlives the rows it was made of;
-- what went is counted by the list, and a store is done once it was looked through again.

alter table public.workflow_attention drop constraint workflow_attention_subject_check;
alter table public.workflow_attention add constraint workflow_attention_subject_check check (
  subject in ('interview', 'score_run', 'recording', 'file', 'invitation', 'deletion_request')
);

-- Ids and paths, which are made of ids. They go with the end of the request.
create table private.deletion_targets (
  request_id uuid not null references public.data_deletion_requests (id) on delete cascade,
  store text not null check (store in ('files', 'call_identity', 'workflows', 'account')),
  target text not null check (char_length(target) between 1 and 1024),
  -- null for what may be there and has not been seen
  found_at timestamptz,
  primary key (request_id, store, target)
);

-- Whom to tell: taken before the address goes, and gone with the letter.
create table private.deletion_letters (
  request_id uuid primary key references public.data_deletion_requests (id) on delete cascade,
  letter_id uuid not null default gen_random_uuid(),
  email text not null check (char_length(email) between 3 and 320),
  language text not null check (char_length(language) between 2 and 35),
  due_at timestamptz,
  attempts integer not null default 0 check (attempts >= 0)
);

create index deletion_letters_due_idx on private.deletion_letters (due_at) where due_at is not null;

alter table private.deletion_targets enable row level security;
alter table private.deletion_letters enable row level security;

-- ---------------------------------------------------------------------------------------------
-- Whose what is
-- ---------------------------------------------------------------------------------------------

-- The interviews and practice interviews of a person.
create function private.talks_of_person(user_id uuid)
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select interview.id
  from public.interviews as interview
  join public.applications as application on application.id = interview.application_id
  where application.candidate_id = talks_of_person.user_id
  union all
  select practice.id from public.practice_interviews as practice
  where practice.user_id = talks_of_person.user_id
$$;

-- The keys of all workflows that are, were or might be about a person.
create function private.workflows_of_person(user_id uuid)
returns setof text
language sql
stable
security definer
set search_path = ''
as $$
  with talks as (
    select talk.id from private.talks_of_person(workflows_of_person.user_id) as talk (id)
  )
  select 'interview-' || talks.id from talks
  union all
  select 'invitation-' || talks.id from talks
  union all
  select 'score-' || run.interview_id || '-' || run.run_number
  from public.interview_scores as run
  where run.interview_id in (select talks.id from talks)
  union all
  select 'recording-' || recording.id
  from public.recordings as recording
  where recording.interview_id in (select talks.id from talks)
  union all
  select 'resume-' || file.id from public.files as file where file.user_id = workflows_of_person.user_id
$$;

-- Files that came with a batch and were found to be about this person.
create function private.batch_files_of_person(user_id uuid)
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select item.file_id
  from public.resume_ingestion_items as item
  join public.files as file on file.id = item.file_id and file.user_id is null
  where item.matched_user_id = batch_files_of_person.user_id
$$;

-- ---------------------------------------------------------------------------------------------
-- The rows of a person: as before, and all that has been added to the schema since
-- ---------------------------------------------------------------------------------------------

-- All rows of a person, in the order of what depends on what. Refused while a recording's file is
-- still there. Repeatable: a second run finds nothing and says so. Consents and audit rows stay,
-- stripped. The sign-in user is removed last, by the pipeline.
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
  delete from private.idempotency_keys as entry where strpos(entry.scope, person::text) > 0;
  delete from private.rate_limit_buckets as bucket where strpos(bucket.bucket_key, person::text) > 0;
  delete from private.workflow_repairs as helped where helped.instance_id = any (keys);
  delete from public.workflow_attention as entry where entry.subject_id = any (things);
  delete from public.domain_events as event where event.payload ->> 'user_id' = person::text;
  delete from public.domain_events as event where event.aggregate_id = any (things || person);
  update public.data_deletion_requests as request
  set reason = null
  where request.user_id = person and request.reason is not null;
  update public.audit_log as entry
  set
    user_id = null, ip_address = null, old_values = null, new_values = null, personal_salt = null,
    entity_id = case when entry.entity_id = person then null else entry.entity_id end,
    masked_at = clock_timestamp()
  where entry.user_id = person or (entry.entity_type = 'candidate' and entry.entity_id = person);
  get diagnostics removed = row_count;
  receipt := receipt || jsonb_build_object('audit_log_stripped', removed);
  perform set_config('talenti.erasure', 'off', true);
  return receipt;
end
$$;

-- What a sign-in service keeps of a name, whoever told it.
create function private.sign_in_names()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array['full_name', 'name', 'first_name', 'last_name', 'given_name', 'family_name', 'picture', 'avatar_url']
$$;

-- What names the person, as it may stand in a text: what the profile says, what the account says, and what
-- was read from a CV, which may say it otherwise. Longer ones first, so that a full name is not left in halves.
create or replace function private.words_of_person(user_id uuid)
returns text[]
language sql
stable
security definer
set search_path = ''
as $$
  with profile as (
    select known.* from public.candidate_profiles as known where known.user_id = words_of_person.user_id
  ),
  read as (
    select snapshot.data
    from public.parsed_profile_snapshots as snapshot
    where snapshot.user_id = words_of_person.user_id and jsonb_typeof(snapshot.data) = 'object'
  ),
  named as (
    select unnest(array[
      profile.first_name || ' ' || profile.last_name, profile.first_name, profile.last_name,
      profile.email, profile.phone, profile.linkedin_url, profile.portfolio_url
    ]) as text
    from profile
    union
    select account.email from auth.users as account where account.id = words_of_person.user_id
    union
    select invitation.candidate_email
    from public.invitations as invitation
    join public.applications as application on application.id = invitation.application_id
    where application.candidate_id = words_of_person.user_id
    union
    select unnest(array[
      read.data -> 'name' ->> 'value', read.data -> 'email' ->> 'value', read.data -> 'phone' ->> 'value'
    ])
    from read
    union
    select part.text
    from read
    cross join lateral regexp_split_to_table(read.data -> 'name' ->> 'value', '\s+') as part (text)
    where char_length(part.text) >= 4
    union
    select coalesce(link.value ->> 'value', link.value #>> '{}')
    from read
    cross join lateral jsonb_array_elements(
      case jsonb_typeof(read.data -> 'links') when 'array' then read.data -> 'links' else '[]' end
    ) as link (value)
  ),
  known as (
    select distinct btrim(named.text) as text from named where char_length(btrim(named.text)) >= 2
  )
  select coalesce(array_agg(known.text order by char_length(known.text) desc, known.text), '{}') from known
$$;

-- As before, with the same words everywhere.
create or replace function private.anonymize_person(user_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  person uuid := anonymize_person.user_id;
  words text[] := private.words_of_person(person);
  interviews uuid[];
  practices uuid[];
  segments integer;
  scores integer;
  snapshots integer;
  dei integer;
begin
  perform set_config('talenti.erasure', 'on', true);
  interviews := array(
    select interview.id
    from public.interviews as interview
    join public.applications as application on application.id = interview.application_id
    where application.candidate_id = person
  );
  practices := array(
    select practice.id from public.practice_interviews as practice where practice.user_id = person
  );

  update public.transcript_segments as segment
  set content = private.mask_words(segment.content, words), content_salt = null, masked_at = clock_timestamp()
  where (segment.interview_id = any (interviews) or segment.practice_interview_id = any (practices))
    and private.mask_words(segment.content, words) <> segment.content;
  get diagnostics segments = row_count;
  update public.interview_turns as turn
  set reply = private.mask_words(turn.reply, words), progress = private.mask_json(turn.progress, words)
  where turn.interview_id = any (interviews) or turn.practice_interview_id = any (practices);
  delete from public.speech_finals as final
  where final.interview_id = any (interviews) or final.practice_interview_id = any (practices);
  update public.interviews as interview
  set
    summary = private.mask_words(interview.summary, words),
    metadata = private.mask_json(interview.metadata, words)
  where interview.id = any (interviews);
  update public.practice_interviews as practice
  set
    summary = private.mask_words(practice.summary, words),
    metadata = private.mask_json(practice.metadata, words),
    feedback = private.mask_json(practice.feedback, words)
  where practice.id = any (practices);
  update public.interview_scores as score
  set
    narrative_summary = private.mask_words(score.narrative_summary, words),
    candidate_feedback = private.mask_words(score.candidate_feedback, words),
    anti_cheat_notes = private.mask_words(score.anti_cheat_notes, words)
  where score.interview_id = any (interviews);
  get diagnostics scores = row_count;
  update public.score_dimensions as part
  set
    evidence = private.mask_words(part.evidence, words),
    cited_quotes = private.mask_json(part.cited_quotes, words)
  where part.interview_id = any (interviews);
  update public.score_reviews as review
  set reason = private.mask_words(review.reason, words)
  where review.interview_id = any (interviews);
  update public.behaviour_scorecards as card
  set dimensions = private.mask_json(card.dimensions, words)
  where card.interview_id = any (interviews);
  update public.skills_scorecards as card
  set competencies = private.mask_json(card.competencies, words)
  where card.interview_id = any (interviews);
  update public.decision_signal_evidence as evidence
  set quotes = private.mask_json(evidence.quotes, words)
  where evidence.interview_id = any (interviews);
  update public.parsed_profile_snapshots as snapshot
  set
    data = private.mask_json(snapshot.data, words),
    raw_text = private.mask_words(snapshot.raw_text, words)
  where snapshot.user_id = person;
  get diagnostics snapshots = row_count;
  update public.applications as application
  set cover_letter = private.mask_words(application.cover_letter, words)
  where application.candidate_id = person;
  update public.invitations as invitation
  set candidate_email = 'anonymised+' || person || '@example.invalid'
  from public.applications as application
  where application.id = invitation.application_id and application.candidate_id = person;
  update public.resume_ingestion_items as item
  set candidate_email = 'anonymised+' || person || '@example.invalid', candidate_name = null
  where item.matched_user_id = person;
  update public.consents as consent set ip_address = null where consent.user_id = person;
  delete from public.candidate_dei as answers where answers.user_id = person;
  get diagnostics dei = row_count;
  update public.candidate_profiles as profile
  set
    first_name = 'Anonymous', last_name = null, email = 'anonymised+' || person || '@example.invalid',
    phone = null, suburb = null, postcode = null, linkedin_url = null, portfolio_url = null
  where profile.user_id = person;
  update public.audit_log as entry
  set ip_address = null, old_values = null, new_values = null, personal_salt = null, masked_at = clock_timestamp()
  where entry.user_id = person;
  perform set_config('talenti.erasure', 'off', true);
  return jsonb_build_object(
    'transcript_segments_masked', segments, 'interview_scores_masked', scores,
    'parsed_profile_snapshots_masked', snapshots, 'candidate_dei', dei
  );
end
$$;

-- Anonymising goes on as before and then masks and removes what has been added since. A voice cannot be
-- masked: recordings go, and with them what was heard in them. So do the CV and what tells of it. The
-- proof of a sealed transcript stays; its file, which holds what was said, does not.
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
  delete from public.files as file where file.user_id = person;
  update public.employment_history as job
  set description = private.mask_words(job.description, words)
  where job.user_id = person and job.description is not null;
  delete from private.idempotency_keys as entry where strpos(entry.scope, person::text) > 0;
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

-- What is left of a person, counted anew and without a word of what was deleted: rows that begin with the
-- person, on which all others depend, and rows that name the person without depending on anything.
create function private.rows_left(user_id uuid, request_type text)
returns integer
language sql
stable
security definer
set search_path = ''
as $$
  select case request_type
    when 'full_deletion' then (
      (select count(*) from public.applications as t where t.candidate_id = rows_left.user_id)
      + (select count(*) from public.practice_interviews as t where t.user_id = rows_left.user_id)
      + (select count(*) from public.candidate_profiles as t where t.user_id = rows_left.user_id)
      + (select count(*) from public.candidate_skills as t where t.user_id = rows_left.user_id)
      + (select count(*) from public.education as t where t.user_id = rows_left.user_id)
      + (select count(*) from public.employment_history as t where t.user_id = rows_left.user_id)
      + (select count(*) from public.candidate_dei as t where t.user_id = rows_left.user_id)
      + (select count(*) from public.parsed_profile_snapshots as t where t.user_id = rows_left.user_id)
      + (select count(*) from public.resume_ingestion_items as t where t.matched_user_id = rows_left.user_id)
      + (select count(*) from public.data_exports as t where t.user_id = rows_left.user_id)
      + (select count(*) from public.files as t where t.user_id = rows_left.user_id)
      + (select count(*) from public.acs_identities as t where t.user_id = rows_left.user_id)
      + (select count(*) from public.org_users as t where t.user_id = rows_left.user_id)
      + (select count(*) from public.user_roles as t where t.user_id = rows_left.user_id)
      + (select count(*) from public.consents as t where t.user_id = rows_left.user_id)
      + (select count(*) from public.audit_log as t where t.user_id = rows_left.user_id)
      + (
        select count(*) from public.domain_events as t
        where t.payload ->> 'user_id' = rows_left.user_id::text
      )
      + (select count(*) from public.domain_events as t where t.aggregate_id = rows_left.user_id)
    )
    when 'anonymize' then (
      (
        select count(*) from public.candidate_profiles as t
        where t.user_id = rows_left.user_id
          and (
            t.email is distinct from 'anonymised+' || t.user_id || '@example.invalid'
            or t.last_name is not null or t.phone is not null or t.cv_file_id is not null
          )
      )
      + (select count(*) from public.candidate_dei as t where t.user_id = rows_left.user_id)
      + (select count(*) from public.files as t where t.user_id = rows_left.user_id)
      + (
        select count(*)
        from public.invitations as t
        join public.applications as application on application.id = t.application_id
        where application.candidate_id = rows_left.user_id
          and t.candidate_email <> 'anonymised+' || application.candidate_id || '@example.invalid'
      )
    )
    else 0
  end::integer
$$;

-- Segments that still hold one of the words.
create function private.segments_naming(user_id uuid, words text[])
returns integer
language sql
stable
security definer
set search_path = ''
as $$
  select count(*)::integer
  from public.transcript_segments as segment
  where coalesce(segment.interview_id, segment.practice_interview_id) in (
      select private.talks_of_person(segments_naming.user_id)
    )
    and private.mask_words(segment.content, segments_naming.words) <> segment.content
$$;

-- ---------------------------------------------------------------------------------------------
-- The way of a request
-- ---------------------------------------------------------------------------------------------

-- What to do, and for whom: user_id is null once the account is gone.
create function public.read_deletion(request_id uuid)
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

-- Whether it is under way from now on, and how much is still at it. Names are only masked where nobody
-- is about to say them again: while somebody is, nothing is begun. From here on nothing new comes of a
-- person who is to be deleted, what runs is cancelled, and recordings are wanted stopped and deleted.
create function public.begin_deletion(request_id uuid)
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

-- Whether something is going on that would write down what names somebody.
create function private.is_speaking(user_id uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from public.interviews as interview
    join public.applications as application on application.id = interview.application_id
    where application.candidate_id = is_speaking.user_id and interview.status = 'in_progress'
  ) or exists (
    select from public.practice_interviews as practice
    where practice.user_id = is_speaking.user_id and practice.status = 'in_progress'
  ) or exists (
    select from public.interview_scores as run
    where run.status in ('queued', 'running')
      and run.interview_id in (select private.talks_of_person(is_speaking.user_id))
  ) or exists (
    select from public.files as file
    where file.user_id = is_speaking.user_id and file.status in ('received', 'reading')
  )
$$;

-- Lists what was found in a store and has to go, and gives the whole list: it only grows, so that it counts.
create function public.target_deletion(request_id uuid, store text, targets text[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into private.deletion_targets as known (request_id, store, target, found_at)
  select target_deletion.request_id, target_deletion.store, aimed.at, clock_timestamp()
  from unnest(target_deletion.targets) as aimed (at)
  on conflict on constraint deletion_targets_pkey do update
  set found_at = coalesce(known.found_at, excluded.found_at);
  return (
    select coalesce(jsonb_agg(known.target order by known.target), '[]')
    from private.deletion_targets as known
    where known.request_id = target_deletion.request_id and known.store = target_deletion.store
  );
end
$$;

-- A store was looked through again: so many are left. What went is what was listed, so many times as it
-- is said.
create function public.note_deletion(request_id uuid, store text, still_there integer)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  noted jsonb;
begin
  noted := jsonb_build_object(
    'count', (
      select count(*) from private.deletion_targets as known
      where known.request_id = note_deletion.request_id
        and known.store = note_deletion.store
        and known.found_at is not null
    ) - greatest(still_there, 0),
    'verified', still_there = 0,
    'at', clock_timestamp()
  );
  update public.data_deletion_requests as request
  set receipt = coalesce(request.receipt, '{}') || jsonb_build_object(note_deletion.store, noted)
  where request.id = note_deletion.request_id and request.status = 'processing';
  return noted;
end
$$;

-- The rows, in the same transaction as the word of them: the count is true however often it is said.
create function public.erase_deletion_rows(request_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  request public.data_deletion_requests;
  went jsonb := '{}';
  words text[];
  still_there integer;
  before integer;
  noted jsonb;
begin
  select * into request from public.data_deletion_requests as asked where asked.id = request_id for no key update;
  if not found then
    perform private.fail(404, 'not_found', 'deletion request');
  end if;
  if request.status <> 'processing' or request.request_type = 'recording_only' then
    return null;
  end if;
  before := coalesce((request.receipt -> 'database' ->> 'count')::integer, 0);
  if request.user_id is not null and request.request_type = 'full_deletion' then
    insert into private.deletion_targets (request_id, store, target)
    select request.id, 'workflows', work.key from private.workflows_of_person(request.user_id) as work (key)
    on conflict do nothing;
    went := public.erase_person(request.user_id);
    still_there := private.rows_left(request.user_id, request.request_type);
  elsif request.request_type = 'anonymize' and not coalesce(request.receipt ? 'database', false) then
    words := private.words_of_person(request.user_id);
    went := public.anonymize_person(request.user_id);
    still_there := private.rows_left(request.user_id, request.request_type)
      + private.segments_naming(request.user_id, words);
  end if;
  noted := jsonb_build_object(
    'count', before + (select coalesce(sum(part.value::integer), 0) from jsonb_each_text(went) as part),
    'verified', coalesce(
      still_there = 0, (request.receipt -> 'database' ->> 'verified')::boolean, request.user_id is null
    ),
    'at', clock_timestamp()
  );
  update public.data_deletion_requests as asked
  set receipt = coalesce(asked.receipt, '{}') || jsonb_build_object('database', noted)
  where asked.id = request.id;
  return noted;
end
$$;

-- The end: every store has been looked through and is empty. Whoever asked is owed a letter, the lists go,
-- and with the account what the sign-in service wrote down of it. Said again, it is as it was.
create function public.complete_deletion(request_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  request public.data_deletion_requests;
  wanted text[];
begin
  select * into request from public.data_deletion_requests as asked where asked.id = request_id for no key update;
  if not found then
    perform private.fail(404, 'not_found', 'deletion request');
  end if;
  if request.status = 'completed' then
    return false;
  end if;
  wanted := case request.request_type
    when 'full_deletion' then array['files', 'call_identity', 'database', 'workflows']
    when 'anonymize' then array['files', 'database']
    else array['files']
  end;
  if exists (
    select from unnest(wanted) as store (name)
    where coalesce((request.receipt -> store.name ->> 'verified')::boolean, false) is false
  ) then
    perform private.fail(409, 'conflict', 'not every store has been found empty');
  end if;
  if request.request_type = 'full_deletion' then
    if request.user_id is not null then
      perform private.fail(409, 'conflict', 'the account is still there');
    end if;
    delete from auth.audit_log_entries as entry
    using private.deletion_targets as account
    where account.request_id = request.id
      and account.store = 'account'
      and (
        entry.payload ->> 'actor_id' = account.target
        or entry.payload -> 'traits' ->> 'user_id' = account.target
      );
    request.receipt := request.receipt || jsonb_build_object(
      'account', jsonb_build_object('count', 1, 'verified', true, 'at', clock_timestamp())
    );
  end if;
  update public.data_deletion_requests as asked
  set
    status = 'completed', receipt = request.receipt, reason = null, notes = null,
    processed_at = clock_timestamp(), processed_by = 'system'
  where asked.id = request.id;
  delete from private.deletion_targets as known where known.request_id = request.id;
  update private.deletion_letters as letter
  set due_at = clock_timestamp()
  where letter.request_id = request.id;
  perform private.record(
    'privacy.deletion_completed', 'deletion_request', request.id, null, null,
    jsonb_build_object('request_type', request.request_type)
  );
  return true;
end
$$;

-- It could not be carried to its end for now; the reason is one of our words.
create function public.fail_deletion(request_id uuid, reason text)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  request public.data_deletion_requests;
begin
  if reason !~ '^[a-z][a-z0-9_]{0,99}$' then
    perform private.fail(422, 'validation_error', 'reason');
  end if;
  update public.data_deletion_requests as asked
  set status = 'failed', notes = fail_deletion.reason
  where asked.id = request_id and asked.status = 'processing'
  returning * into request;
  if not found then
    return false;
  end if;
  perform private.record(
    'privacy.deletion_failed', 'deletion_request', request.id, null, null,
    jsonb_build_object('request_type', request.request_type, 'reason', fail_deletion.reason)
  );
  return true;
end
$$;

-- What is to be carried out, the longest promised first. What was put before operators is tried again all
-- the same, unless one of them has decided otherwise.
create function public.due_deletions(max_requests integer default 200)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(due.id), '[]')
  from (
    select request.id
    from public.data_deletion_requests as request
    where request.status <> 'completed'
      and coalesce(
        (
          select entry.resolution not in ('settled', 'accepted')
          from public.workflow_attention as entry
          where entry.subject = 'deletion_request' and entry.subject_id = request.id
          order by entry.first_seen_at desc, entry.id
          limit 1
        ),
        true
      )
    order by request.requested_at, request.id
    limit max_requests
  ) as due
$$;

-- Keys: erase-<request>. What is asked waits for the timer's next turn, which comes every six hours; only
-- what that has missed, and what was begun, is wanted here.
create function public.deletions_gaps(first_id uuid, last_id uuid, live text[], max_rows integer default 500)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    with at_it as (
      select run.key, substr(run.key, 7)::uuid as id from unnest(live) as run (key)
    ),
    gaps as (
      (
        select
          'wanted' as standing, request.id, 'erase-' || request.id as key, request.status as state,
          case when request.status = 'pending' then request.requested_at + interval '6 hours 5 minutes'
            else request.updated_at
          end as since
        from public.data_deletion_requests as request
        where request.id between first_id and last_id
          and (
            request.status in ('processing', 'failed')
            or request.status = 'pending' and request.requested_at < now() - interval '6 hours 5 minutes'
          )
          and not exists (select from at_it where at_it.id = request.id)
        order by since
        limit max_rows
      )
      union all
      select 'over', request.id, at_it.key, request.status, request.updated_at
      from at_it
      join public.data_deletion_requests as request on request.id = at_it.id and request.status = 'completed'
      union all
      select 'unknown', at_it.id, at_it.key, null, null
      from at_it
      where not exists (select from public.data_deletion_requests as request where request.id = at_it.id)
    )
    select coalesce(
      jsonb_agg(
        private.workflow_gap(
          gaps.standing, 'deletion_request', gaps.id, gaps.key, gaps.state, gaps.since,
          jsonb_build_object('request_id', gaps.id)
        )
      ),
      '[]'
    )
    from gaps
  );
end
$$;

-- The letter that has waited longest; null when none is due. It is then the caller's for a while. Nobody's
-- address is kept for longer than a month because of a letter that does not go.
create function public.claim_deletion_letter()
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  letter private.deletion_letters;
begin
  delete from private.deletion_letters as old
  using public.data_deletion_requests as request
  where request.id = old.request_id and request.processed_at < now() - interval '30 days';
  select due.* into letter
  from private.deletion_letters as due
  where due.due_at <= clock_timestamp()
  order by due.due_at, due.request_id
  limit 1
  for no key update of due skip locked;
  if not found then
    return null;
  end if;
  update private.deletion_letters as claimed
  set
    due_at = clock_timestamp() + least(interval '2 minutes' * power(2, claimed.attempts), interval '1 hour'),
    attempts = claimed.attempts + 1
  where claimed.request_id = letter.request_id;
  return (
    select jsonb_build_object(
      'letter_id', letter.letter_id, 'email', letter.email, 'language', letter.language,
      'request_type', request.request_type
    )
    from public.data_deletion_requests as request
    where request.id = letter.request_id
  );
end
$$;

-- It went, or never can: the address is not kept for longer.
create function public.settle_deletion_letter(letter_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from private.deletion_letters as letter where letter.letter_id = settle_deletion_letter.letter_id;
  return found;
end
$$;

revoke all on function private.talks_of_person(uuid) from public;
revoke all on function private.workflows_of_person(uuid) from public;
revoke all on function private.batch_files_of_person(uuid) from public;
revoke all on function private.rows_left(uuid, text) from public;
revoke all on function private.is_speaking(uuid) from public;
revoke all on function private.sign_in_names() from public;
revoke all on function private.segments_naming(uuid, text[]) from public;
revoke all on function public.read_deletion(uuid) from public;
revoke all on function public.begin_deletion(uuid) from public;
revoke all on function public.target_deletion(uuid, text, text[]) from public;
revoke all on function public.note_deletion(uuid, text, integer) from public;
revoke all on function public.erase_deletion_rows(uuid) from public;
revoke all on function public.complete_deletion(uuid) from public;
revoke all on function public.fail_deletion(uuid, text) from public;
revoke all on function public.due_deletions(integer) from public;
revoke all on function public.deletions_gaps(uuid, uuid, text[], integer) from public;
revoke all on function public.claim_deletion_letter() from public;
revoke all on function public.settle_deletion_letter(uuid) from public;

grant execute on function public.read_deletion(uuid) to service_role;
grant execute on function public.begin_deletion(uuid) to service_role;
grant execute on function public.target_deletion(uuid, text, text[]) to service_role;
grant execute on function public.note_deletion(uuid, text, integer) to service_role;
grant execute on function public.erase_deletion_rows(uuid) to service_role;
grant execute on function public.complete_deletion(uuid) to service_role;
grant execute on function public.fail_deletion(uuid, text) to service_role;
grant execute on function public.due_deletions(integer) to service_role;
grant execute on function public.deletions_gaps(uuid, uuid, text[], integer) to service_role;
grant execute on function public.claim_deletion_letter() to service_role;
grant execute on function public.settle_deletion_letter(uuid) to service_role;
