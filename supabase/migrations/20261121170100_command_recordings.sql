-- Why: a recording is commanded by people, stopped by the lifecycle, and told by events. What is owed
-- to a person stands in the row before the provider is asked: to stop, and to keep nothing. So it is
-- done even if the provider is away, or our process dies, at that moment.

-- Beyond the product's list: what was recorded without a consent that still stands is deleted whatever
-- its file has come to.
insert into private.state_transitions (machine, from_state, to_state)
values
  ('recording', 'stopped', 'deleted'),
  ('recording', 'processing', 'deleted'),
  ('recording', 'failed', 'deleted');

alter table public.recordings
add column stop_wanted_at timestamptz,
add column discard_wanted_at timestamptz,
add column discard_wanted_by uuid,
add column discard_reason text check (char_length(discard_reason) between 1 and 500);

create index recordings_owed_idx on public.recordings (discard_wanted_at)
where status <> 'deleted' and discard_wanted_at is not null;

create function private.recording_answer(recording public.recordings)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'id', recording.id, 'interview_id', recording.interview_id,
    'provider_recording_id', recording.provider_recording_id, 'status', recording.status,
    'content', recording.content, 'channel', recording.channel, 'format', recording.format,
    'blob_path', recording.blob_path, 'duration_ms', recording.duration_ms,
    'size_bytes', recording.size_bytes, 'started_at', recording.started_at,
    'stopped_at', recording.stopped_at, 'deleted_at', recording.deleted_at,
    'stop_wanted', recording.stop_wanted_at is not null,
    'discard_wanted', recording.discard_wanted_at is not null,
    'discard_wanted_by', recording.discard_wanted_by,
    'purge_at', case
      when recording.status <> 'deleted'
        then interview.ended_at + make_interval(days => coalesce(organisation.recording_retention_days, 60))
    end
  )
  from public.interviews as interview
  join public.applications as application on application.id = interview.application_id
  join public.job_roles as job_role on job_role.id = application.job_role_id
  join public.organisations as organisation on organisation.id = job_role.organisation_id
  where interview.id = recording.interview_id
$$;

