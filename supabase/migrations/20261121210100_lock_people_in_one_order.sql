-- Why: a deletion touches more rows than anything else, and took them as they came, with the chains of
-- organisations in between. Whoever worked on one of them then waited for it, and it for them.

-- All of a person that others lock as well, in the order that all keep. No stronger than they do: a row that is
-- changed twice in a transaction has what it refers to locked for key share, which may well be of the person.
create function private.lock_person(user_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  talks uuid[];
  applied uuid[];
  applied_to uuid;
begin
  applied := array(
    select application.id
    from public.applications as application
    where application.candidate_id = lock_person.user_id
    order by application.id
  );
  foreach applied_to in array applied loop
    perform from public.interviews as interview
    where interview.application_id = applied_to
    order by interview.id
    for no key update;
    perform from public.invitations as invitation
    where invitation.application_id = applied_to
    order by invitation.id
    for no key update;
    perform from public.applications as application where application.id = applied_to for no key update;
  end loop;
  perform from public.practice_interviews as practice
  where practice.user_id = lock_person.user_id
  order by practice.id
  for no key update;
  talks := array(select private.talks_of_person(lock_person.user_id));
  perform from public.recordings as recording
  where recording.interview_id = any (talks)
  order by recording.id
  for no key update;
  perform from public.interview_scores as run where run.interview_id = any (talks) order by run.id for no key update;
  perform from public.candidate_profiles as profile where profile.user_id = lock_person.user_id for no key update;
end
$$;

revoke all on function private.lock_person(uuid) from public;

-- Chains come last, the one of the lower organisation first.
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
  perform private.lock_person(request.user_id);
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
  update public.recordings as recording
  set
    stop_wanted_at = coalesce(recording.stop_wanted_at, clock_timestamp()),
    discard_wanted_at = coalesce(recording.discard_wanted_at, clock_timestamp()),
    discard_reason = coalesce(recording.discard_reason, 'deletion_request')
  where recording.status <> 'deleted'
    and recording.discard_wanted_at is null
    and recording.interview_id in (select private.talks_of_person(request.user_id));
  if request.request_type = 'full_deletion' then
    for application_id in
      select application.id
      from public.applications as application
      where application.candidate_id = request.user_id
      order by private.organisation_of_application(application.id), application.id
    loop
      perform private.cancel_live_interview(application_id, null, 'withdrawn');
    end loop;
    insert into private.deletion_targets (request_id, store, target)
    select request.id, 'workflows', work.key from private.workflows_of_person(request.user_id) as work (key)
    union all
    select request.id, 'account', request.user_id::text
    on conflict do nothing;
  end if;
  return jsonb_build_object('state', 'processing', 'request_type', request.request_type);
end
$$;

-- Whoever asks for a list twice at once waits for the first, whatever the order of its entries.
create or replace function public.target_deletion(request_id uuid, store text, targets text[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform from public.data_deletion_requests as request
  where request.id = target_deletion.request_id
  for no key update;
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
  perform private.lock_person(person);
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

-- The buckets go first: who begins a turn holds them before the interview.
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
  delete from private.rate_limit_buckets as bucket
  where bucket.bucket_key = any (
    array(
      select held.bucket_key
      from private.rate_limit_buckets as held
      where strpos(held.bucket_key, person::text) > 0
      order by held.bucket_key
      for update
    )
  );
  perform private.lock_person(person);
  applied := array(
    select application.id
    from public.applications as application
    where application.candidate_id = person
    order by application.id
  );
  perform from public.shortlists as shortlist
  where shortlist.job_role_id in (
    select application.job_role_id from public.applications as application where application.id = any (applied)
  )
  order by shortlist.id
  for no key update;
  perform from public.org_users as member where member.user_id = person order by member.id for update;
  perform from public.organisations as organisation
  where organisation.id in (select member.organisation_id from public.org_users as member where member.user_id = person)
  order by organisation.id
  for no key update;
  for application_id in
    select application.id
    from public.applications as application
    where application.id = any (applied)
    order by private.organisation_of_application(application.id), application.id
  loop
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
  delete from private.workflow_repairs as helped where helped.instance_id = any (keys);
  delete from public.workflow_attention as entry where entry.subject_id = any (things);
  perform from public.domain_events as event
  where event.aggregate_id = any (things || person) or event.payload ->> 'user_id' = person::text
  order by event.position
  for update;
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

-- Who owes a letter waits here for a deletion, which has the letters of before in hand.
create or replace function public.owe_letter(interview_id uuid, kind text, about timestamptz)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  letter_id uuid;
begin
  perform from public.interviews as interview where interview.id = owe_letter.interview_id for no key update;
  if not found then
    return null;
  end if;
  insert into public.candidate_letters (interview_id, kind, about)
  values (owe_letter.interview_id, owe_letter.kind, owe_letter.about)
  on conflict do nothing;
  select letter.id into letter_id
  from public.candidate_letters as letter
  where letter.interview_id = owe_letter.interview_id
    and letter.kind = owe_letter.kind
    and letter.about = owe_letter.about;
  return letter_id;
end
$$;
