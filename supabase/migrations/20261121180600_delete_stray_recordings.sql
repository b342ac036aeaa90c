-- Why: a recording that was stopped or withdrawn while it began has no row, and still a file: somebody's
-- voice. It is found by its event, which is kept; so the file goes before the word of it.

-- As before, and nothing is forgotten here any more.
create or replace function public.claim_recording_chunks()
returns jsonb
language sql
security definer
set search_path = ''
as $$
  with linked as (
    update public.recording_chunks as chunk
    set recording_id = recording.id
    from public.recordings as recording
    where chunk.recording_id is null and recording.provider_recording_id = chunk.provider_recording_id
    returning chunk.recording_id
  )
  select coalesce(jsonb_agg(distinct linked.recording_id), '[]') from linked
$$;

-- [{id, content_path, metadata_path}] of pieces whose recording nobody has come to know.
create function public.stray_recording_chunks(older_than interval, max_chunks integer default 100)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'id', stray.id, 'content_path', stray.content_path, 'metadata_path', stray.metadata_path
      )
    ),
    '[]'
  )
  from (
    select chunk.id, chunk.content_path, chunk.metadata_path
    from public.recording_chunks as chunk
    where chunk.recording_id is null and chunk.created_at <= now() - older_than
    order by chunk.created_at, chunk.id
    limit max_chunks
  ) as stray
$$;

-- Their files are gone. One that somebody knows by now stays.
create function public.forget_recording_chunks(chunk_ids uuid[])
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  forgotten integer;
begin
  delete from public.recording_chunks as chunk where chunk.recording_id is null and chunk.id = any (chunk_ids);
  get diagnostics forgotten = row_count;
  return forgotten;
end
$$;

revoke all on function public.stray_recording_chunks(interval, integer) from public;
revoke all on function public.forget_recording_chunks(uuid[]) from public;

grant execute on function public.stray_recording_chunks(interval, integer) to service_role;
grant execute on function public.forget_recording_chunks(uuid[]) to service_role;
