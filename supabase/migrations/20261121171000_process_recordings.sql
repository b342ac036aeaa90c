-- Why: what becomes of a recording once its call is over: the pieces that the service wrote into our
-- container, the way of the file to its own place, and the text that was heard in it.

-- A piece as an event named it, or as a look into the container found it. It may come before we know
-- whose it is, so it is kept under the service's own id and linked as soon as that is known.
create table public.recording_chunks (
  id uuid primary key default gen_random_uuid(),
  provider_recording_id text not null check (char_length(provider_recording_id) between 1 and 2000),
  recording_id uuid references public.recordings (id) on delete cascade,
  document_id text not null check (char_length(document_id) between 1 and 500),
  chunk_index integer not null check (chunk_index between 0 and 999),
  end_reason text check (char_length(end_reason) <= 100),
  content_path text not null check (char_length(content_path) between 1 and 1024),
  metadata_path text check (char_length(metadata_path) between 1 and 1024),
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  unique (provider_recording_id, document_id)
);

create index recording_chunks_recording_id_idx on public.recording_chunks (recording_id, chunk_index);
create index recording_chunks_unclaimed_idx on public.recording_chunks (created_at)
where recording_id is null;

-- What was heard, and where in the sound each segment of the live transcript is. The transcript itself
-- is sealed: nothing here ever changes it. It goes with the recording it was heard in.
create table public.recording_transcripts (
  id uuid primary key default gen_random_uuid(),
  recording_id uuid not null unique references public.recordings (id) on delete cascade,
  interview_id uuid not null references public.interviews (id) on delete cascade,
  status text not null default 'queued' check (status in ('queued', 'completed', 'skipped', 'failed')),
  attempts integer not null default 0 check (attempts between 0 and 10000),
  error text check (char_length(error) between 1 and 100),
  language text check (char_length(language) between 2 and 20),
  duration_ms bigint check (duration_ms >= 0),
  phrases jsonb not null default '[]' check (
    jsonb_typeof(phrases) = 'array' and octet_length(phrases::text) <= 16777216
  ),
  segments jsonb not null default '[]' check (
    jsonb_typeof(segments) = 'array' and octet_length(segments::text) <= 4194304
  ),
  discrepancy numeric(5, 4) check (discrepancy between 0 and 1),
  completed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((status = 'completed') = (completed_at is not null))
);

create index recording_transcripts_interview_id_idx on public.recording_transcripts (interview_id, created_at);
create index recording_transcripts_queued_idx on public.recording_transcripts (updated_at)
where status = 'queued';
create index recordings_on_their_way_idx on public.recordings (updated_at)
where status in ('stopped', 'processing');

create trigger touch_updated_at before update on public.recording_transcripts
for each row execute function private.touch_updated_at();

-- A person is not erased while a piece of a recording still lies where the service wrote it.
create function private.guard_chunk_settled()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if old.settled_at is null and old.recording_id is not null then
    perform private.fail(409, 'conflict', 'the files of recordings have to be deleted first');
  end if;
  return old;
end
$$;

revoke all on function private.guard_chunk_settled() from public;

create trigger guard_settled before delete on public.recording_chunks
for each row execute function private.guard_chunk_settled();

create function private.forget_recording_transcript()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from public.recording_transcripts as heard where heard.recording_id = new.id;
  return null;
end
$$;

revoke all on function private.forget_recording_transcript() from public;

create trigger forget_transcript after update of status on public.recordings
for each row when (new.status = 'deleted' and old.status <> 'deleted')
execute function private.forget_recording_transcript();

alter table public.recording_chunks enable row level security;
alter table public.recording_transcripts enable row level security;

revoke all on public.recording_chunks, public.recording_transcripts
from public, anon, authenticated, service_role;

grant select (
  id, recording_id, interview_id, status, language, duration_ms, phrases, segments, discrepancy,
  completed_at, created_at, updated_at
) on public.recording_transcripts to authenticated;
grant select on public.recording_chunks, public.recording_transcripts to service_role;

create policy service_only on public.recording_chunks for all to service_role using (true) with check (true);
create policy parties_read on public.recording_transcripts for select to authenticated
using (interview_id = any (array(select private.visible_interviews())));

-- ---------------------------------------------------------------------------------------------
-- The file
-- ---------------------------------------------------------------------------------------------

