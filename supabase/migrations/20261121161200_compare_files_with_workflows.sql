-- Why: a file that has arrived is read by a workflow, which may have never begun or not have lasted.

-- Keys: resume-<file>. Wanted is what arrived and is not settled, and what should have arrived long ago:
-- its workflow looks for it and says that it never came. A run asks the database at every step and ends
-- by itself when its file is settled, so only a file that is gone has a run too many.
create function public.files_gaps(first_id uuid, last_id uuid, live text[], max_rows integer default 500)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    with at_it as (
      select run.key, substr(run.key, 8)::uuid as id from unnest(live) as run (key)
    ),
    gaps as (
      (
        select
          'wanted' as standing, file.id, 'resume-' || file.id as key, file.status as state,
          file.updated_at as since
        from public.files as file
        where file.id between first_id and last_id
          and file.status in ('awaiting_upload', 'received', 'reading', 'scanned_needs_reader', 'parked')
          and (file.status <> 'awaiting_upload' or file.updated_at < now() - interval '30 minutes')
          and not exists (select from at_it where at_it.id = file.id)
        order by since
        limit max_rows
      )
      union all
      select 'unknown', at_it.id, at_it.key, null, null
      from at_it
      where not exists (select from public.files as file where file.id = at_it.id)
    )
    select coalesce(
      jsonb_agg(
        private.workflow_gap(
          gaps.standing, 'file', gaps.id, gaps.key, gaps.state, gaps.since,
          jsonb_build_object('file_id', gaps.id)
        )
      ),
      '[]'
    )
    from gaps
  );
end
$$;

revoke all on function public.files_gaps(uuid, uuid, text[], integer) from public;
grant execute on function public.files_gaps(uuid, uuid, text[], integer) to service_role;
