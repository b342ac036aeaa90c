-- Why: calls, the consent that recording needs, and recordings from their start to their purge.

-- Consents outlive what they were given for: after a deletion they stay, stripped of the person.
create table public.consents (
  id uuid primary key default gen_random_uuid(),
  user_id uuid references auth.users (id) on delete set null,
  interview_id uuid references public.interviews (id) on delete set null,
  kind text not null default 'recording' check (kind = 'recording'),
  granted boolean not null,
  text_version text not null check (char_length(text_version) between 1 and 50),
  text_hash text not null check (text_hash ~ '^[0-9a-f]{64}$'),
  locale text not null check (char_length(locale) between 2 and 20),
  ip_address inet,
  given_at timestamptz not null default now(),
  withdrawn_at timestamptz check (withdrawn_at >= given_at),
  created_at timestamptz not null default now()
);

create index consents_user_id_idx on public.consents (user_id, given_at desc);
create index consents_interview_id_idx on public.consents (interview_id, given_at desc);

create table public.calls (
  id uuid primary key default gen_random_uuid(),
  interview_id uuid not null references public.interviews (id) on delete restrict,
  call_connection_id text unique check (char_length(call_connection_id) between 1 and 500),
  server_call_id text check (char_length(server_call_id) between 1 and 2000),
  correlation_id text check (char_length(correlation_id) <= 500),
  status text not null default 'connecting' check (
    status in (
      'connecting', 'connected', 'disconnecting', 'disconnected', 'transferring', 'transferAccepted'
    )
  ),
  connected_at timestamptz,
  ended_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index calls_interview_id_idx on public.calls (interview_id, created_at desc);
create unique index calls_server_call_id_key on public.calls (server_call_id);
create index calls_correlation_id_idx on public.calls (correlation_id);

-- status is what people are told, file_step where the file is on its way to our store.
create table public.recordings (
  id uuid primary key default gen_random_uuid(),
  interview_id uuid not null references public.interviews (id) on delete restrict,
  provider_recording_id text unique check (char_length(provider_recording_id) between 1 and 2000),
  call_id uuid references public.calls (id) on delete restrict,
  consent_id uuid not null references public.consents (id) on delete restrict,
  status text not null default 'active' check (
    status in ('active', 'paused', 'stopped', 'processing', 'completed', 'failed', 'deleted')
  ),
  file_step text not null default 'pending' check (
    file_step in ('pending', 'downloading', 'processing', 'uploading', 'completed', 'failed')
  ),
  content text not null default 'audio' check (content in ('audio', 'audioVideo')),
  channel text not null default 'unmixed' check (channel in ('mixed', 'unmixed')),
  format text not null default 'wav' check (format in ('wav', 'mp3', 'mp4')),
  chunks jsonb not null default '[]' check (
    jsonb_typeof(chunks) = 'array' and octet_length(chunks::text) <= 131072
  ),
  blob_path text unique check (char_length(blob_path) between 1 and 1024),
  size_bytes bigint check (size_bytes >= 0),
  duration_ms bigint check (duration_ms >= 0),
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  error text check (char_length(error) <= 2000),
  started_at timestamptz not null default now(),
  stopped_at timestamptz,
  processed_at timestamptz,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (status <> 'completed' or (blob_path is not null and sha256 is not null)),
  check (status <> 'deleted' or (blob_path is null and deleted_at is not null))
);

create index recordings_interview_id_idx on public.recordings (interview_id, started_at desc);
create index recordings_call_id_idx on public.recordings (call_id);
create index recordings_consent_id_idx on public.recordings (consent_id);
create unique index recordings_one_running_idx on public.recordings (interview_id)
where status in ('active', 'paused');
create index recordings_stored_idx on public.recordings (processed_at) where status = 'completed';

create trigger touch_updated_at before update on public.calls
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.recordings
for each row execute function private.touch_updated_at();

create trigger guard_append_only before update or delete on public.consents
for each row execute function private.guard_append_only('withdrawn_at');
create trigger guard_truncate before truncate on public.consents
for each statement execute function private.guard_append_only();

create trigger guard_new_status before insert on public.calls
for each row execute function private.guard_status('call', 'status');
create trigger guard_status before update on public.calls
for each row when (old.status is distinct from new.status)
execute function private.guard_status('call', 'status');

create trigger guard_new_status before insert on public.recordings
for each row execute function private.guard_status('recording', 'status');
create trigger guard_status before update on public.recordings
for each row when (old.status is distinct from new.status)
execute function private.guard_status('recording', 'status');

create trigger guard_new_file_step before insert on public.recordings
for each row execute function private.guard_status('recording_file', 'file_step');
create trigger guard_file_step before update on public.recordings
for each row when (old.file_step is distinct from new.file_step)
execute function private.guard_status('recording_file', 'file_step');

-- Recording without stored consent is impossible, whoever writes the row. The consent is locked,
-- so that a withdrawal either comes first and is seen or waits and then stops this recording.
create function private.guard_recording_consent()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform from public.consents as consent
  join public.interviews as interview on interview.id = consent.interview_id
  join public.applications as application on application.id = interview.application_id
  where consent.id = new.consent_id
    and consent.interview_id = new.interview_id
    and consent.user_id = application.candidate_id
    and consent.kind = 'recording'
    and consent.granted
    and consent.withdrawn_at is null
  for share of consent;
  if not found then
    perform private.fail(409, 'consent_required', 'no granted consent of the candidate stands');
  end if;
  if new.call_id is not null and not exists (
    select from public.calls as call where call.id = new.call_id and call.interview_id = new.interview_id
  ) then
    perform private.fail(409, 'conflict', 'the call belongs to another interview');
  end if;
  return new;
end
$$;

revoke all on function private.guard_recording_consent() from public;

create trigger guard_consent before insert on public.recordings
for each row execute function private.guard_recording_consent();

create trigger guard_consent_kept before update on public.recordings
for each row when (
  old.consent_id is distinct from new.consent_id or old.interview_id is distinct from new.interview_id
)
execute function private.guard_recording_consent();

-- ---------------------------------------------------------------------------------------------
-- Rights. Storage places (blob_path, chunks) are granted to the service alone.
-- ---------------------------------------------------------------------------------------------

alter table public.consents enable row level security;
alter table public.calls enable row level security;
alter table public.recordings enable row level security;

revoke all on public.consents, public.calls, public.recordings from public, anon, authenticated, service_role;

grant select (
  id, user_id, interview_id, kind, granted, text_version, text_hash, locale, given_at, withdrawn_at,
  created_at
) on public.consents to authenticated;
grant select on public.calls to authenticated;
grant select (
  id, interview_id, call_id, consent_id, status, file_step, content, channel, format, size_bytes,
  duration_ms, started_at, stopped_at, processed_at, deleted_at, created_at, updated_at
) on public.recordings to authenticated;

grant select, insert, update (withdrawn_at) on public.consents to service_role;
grant select, insert, update, delete on public.calls, public.recordings to service_role;

-- user_id counts too: the own consents stay readable after the interview is gone.
create policy parties_read on public.consents for select to authenticated
using (
  interview_id = any (array(select private.visible_interviews())) or user_id = (select auth.uid())
);

create policy parties_read on public.calls for select to authenticated
using (interview_id = any (array(select private.visible_interviews())));

create policy own_read on public.recordings for select to authenticated
using (interview_id = any (array(select private.own_interviews())));

create policy recruiters_read on public.recordings for select to authenticated
using (interview_id = any (array(select private.recruited_interviews())));
