-- Why: the one way in which what is append-only may be masked or removed: on request of the person
-- it is about. The setting that opens the guards lives as long as the function runs and counts
-- only for its owner. What is not in the database (blobs, identities, workflow histories, the
-- sign-in user) is removed by the pipeline around it.

create index domain_events_user_idx on public.domain_events ((payload ->> 'user_id'));

-- What has to be gone from Blob Storage before the rows may go.
create function public.blobs_of_person(user_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(stored.blob), '[]')
  from (
    select
      jsonb_build_object('kind', 'recording', 'id', recording.id, 'blob_path', recording.blob_path) as blob
    from public.applications as application
    join public.interviews as interview on interview.application_id = application.id
    join public.recordings as recording on recording.interview_id = interview.id
    where application.candidate_id = blobs_of_person.user_id and recording.blob_path is not null
    union all
    select jsonb_build_object('kind', 'file', 'id', file.id, 'blob_path', file.blob_path)
    from public.files as file
    where file.user_id = blobs_of_person.user_id
    union all
    select jsonb_build_object('kind', 'file', 'id', file.id, 'blob_path', file.blob_path)
    from public.resume_ingestion_items as item
    join public.files as file on file.id = item.file_id and file.user_id is null
    where item.matched_user_id = blobs_of_person.user_id
  ) as stored
$$;

-- Recordings older than their organisation keeps them, oldest first.
create function public.due_recordings(organisation_id uuid default null, max_recordings integer default 100)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'recording_id', due.id, 'interview_id', due.interview_id, 'organisation_id', due.organisation_id,
        'blob_path', due.blob_path
      )
    ),
    '[]'
  )
  from (
    select recording.id, recording.interview_id, recording.blob_path, organisation.id as organisation_id
    from public.recordings as recording
    join public.interviews as interview on interview.id = recording.interview_id
    join public.applications as application on application.id = interview.application_id
    join public.job_roles as job_role on job_role.id = application.job_role_id
    join public.organisations as organisation on organisation.id = job_role.organisation_id
    where recording.status = 'completed'
      and recording.processed_at < now() - interval '7 days'
      and coalesce(interview.ended_at, recording.processed_at)
      < now() - make_interval(days => coalesce(organisation.recording_retention_days, 60))
      and (due_recordings.organisation_id is null or organisation.id = due_recordings.organisation_id)
    order by recording.processed_at
    limit max_recordings
  ) as due
$$;

