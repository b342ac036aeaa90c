-- Why: the file of a recording is followed by a workflow, which may have never begun or not have lasted.

-- Keys: recording-<recording>. Wanted is what has ended and whose file was named or is long overdue, what
-- was kept and not yet transcribed, and what is gone while pieces of it still lie where the service wrote
-- them. One that failed waits with its workflow for a person.
create function public.recordings_gaps(first_id uuid, last_id uuid, live text[], max_rows integer default 500)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    with at_it as (
      select run.key, substr(run.key, 11)::uuid as id from unnest(live) as run (key)
    ),
    gaps as (
      (
        select
          'wanted' as standing, recording.id, 'recording-' || recording.id as key, recording.status as state,
          greatest(recording.updated_at, heard.updated_at) as since
        from public.recordings as recording
        left join public.recording_transcripts as heard on heard.recording_id = recording.id
        where recording.id between first_id and last_id
          and (
            recording.status = 'processing'
            or recording.status = 'stopped' and (
              recording.stopped_at < now() - interval '12 hours'
              or exists (select from public.recording_chunks as chunk where chunk.recording_id = recording.id)
            )
            or recording.status = 'completed' and heard.status = 'queued'
            or recording.status = 'deleted' and exists (
              select from public.recording_chunks as chunk
              where chunk.recording_id = recording.id and chunk.settled_at is null
            )
          )
          and not exists (select from at_it where at_it.id = recording.id)
        order by since
        limit max_rows
      )
      union all
      select
        case when recording.id is null then 'unknown' else 'over' end, at_it.id, at_it.key, recording.status,
        greatest(recording.updated_at, heard.updated_at)
      from at_it
      left join public.recordings as recording on recording.id = at_it.id
      left join public.recording_transcripts as heard on heard.recording_id = recording.id
      where recording.id is null
        or recording.status = 'completed' and heard.status in ('completed', 'skipped')
        or recording.status = 'deleted' and not exists (
          select from public.recording_chunks as chunk
          where chunk.recording_id = recording.id and chunk.settled_at is null
        )
    )
    select coalesce(
      jsonb_agg(
        private.workflow_gap(
          gaps.standing, 'recording', gaps.id, gaps.key, gaps.state, gaps.since,
          jsonb_build_object('recording_id', gaps.id)
        )
      ),
      '[]'
    )
    from gaps
  );
end
$$;

revoke all on function public.recordings_gaps(uuid, uuid, text[], integer) from public;
grant execute on function public.recordings_gaps(uuid, uuid, text[], integer) to service_role;
