-- Why: an attempt to keep a recording may have ended after the copy and before the word of it, and then
-- nothing but its name tells of the copy.

create or replace function public.blobs_of_person(user_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with recorded as (
    select recording.*
    from public.applications as application
    join public.interviews as interview on interview.application_id = application.id
    join public.recordings as recording on recording.interview_id = interview.id
    where application.candidate_id = blobs_of_person.user_id
  )
  select coalesce(jsonb_agg(stored.blob), '[]')
  from (
    select
      jsonb_build_object('kind', 'recording', 'id', recording.id, 'blob_path', recording.blob_path) as blob
    from recorded as recording
    where recording.blob_path is not null
    union all
    select jsonb_build_object(
      'kind', 'recording_copy', 'id', recording.id, 'blob_path',
      'interview-recordings/' || recording.interview_id || '/' || recording.id || '.' || recording.format
    )
    from recorded as recording
    where recording.file_step = 'uploading' or recording.file_step = 'failed'
    union all
    select jsonb_build_object(
      'kind', 'recording_chunk', 'id', chunk.id, 'recording_id', chunk.recording_id, 'blob_path', written.path
    )
    from recorded as recording
    join public.recording_chunks as chunk on chunk.recording_id = recording.id
    cross join lateral (values (chunk.content_path), (chunk.metadata_path)) as written (path)
    where chunk.settled_at is null and written.path is not null
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