-- After its blob is gone. Again on a deleted one: nothing changes.
create function public.mark_recording_deleted(recording_id uuid, caller_id uuid default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  recording public.recordings;
  talk private.talk;
begin
  select * into recording from public.recordings as known where known.id = recording_id;
  if not found then
    perform private.fail(404, 'not_found', 'recording');
  end if;
  talk := private.lock_talk(recording.interview_id);
  if caller_id is not null
    and private.role_over_application(talk.application_id, caller_id) is distinct from 'org_admin'
    and talk.candidate_id <> caller_id
  then
    perform private.fail(403, 'forbidden', 'recording');
  end if;
  update public.recordings
  set status = 'deleted', blob_path = null, deleted_at = clock_timestamp()
  where id = recording.id and status <> 'deleted'
  returning * into recording;
  if not found then
    return jsonb_build_object('recording_id', recording_id, 'status', 'deleted', 'changed', false);
  end if;
  update public.interviews
  set recording_url = null, recording_deleted_at = clock_timestamp()
  where id = recording.interview_id
    and not exists (
      select from public.recordings as other
      where other.interview_id = recording.interview_id and other.status = 'completed'
    );
  perform private.record(
    'recording.deleted', 'recording', recording.id, talk.organisation_id, caller_id,
    jsonb_build_object('interview_id', recording.interview_id)
  );
  return jsonb_build_object('recording_id', recording.id, 'status', 'deleted', 'changed', true);
end
$$;

-- Replaces whole words, whatever their case.
create function private.mask_words(content text, words text[])
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  word text;
begin
  foreach word in array words
  loop
    content := regexp_replace(
      content, '(^|\W)' || regexp_replace(word, '([][\\.^$*+?(){}|-])', '\\\1', 'g') || '(?=\W|$)',
      '\1[removed]', 'gi'
    );
  end loop;
  return content;
end
$$;

-- The texts in a document, and only they: a key stays a key, whoever is called like it.
create function private.mask_json(content jsonb, words text[])
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return case jsonb_typeof(content)
    when 'string' then to_jsonb(private.mask_words(content #>> '{}', words))
    when 'array' then (
      select coalesce(jsonb_agg(private.mask_json(item.value, words) order by item.place), '[]')
      from jsonb_array_elements(content) with ordinality as item (value, place)
    )
    when 'object' then (
      select coalesce(jsonb_object_agg(field.key, private.mask_json(field.value, words)), '{}')
      from jsonb_each(content) as field
    )
    else content
  end;
end
$$;

-- Names, addresses and other marks of the person go; what was said and scored stays. Chains still
-- verify: a masked row keeps the hash of what it was, without the salt to guess it by.
create function public.anonymize_person(user_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  person uuid := anonymize_person.user_id;
  words text[];
  interviews uuid[];
  practices uuid[];
  segments integer;
  scores integer;
  snapshots integer;
  dei integer;
begin
  perform set_config('talenti.erasure', 'on', true);
  words := array(
    select distinct btrim(word.text)
    from (
      select unnest(array[
        profile.first_name || ' ' || profile.last_name, profile.first_name, profile.last_name,
        profile.email, profile.phone, profile.linkedin_url, profile.portfolio_url
      ]) as text
      from public.candidate_profiles as profile
      where profile.user_id = person
      union
      select invitation.candidate_email
      from public.invitations as invitation
      join public.applications as application on application.id = invitation.application_id
      where application.candidate_id = person
    ) as word
    where char_length(btrim(word.text)) >= 2
    order by 1
  );
  -- Longer ones first, so that a full name is not left in halves.
  words := array(select word from unnest(words) as word order by char_length(word) desc);
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

-- All rows of a person, in the order of what depends on what. Refused while a recording's file is
-- still there. Repeatable: a second run finds nothing and says so. Consents and audit rows stay,
-- stripped. The sign-in user is removed last, by the pipeline.
create function public.erase_person(user_id uuid)
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

  for step in
    select *
    from (
      values
        (1, 'transcript_segments', 'talks'), (2, 'speech_finals', 'talks'), (3, 'interview_turns', 'talks'),
        (4, 'score_dimensions', 'interview_id'), (5, 'score_reviews', 'interview_id'),
        (6, 'post_hire_outcomes', 'application_id'), (7, 'interview_scores', 'interview_id'),
        (8, 'behaviour_scorecards', 'interview_id'), (9, 'skills_scorecards', 'interview_id'),
        (10, 'decision_dimension_evaluations', 'interview_id'),
        (11, 'decision_signal_evidence', 'interview_id'), (12, 'decision_risk_flags', 'interview_id'),
        (13, 'decision_audit_trail', 'interview_id'), (14, 'human_review_actions', 'interview_id'),
        (15, 'decision_outcomes', 'interview_id'), (16, 'skills_assessment_summaries', 'interview_id'),
        (17, 'interview_signals', 'interview_id'), (18, 'interview_plans', 'interview_id'),
        (19, 'recordings', 'interview_id'), (20, 'calls', 'interview_id'),
        (21, 'resume_ingestion_items', 'matched_user_id'), (22, 'invitations', 'application_id'),
        (23, 'interviews', 'application_id'), (24, 'applications', 'candidate_id'),
        (25, 'practice_interviews', 'user_id'), (26, 'candidate_skills', 'user_id'),
        (27, 'education', 'user_id'), (28, 'employment_history', 'user_id'), (29, 'candidate_dei', 'user_id'),
        (30, 'candidate_profiles', 'user_id'), (31, 'parsed_profile_snapshots', 'user_id'),
        (32, 'data_exports', 'user_id'), (33, 'files', 'user_id'), (34, 'acs_identities', 'user_id'),
        (35, 'user_roles', 'user_id')
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

  delete from private.transcript_heads as head where head.talk_id = any (interviews || practices);
  delete from private.idempotency_keys as entry where strpos(entry.scope, person::text) > 0;
  delete from private.rate_limit_buckets as bucket where strpos(bucket.bucket_key, person::text) > 0;
  delete from public.domain_events as event where event.payload ->> 'user_id' = person::text;
  delete from public.domain_events as event where event.aggregate_id = person;
  update public.data_deletion_requests as request
  set reason = null
  where request.user_id = person;
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

revoke all on function public.blobs_of_person(uuid) from public;
revoke all on function public.due_recordings(uuid, integer) from public;
revoke all on function public.mark_recording_deleted(uuid, uuid) from public;
revoke all on function private.mask_words(text, text[]) from public;
revoke all on function private.mask_json(jsonb, text[]) from public;
revoke all on function public.anonymize_person(uuid) from public;
revoke all on function public.erase_person(uuid) from public;

grant execute on function public.blobs_of_person(uuid) to service_role;
grant execute on function public.due_recordings(uuid, integer) to service_role;
grant execute on function public.mark_recording_deleted(uuid, uuid) to service_role;
grant execute on function public.anonymize_person(uuid) to service_role;
grant execute on function public.erase_person(uuid) to service_role;
