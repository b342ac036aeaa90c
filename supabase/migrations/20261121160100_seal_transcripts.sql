-- Why: what was said in an interview that is over must be provable: how many segments, which hash
-- they end with, and that the chain was whole at that moment. The seal is a receipt for both sides,
-- and names the file that holds a copy of the transcript.

create table public.transcript_seals (
  id uuid primary key default gen_random_uuid(),
  interview_id uuid not null unique references public.interviews (id) on delete cascade,
  segments integer not null check (segments >= 0),
  head_hash text not null check (head_hash ~ '^[0-9a-f]{64}$'),
  is_whole boolean not null,
  fault text check (char_length(fault) <= 50),
  blob_path text unique check (char_length(blob_path) between 1 and 1000),
  size_bytes bigint check (size_bytes >= 0),
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  sealed_at timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default now(),
  check (num_nonnulls(blob_path, size_bytes, sha256) in (0, 3)),
  check (is_whole = (fault is null))
);

alter table public.transcript_seals enable row level security;

revoke all on public.transcript_seals from public, anon, authenticated, service_role;
grant select (id, interview_id, segments, head_hash, is_whole, sealed_at, created_at)
on public.transcript_seals to authenticated;
grant select on public.transcript_seals to service_role;

create policy parties_read on public.transcript_seals for select to authenticated
using (interview_id = any (array(select private.visible_interviews())));

-- A seal is set once, and its file once. It goes with its interview only.
create function private.guard_seal()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if private.erasing(tg_relid) or (
    old.blob_path is null
    and to_jsonb(new) - array['blob_path', 'size_bytes', 'sha256']
    = to_jsonb(old) - array['blob_path', 'size_bytes', 'sha256']
  ) then
    return new;
  end if;
  perform private.fail(409, 'conflict', 'the transcript is sealed');
  return null;
end
$$;

create trigger guard_seal before update on public.transcript_seals
for each row execute function private.guard_seal();

create function private.seal_of(interview_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'segments', seal.segments, 'head_hash', seal.head_hash, 'is_whole', seal.is_whole,
      'sealed_at', seal.sealed_at
    )
    from public.transcript_seals as seal
    where seal.interview_id = seal_of.interview_id
  );
end
$$;

-- Verifies the chain of a completed interview and keeps what was found, at the first call; gives the
-- seal with all that its file holds. Null where there is no such interview any more. The same at
-- every call, so that the file can be written again.
create function public.seal_transcript(interview_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_talk(interview_id);
  seal public.transcript_seals;
  proof jsonb;
begin
  if talk.id is null or talk.kind <> 'live' then
    return null;
  end if;
  if talk.status <> 'completed' then
    perform private.fail(400, 'invalid_interview_state', 'interview: ' || talk.status);
  end if;
  select * into seal from public.transcript_seals as kept where kept.interview_id = talk.id;
  if not found then
    proof := public.verify_transcript(talk.id);
    insert into public.transcript_seals (interview_id, segments, head_hash, is_whole, fault)
    values (
      talk.id, (proof ->> 'rows')::integer, coalesce(proof ->> 'head', repeat('0', 64)),
      (proof ->> 'valid')::boolean, proof ->> 'fault'
    )
    returning * into seal;
  end if;
  return jsonb_build_object(
    'is_whole', seal.is_whole,
    'fault', seal.fault,
    'is_filed', seal.blob_path is not null,
    'content', jsonb_build_object(
      'interview_id', talk.id,
      'language', talk.language,
      'started_at', talk.started_at,
      'ended_at', talk.ended_at,
      'end_reason', talk.end_reason,
      'seal', private.seal_of(talk.id),
      'segments', (
        select coalesce(
          jsonb_agg(
            to_jsonb(segment) - array['interview_id', 'practice_interview_id', 'masked_at']
            order by segment.sequence
          ),
          '[]'
        )
        from public.transcript_segments as segment
        where segment.interview_id = talk.id
      )
    )
  );
end
$$;

-- The file of the seal is there.
create function public.file_seal(interview_id uuid, blob_path text, size_bytes bigint, sha256 text)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.transcript_seals as seal
  set
    blob_path = file_seal.blob_path,
    size_bytes = file_seal.size_bytes,
    sha256 = file_seal.sha256
  where seal.interview_id = file_seal.interview_id and seal.blob_path is null;
  return found;
end
$$;

-- As before, with the receipt of the transcript.
create or replace function private.schedule_of(talk private.talk)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return coalesce(
    (
      select jsonb_build_object(
        'scheduled_at', interview.scheduled_at, 'transcript_status', interview.transcript_status,
        'transcript_seal', private.seal_of(interview.id),
        'recording_deleted_at', interview.recording_deleted_at
      )
      from public.interviews as interview
      where interview.id = talk.id
    ),
    '{}'
  );
end
$$;

-- How a run of scoring stands; null where there is none.
create function public.state_of_score_run(run_id uuid)
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (select score.status from public.interview_scores as score where score.id = run_id);
end
$$;

revoke all on function private.guard_seal() from public;
revoke all on function private.seal_of(uuid) from public;
revoke all on function public.seal_transcript(uuid) from public;
revoke all on function public.file_seal(uuid, text, bigint, text) from public;
revoke all on function public.state_of_score_run(uuid) from public;

grant execute on function public.seal_transcript(uuid) to service_role;
grant execute on function public.file_seal(uuid, text, bigint, text) to service_role;
grant execute on function public.state_of_score_run(uuid) to service_role;