-- chunks: [{document_id, index, end_reason?, content_path, metadata_path?}]. A piece that is known is
-- left as it is. Gives {recording_id, interview_id, status, fresh}, or null while nobody knows the recording.
create function public.announce_recording(provider_recording_id text, chunks jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  recording public.recordings;
  fresh integer;
begin
  if coalesce(jsonb_typeof(chunks), '') <> 'array' or jsonb_array_length(chunks) not between 1 and 500 then
    perform private.fail(422, 'validation_error', 'chunks');
  end if;
  select * into recording
  from public.recordings as known
  where known.provider_recording_id = announce_recording.provider_recording_id
  for no key update;
  insert into public.recording_chunks (
    provider_recording_id, recording_id, document_id, chunk_index, end_reason, content_path, metadata_path
  )
  select
    announce_recording.provider_recording_id, recording.id, told.document_id, told.index, told.end_reason,
    told.content_path, told.metadata_path
  from jsonb_to_recordset(chunks) as told (
    document_id text, index integer, end_reason text, content_path text, metadata_path text
  )
  on conflict on constraint recording_chunks_provider_recording_id_document_id_key do nothing;
  get diagnostics fresh = row_count;
  if recording.id is null then
    return null;
  end if;
  update public.recording_chunks as chunk
  set recording_id = recording.id
  where chunk.provider_recording_id = announce_recording.provider_recording_id and chunk.recording_id is null;
  if recording.status in ('active', 'paused') then
    perform public.advance_recording(recording.id, 'stopped');
  end if;
  return jsonb_build_object(
    'recording_id', recording.id, 'interview_id', recording.interview_id, 'status', recording.status,
    'fresh', fresh
  );
end
$$;

-- Pieces that came before their recording was known are linked now: [recording_id]. What nobody has
-- asked for in a month is forgotten.
create function public.claim_recording_chunks()
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  claimed jsonb;
begin
  with linked as (
    update public.recording_chunks as chunk
    set recording_id = recording.id
    from public.recordings as recording
    where chunk.recording_id is null and recording.provider_recording_id = chunk.provider_recording_id
    returning chunk.recording_id
  )
  select coalesce(jsonb_agg(distinct linked.recording_id), '[]') into claimed from linked;
  delete from public.recording_chunks as chunk
  where chunk.recording_id is null and chunk.created_at < now() - interval '30 days';
  return claimed;
end
$$;

-- All that the way of a file needs to know, for whoever walks it.
create function public.read_recording_work(recording_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  work jsonb;
begin
  select jsonb_build_object(
    'recording_id', recording.id, 'interview_id', recording.interview_id,
    'provider_recording_id', recording.provider_recording_id, 'status', recording.status,
    'file_step', recording.file_step, 'format', recording.format, 'channel', recording.channel,
    'blob_path', recording.blob_path, 'size_bytes', recording.size_bytes,
    'duration_ms', recording.duration_ms, 'started_at', recording.started_at,
    'stopped_at', recording.stopped_at, 'error', recording.error,
    'discard_wanted', recording.discard_wanted_at is not null,
    'language', interview.language,
    'transcript_status', (
      select heard.status from public.recording_transcripts as heard where heard.recording_id = recording.id
    ),
    'manifest', recording.chunks,
    'chunks', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'id', chunk.id, 'document_id', chunk.document_id, 'index', chunk.chunk_index,
            'end_reason', chunk.end_reason, 'content_path', chunk.content_path,
            'metadata_path', chunk.metadata_path, 'told_at', chunk.created_at,
            'settled', chunk.settled_at is not null
          )
          order by chunk.chunk_index, chunk.document_id
        ),
        '[]'
      )
      from public.recording_chunks as chunk
      where chunk.recording_id = recording.id
    )
  )
  into work
  from public.recordings as recording
  join public.interviews as interview on interview.id = recording.interview_id
  where recording.id = read_recording_work.recording_id;
  if work is null then
    perform private.fail(404, 'not_found', 'recording');
  end if;
  return work;
end
$$;