-- The row of a recording that is about to begin. Consent comes first, and the answer says what is wrong
-- with it. One that runs is given back, with is_new false.
create function public.open_recording(
  recording_id uuid,
  interview_id uuid,
  caller_id uuid,
  server_call_id text,
  content text default 'audio',
  channel text default 'unmixed',
  format text default 'wav'
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_talk(interview_id);
  call public.calls;
  consent public.consents;
  recording public.recordings;
begin
  if talk.id is null or talk.kind <> 'live' then
    perform private.fail(404, 'not_found', 'interview');
  end if;
  if talk.candidate_id <> caller_id
    and coalesce(private.role_over_application(talk.application_id, caller_id), '')
      not in ('org_recruiter', 'org_admin')
  then
    perform private.fail(403, 'forbidden', 'interview');
  end if;
  if talk.status <> 'in_progress' then
    perform private.fail(400, 'interview_not_in_progress', 'interview: ' || talk.status);
  end if;
  select * into consent
  from public.consents as given
  where given.interview_id = talk.id and given.user_id = talk.candidate_id and given.kind = 'recording'
  order by given.given_at desc, given.id
  limit 1;
  if not found then
    perform private.fail(409, 'consent_required', 'the candidate has not been asked for consent');
  elsif not consent.granted then
    perform private.fail(409, 'consent_required', 'the candidate has refused to be recorded');
  elsif consent.withdrawn_at is not null then
    perform private.fail(409, 'consent_required', 'the candidate has withdrawn the consent');
  end if;
  select * into call
  from public.calls as known
  where known.server_call_id = open_recording.server_call_id;
  if found and call.interview_id <> talk.id then
    perform private.fail(409, 'conflict', 'the call belongs to another interview');
  end if;
  select * into recording
  from public.recordings as running
  where running.interview_id = talk.id and running.status in ('active', 'paused');
  if found then
    return private.recording_answer(recording) || jsonb_build_object('is_new', false);
  end if;
  if call.id is null then
    -- a call between browsers: kept, so that it is known for this interview from now on
    insert into public.calls (interview_id, server_call_id)
    values (talk.id, open_recording.server_call_id)
    returning * into call;
  end if;
  insert into public.recordings (id, interview_id, call_id, consent_id, content, channel, format)
  values (
    recording_id, talk.id, call.id, consent.id, open_recording.content, open_recording.channel,
    open_recording.format
  )
  returning * into recording;
  return private.recording_answer(recording) || jsonb_build_object('is_new', true);
end
$$;

-- What the provider calls it: from here on it has begun. The answer says whether it is to stop again.
create function public.note_recording(recording_id uuid, provider_recording_id text, caller_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  recording public.recordings;
begin
  update public.recordings as known
  set provider_recording_id = note_recording.provider_recording_id
  where known.id = recording_id and known.provider_recording_id is null
  returning * into recording;
  if found then
    perform private.record(
      'recording.started', 'recording', recording.id, private.organisation_of_interview(recording.interview_id),
      caller_id, jsonb_build_object('interview_id', recording.interview_id, 'status', recording.status)
    );
  end if;
  return public.read_recording(recording_id => note_recording.recording_id);
end
$$;

create function private.organisation_of_interview(interview_id uuid)
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select job_role.organisation_id
  from public.interviews as interview
  join public.applications as application on application.id = interview.application_id
  join public.job_roles as job_role on job_role.id = application.job_role_id
  where interview.id = organisation_of_interview.interview_id
$$;

-- The provider would not: nothing was recorded, and nothing is left of it.
create function public.drop_recording(recording_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from public.recordings as known
  where known.id = drop_recording.recording_id and known.provider_recording_id is null;
  return found;
end
$$;

create function public.read_recording(recording_id uuid default null, provider_recording_id text default null)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  recording public.recordings;
begin
  select * into recording
  from public.recordings as known
  where known.id = read_recording.recording_id
    or known.provider_recording_id = read_recording.provider_recording_id;
  if not found then
    perform private.fail(404, 'not_found', 'recording');
  end if;
  return private.recording_answer(recording);
end
$$;

-- Walks towards active, paused, stopped or failed, and leaves what is past it as it is.
create function public.move_recording(
  recording_id uuid,
  to_status text,
  caller_id uuid default null,
  error text default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  recording public.recordings;
  was text;
  step text;
begin
  select * into recording
  from public.recordings as known
  where known.id = move_recording.recording_id
  for no key update;
  if not found then
    perform private.fail(404, 'not_found', 'recording');
  end if;
  was := recording.status;
  if to_status not in ('active', 'paused', 'stopped', 'failed') then
    perform private.fail(422, 'validation_error', 'to_status');
  end if;
  -- one that failed is processed again only by a file that comes
  if was in ('active', 'paused', 'stopped', 'processing') then
    foreach step in array coalesce(private.path_between('recording', was, to_status), '{}')
    loop
      update public.recordings as known
      set
        status = step,
        stopped_at = case when step = 'stopped' then clock_timestamp() else known.stopped_at end,
        error = case when step = 'failed' then move_recording.error else known.error end,
        file_step = case when step = 'failed' and known.file_step = 'pending' then 'failed' else known.file_step end
      where known.id = recording.id
      returning * into recording;
    end loop;
  end if;
  if was in ('active', 'paused') and recording.status not in ('active', 'paused') then
    perform private.record(
      case recording.status when 'failed' then 'recording.failed' else 'recording.stopped' end,
      'recording', recording.id, private.organisation_of_interview(recording.interview_id), caller_id,
      jsonb_build_object('interview_id', recording.interview_id, 'status', recording.status)
    );
  end if;
  return private.recording_answer(recording) || jsonb_build_object('changed', was <> recording.status);
end
$$;

-- The one that runs, if one does.
create function public.running_recording(interview_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select private.recording_answer(known)
  from public.recordings as known
  where known.interview_id = running_recording.interview_id and known.status in ('active', 'paused')
$$;

-- All recordings of an interview whose files may still come, those first that run: they are to stop.
create function public.want_recordings_stopped(interview_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.recordings as known
  set stop_wanted_at = coalesce(known.stop_wanted_at, clock_timestamp())
  where known.interview_id = want_recordings_stopped.interview_id and known.status in ('active', 'paused');
  return (
    select coalesce(
      jsonb_agg(
        private.recording_answer(known)
        order by known.status in ('active', 'paused') desc, known.created_at
      ),
      '[]'
    )
    from public.recordings as known
    where known.interview_id = want_recordings_stopped.interview_id
      and known.status in ('active', 'paused', 'stopped', 'processing')
  );
end
$$;

-- It is to be stopped, if it runs, and nothing of it is to be kept.
create function public.want_recording_discarded(recording_id uuid, caller_id uuid, reason text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  recording public.recordings;
begin
  update public.recordings as known
  set
    stop_wanted_at = coalesce(known.stop_wanted_at, clock_timestamp()),
    discard_wanted_at = coalesce(known.discard_wanted_at, clock_timestamp()),
    discard_wanted_by = coalesce(known.discard_wanted_by, caller_id),
    discard_reason = coalesce(known.discard_reason, reason)
  where known.id = want_recording_discarded.recording_id
  returning * into recording;
  if not found then
    perform private.fail(404, 'not_found', 'recording');
  end if;
  return private.recording_answer(recording);
end
$$;

-- What was wanted and is not done, oldest first; and rows whose recording never came to be.
create function public.owed_recordings(interview_id uuid default null, max_recordings integer default 50)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(private.recording_answer(owed)), '[]')
  from (
    select known.*
    from public.recordings as known
    where (
      known.status in ('active', 'paused') and known.stop_wanted_at is not null
      or known.status <> 'deleted' and known.discard_wanted_at is not null
      or known.status in ('active', 'paused') and known.provider_recording_id is null
        and known.created_at < now() - interval '10 minutes'
    )
    and (owed_recordings.interview_id is null or known.interview_id = owed_recordings.interview_id)
    order by coalesce(known.discard_wanted_at, known.stop_wanted_at, known.created_at)
    limit max_recordings
  ) as owed
$$;

-- As before; and a refusal stops what runs and discards what there is, in the same transaction.
create or replace function public.record_consent(
  interview_id uuid,
  caller_id uuid,
  granted boolean,
  text_version text,
  text_hash text,
  locale text,
  ip_address inet default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_own_talk(interview_id, caller_id);
  consent public.consents;
begin
  if talk.kind <> 'live' then
    perform private.fail(404, 'not_found', 'interview');
  end if;
  if not granted then
    update public.consents as given
    set withdrawn_at = clock_timestamp()
    where given.interview_id = talk.id and given.granted and given.withdrawn_at is null;
    update public.recordings as known
    set
      stop_wanted_at = coalesce(known.stop_wanted_at, clock_timestamp()),
      discard_wanted_at = coalesce(known.discard_wanted_at, clock_timestamp()),
      discard_wanted_by = coalesce(known.discard_wanted_by, caller_id)
    where known.interview_id = talk.id and known.status <> 'deleted';
  end if;
  insert into public.consents (
    user_id, interview_id, granted, text_version, text_hash, locale, ip_address
  )
  values (
    caller_id, talk.id, record_consent.granted, record_consent.text_version, record_consent.text_hash,
    record_consent.locale, record_consent.ip_address
  )
  returning * into consent;
  perform private.record(
    case when granted then 'consent.granted' else 'consent.withdrawn' end, 'consent', consent.id,
    talk.organisation_id, caller_id, jsonb_build_object('interview_id', talk.id)
  );
  return to_jsonb(consent) - 'ip_address';
end
$$;

revoke all on function private.recording_answer(public.recordings) from public;
revoke all on function private.organisation_of_interview(uuid) from public;
revoke all on function public.open_recording(uuid, uuid, uuid, text, text, text, text) from public;
revoke all on function public.note_recording(uuid, text, uuid) from public;
revoke all on function public.drop_recording(uuid) from public;
revoke all on function public.read_recording(uuid, text) from public;
revoke all on function public.move_recording(uuid, text, uuid, text) from public;
revoke all on function public.want_recordings_stopped(uuid) from public;
revoke all on function public.want_recording_discarded(uuid, uuid, text) from public;
revoke all on function public.running_recording(uuid) from public;
revoke all on function public.owed_recordings(uuid, integer) from public;
grant execute on function public.open_recording(uuid, uuid, uuid, text, text, text, text) to service_role;
grant execute on function public.note_recording(uuid, text, uuid) to service_role;
grant execute on function public.drop_recording(uuid) to service_role;
grant execute on function public.read_recording(uuid, text) to service_role;
grant execute on function public.move_recording(uuid, text, uuid, text) to service_role;
grant execute on function public.want_recordings_stopped(uuid) to service_role;
grant execute on function public.want_recording_discarded(uuid, uuid, text) to service_role;
grant execute on function public.running_recording(uuid) to service_role;
grant execute on function public.owed_recordings(uuid, integer) to service_role;
