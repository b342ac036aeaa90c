-- Why: a recording that failed has no file of its own, but its pieces still lie where the service wrote
-- them. They are kept no longer than a recording would be: once the row is deleted, its workflow removes them.

-- As before, and those that failed; blob_path is null where there is none.
create or replace function public.due_recordings(
  organisation_id uuid default null, max_recordings integer default 100
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
    where recording.status in ('completed', 'failed')
      and coalesce(recording.processed_at, recording.stopped_at, recording.updated_at)
      < now() - interval '7 days'
      and coalesce(interview.ended_at, recording.processed_at, recording.stopped_at, recording.updated_at)
      < now() - make_interval(days => coalesce(organisation.recording_retention_days, 60))
      and (due_recordings.organisation_id is null or organisation.id = due_recordings.organisation_id)
    order by coalesce(recording.processed_at, recording.stopped_at, recording.updated_at)
    limit max_recordings
  ) as due
$$;