-- One step of the file, by whoever finds it where they expect it. The first one has the recording
-- processing. Gives {file_step, changed}.
create function public.step_recording_file(recording_id uuid, expected_step text, to_step text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  recording public.recordings;
begin
  select * into recording
  from public.recordings as known
  where known.id = step_recording_file.recording_id
  for no key update;
  if not found then
    perform private.fail(404, 'not_found', 'recording');
  end if;
  if to_step not in ('downloading', 'processing', 'uploading') then
    perform private.fail(422, 'validation_error', 'to_step');
  end if;
  if recording.file_step <> expected_step or recording.status in ('completed', 'deleted') then
    return jsonb_build_object('file_step', recording.file_step, 'changed', false);
  end if;
  if to_step = 'downloading' then
    perform public.advance_recording(recording.id, 'processing');
  end if;
  update public.recordings set file_step = to_step, error = null where id = recording.id;
  return jsonb_build_object('file_step', to_step, 'changed', true);
end
$$;

-- result: {blob_path, size_bytes, duration_ms, sha256, chunks}. The first result stands; a second one
-- with another hash is a conflict. The transcription is then due.
create function public.complete_recording(recording_id uuid, result jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  recording public.recordings;
  talk private.talk;
begin
  select * into recording from public.recordings as known where known.id = complete_recording.recording_id;
  if not found then
    perform private.fail(404, 'not_found', 'recording');
  end if;
  talk := private.lock_talk(recording.interview_id);
  select * into recording
  from public.recordings as known
  where known.id = complete_recording.recording_id
  for no key update;
  if recording.status = 'deleted' or recording.discard_wanted_at is not null then
    perform private.fail(410, 'recording_deleted', 'recording');
  end if;
  if recording.status = 'completed' then
    if recording.sha256 is distinct from result ->> 'sha256' then
      perform private.fail(409, 'conflict', 'the recording was completed with another file');
    end if;
    return jsonb_build_object('recording_id', recording.id, 'status', 'completed', 'changed', false);
  end if;
  if recording.file_step <> 'uploading' then
    perform private.fail(409, 'conflict', 'recording_file: ' || recording.file_step);
  end if;
  update public.recordings
  set
    blob_path = result ->> 'blob_path', size_bytes = (result ->> 'size_bytes')::bigint,
    duration_ms = (result ->> 'duration_ms')::bigint, sha256 = result ->> 'sha256',
    chunks = result -> 'chunks', file_step = 'completed', error = null
  where id = recording.id;
  perform public.advance_recording(recording.id, 'completed');
  insert into public.recording_transcripts (recording_id, interview_id)
  values (recording.id, recording.interview_id)
  on conflict do nothing;
  update public.interviews
  set recording_url = '/api/v1/recordings/' || recording.id || '/download', recording_deleted_at = null
  where id = recording.interview_id;
  perform private.record(
    'recording.completed', 'recording', recording.id, talk.organisation_id, null,
    jsonb_build_object('interview_id', recording.interview_id)
  );
  return jsonb_build_object('recording_id', recording.id, 'status', 'completed', 'changed', true);
end
$$;

-- reason is one of our own stable words. What is completed or deleted stays so.
create function public.fail_recording(recording_id uuid, reason text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  recording public.recordings;
  talk private.talk;
begin
  select * into recording from public.recordings as known where known.id = fail_recording.recording_id;
  if not found then
    perform private.fail(404, 'not_found', 'recording');
  end if;
  if reason !~ '^[a-z_]{3,60}$' then
    perform private.fail(422, 'validation_error', 'reason');
  end if;
  talk := private.lock_talk(recording.interview_id);
  select * into recording
  from public.recordings as known
  where known.id = fail_recording.recording_id
  for no key update;
  if recording.status in ('failed', 'completed', 'deleted') then
    return jsonb_build_object('recording_id', recording.id, 'status', recording.status, 'changed', false);
  end if;
  perform public.advance_recording(recording.id, 'failed');
  update public.recordings
  set file_step = case when file_step = 'completed' then file_step else 'failed' end, error = reason
  where id = recording.id;
  perform private.record(
    'recording.failed', 'recording', recording.id, talk.organisation_id, null,
    jsonb_build_object('interview_id', recording.interview_id, 'reason', reason)
  );
  return jsonb_build_object('recording_id', recording.id, 'status', 'failed', 'changed', true);
end
$$;

-- The pieces of this recording are gone from where the service wrote them.
create function public.settle_recording_chunks(recording_id uuid, chunk_ids uuid[])
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  settled integer;
begin
  update public.recording_chunks as chunk
  set settled_at = clock_timestamp()
  where chunk.recording_id = settle_recording_chunks.recording_id
    and chunk.id = any (chunk_ids)
    and chunk.settled_at is null;
  get diagnostics settled = row_count;
  return settled;
end
$$;

-- ---------------------------------------------------------------------------------------------
-- The text
-- ---------------------------------------------------------------------------------------------

-- Counts the attempt and gives what is needed for it: {status, attempts, segments}, the live transcript.
create function public.begin_recording_transcript(recording_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  heard public.recording_transcripts;
begin
  update public.recording_transcripts as known
  set attempts = known.attempts + 1
  where known.recording_id = begin_recording_transcript.recording_id and known.status in ('queued', 'failed')
  returning * into heard;
  if not found then
    select * into heard
    from public.recording_transcripts as known
    where known.recording_id = begin_recording_transcript.recording_id;
    if not found then
      perform private.fail(404, 'not_found', 'recording transcript');
    end if;
  end if;
  return jsonb_build_object(
    'status', heard.status,
    'attempts', heard.attempts,
    'segments', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'id', segment.id, 'sequence', segment.sequence, 'speaker', segment.speaker,
            'content', segment.content, 'origin', segment.origin
          )
          order by segment.sequence
        ),
        '[]'
      )
      from public.transcript_segments as segment
      where segment.interview_id = heard.interview_id
    )
  );
end
$$;

-- result: {language, duration_ms, phrases, segments, discrepancy}. The first one stands.
create function public.save_recording_transcript(recording_id uuid, result jsonb)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.recording_transcripts as heard
  set
    status = 'completed', completed_at = clock_timestamp(), error = null,
    language = result ->> 'language', duration_ms = (result ->> 'duration_ms')::bigint,
    phrases = result -> 'phrases', segments = result -> 'segments',
    discrepancy = (result ->> 'discrepancy')::numeric
  where heard.recording_id = save_recording_transcript.recording_id and heard.status <> 'completed';
  return found;
end
$$;

-- to_status queued: it was tried and is tried again later; skipped, failed: it is left, for this reason.
create function public.note_recording_transcript(recording_id uuid, to_status text, reason text)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  if to_status not in ('queued', 'skipped', 'failed') or reason !~ '^[a-z_]{3,60}$' then
    perform private.fail(422, 'validation_error', 'to_status');
  end if;
  update public.recording_transcripts as heard
  set status = to_status, error = reason
  where heard.recording_id = note_recording_transcript.recording_id
    and heard.status in ('queued', 'failed');
  return found;
end
$$;

-- ---------------------------------------------------------------------------------------------
-- What operators and timers look for
-- ---------------------------------------------------------------------------------------------

-- Recordings that have ended and of whose file nothing was heard, oldest first:
-- [{recording_id, interview_id, provider_recording_id, started_at, since}].
create function public.overdue_recordings(
  older_than interval default '12 hours', max_recordings integer default 100
)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'recording_id', late.id, 'interview_id', late.interview_id,
        'provider_recording_id', late.provider_recording_id, 'started_at', late.started_at,
        'since', late.stopped_at
      )
      order by late.stopped_at
    ),
    '[]'
  )
  from (
    select recording.*
    from public.recordings as recording
    where recording.status = 'stopped'
      and recording.discard_wanted_at is null
      and recording.stopped_at <= now() - older_than
      and not exists (
        select from public.recording_chunks as chunk where chunk.recording_id = recording.id
      )
    order by recording.stopped_at
    limit max_recordings
  ) as late
$$;

-- What has not moved for that long though it should: [{recording_id, interview_id, step, since}]. step is
-- where the file is, or `transcription`, or `late_chunk` for a piece that came after all was done.
create function public.stuck_recordings(older_than interval, max_recordings integer default 100)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'recording_id', stuck.recording_id, 'interview_id', stuck.interview_id, 'step', stuck.step,
        'since', stuck.since
      )
      order by stuck.since
    ),
    '[]'
  )
  from (
    select recording.id as recording_id, recording.interview_id, recording.file_step as step,
      recording.updated_at as since
    from public.recordings as recording
    where recording.status in ('stopped', 'processing') and recording.updated_at <= now() - older_than
    union all
    select heard.recording_id, heard.interview_id, 'transcription', heard.updated_at
    from public.recording_transcripts as heard
    where heard.status = 'queued' and heard.updated_at <= now() - older_than
    union all
    select distinct on (recording.id) recording.id, recording.interview_id, 'late_chunk', chunk.created_at
    from public.recording_chunks as chunk
    join public.recordings as recording on recording.id = chunk.recording_id
    where chunk.settled_at is null and recording.status in ('completed', 'deleted')
      and chunk.created_at <= now() - older_than
    order by since
    limit max_recordings
  ) as stuck
$$;

-- Whether an event was handled to its end; record_event_once is what notes it.
create function public.event_is_handled(source text, event_id text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from public.processed_events as event
    where event.source = event_is_handled.source and event.event_id = event_is_handled.event_id
  )
$$;

-- ---------------------------------------------------------------------------------------------
-- Privacy
-- ---------------------------------------------------------------------------------------------

-- As before, and the pieces that still lie where the service wrote them, with what it wrote beside them.
create or replace function public.blobs_of_person(user_id uuid)
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
    select jsonb_build_object(
      'kind', 'recording_chunk', 'id', chunk.id, 'recording_id', chunk.recording_id, 'blob_path', written.path
    )
    from public.applications as application
    join public.interviews as interview on interview.application_id = application.id
    join public.recordings as recording on recording.interview_id = interview.id
    join public.recording_chunks as chunk on chunk.recording_id = recording.id
    cross join lateral (values (chunk.content_path), (chunk.metadata_path)) as written (path)
    where application.candidate_id = blobs_of_person.user_id
      and chunk.settled_at is null
      and written.path is not null
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

-- What names the person, as it may stand in a text.
create function private.words_of_person(user_id uuid)
returns text[]
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(array_agg(word.text order by char_length(word.text) desc, word.text), '{}')
  from (
    select distinct btrim(known.text) as text
    from (
      select unnest(array[
        profile.first_name || ' ' || profile.last_name, profile.first_name, profile.last_name,
        profile.email, profile.phone, profile.linkedin_url, profile.portfolio_url
      ]) as text
      from public.candidate_profiles as profile
      where profile.user_id = words_of_person.user_id
      union
      select invitation.candidate_email
      from public.invitations as invitation
      join public.applications as application on application.id = invitation.application_id
      where application.candidate_id = words_of_person.user_id
    ) as known
    where char_length(btrim(known.text)) >= 2
  ) as word
$$;

-- Anonymising goes on as before and then masks what was heard too; the words are taken before they go.
alter function public.anonymize_person(uuid) set schema private;

create function public.anonymize_person(user_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  words text[] := private.words_of_person(user_id);
  receipt jsonb := private.anonymize_person(user_id);
  masked integer;
begin
  update public.recording_transcripts as heard
  set phrases = private.mask_json(heard.phrases, words)
  from public.interviews as interview
  join public.applications as application on application.id = interview.application_id
  where interview.id = heard.interview_id and application.candidate_id = anonymize_person.user_id;
  get diagnostics masked = row_count;
  return receipt || jsonb_build_object('recording_transcripts_masked', masked);
end
$$;

revoke all on function public.announce_recording(text, jsonb) from public;
revoke all on function public.claim_recording_chunks() from public;
revoke all on function public.read_recording_work(uuid) from public;
revoke all on function public.step_recording_file(uuid, text, text) from public;
revoke all on function public.complete_recording(uuid, jsonb) from public;
revoke all on function public.fail_recording(uuid, text) from public;
revoke all on function public.settle_recording_chunks(uuid, uuid[]) from public;
revoke all on function public.begin_recording_transcript(uuid) from public;
revoke all on function public.save_recording_transcript(uuid, jsonb) from public;
revoke all on function public.note_recording_transcript(uuid, text, text) from public;
revoke all on function public.overdue_recordings(interval, integer) from public;
revoke all on function public.stuck_recordings(interval, integer) from public;
revoke all on function public.event_is_handled(text, text) from public;
revoke all on function private.words_of_person(uuid) from public;
revoke all on function private.anonymize_person(uuid) from public, service_role;
revoke all on function public.anonymize_person(uuid) from public;

grant execute on function public.announce_recording(text, jsonb) to service_role;
grant execute on function public.claim_recording_chunks() to service_role;
grant execute on function public.read_recording_work(uuid) to service_role;
grant execute on function public.step_recording_file(uuid, text, text) to service_role;
grant execute on function public.complete_recording(uuid, jsonb) to service_role;
grant execute on function public.fail_recording(uuid, text) to service_role;
grant execute on function public.settle_recording_chunks(uuid, uuid[]) to service_role;
grant execute on function public.begin_recording_transcript(uuid) to service_role;
grant execute on function public.save_recording_transcript(uuid, jsonb) to service_role;
grant execute on function public.note_recording_transcript(uuid, text, text) to service_role;
grant execute on function public.overdue_recordings(interval, integer) to service_role;
grant execute on function public.stuck_recordings(interval, integer) to service_role;
grant execute on function public.event_is_handled(text, text) to service_role;
grant execute on function public.anonymize_person(uuid) to service_role;
