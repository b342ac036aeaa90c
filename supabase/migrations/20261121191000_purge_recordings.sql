-- Why: recordings go when their time is over, whatever has become of them. What is due is first owed, like
-- any other recording that nobody may keep, and the one loop that deletes what is owed deletes it. A run
-- is what an organisation is told of it.

-- One at a time for each organisation: who asks for a second one is given the first.
alter table public.retention_runs
alter column counts set default '{"requested": 0, "deleted": 0, "failed": 0}';

update public.retention_runs set counts = default where counts is null;

alter table public.retention_runs
alter column counts set not null,
add column status text not null generated always as (
  case
    when started_at is null then 'requested'
    when finished_at is null then 'running'
    when coalesce((counts ->> 'failed')::integer, 0) > 0 then 'failed'
    else 'completed'
  end
) stored check (status in ('requested', 'running', 'completed', 'failed'));

create unique index retention_runs_one_open_idx on public.retention_runs (organisation_id)
where finished_at is null;

alter table public.recordings
add column retention_run_id uuid references public.retention_runs (id) on delete set null,
add column discard_failures integer not null default 0 check (discard_failures >= 0),
add column discard_failed_at timestamptz;

create index recordings_retention_run_id_idx on public.recordings (retention_run_id);
create index recordings_kept_idx
on public.recordings ((coalesce(processed_at, stopped_at, updated_at)))
where status <> 'deleted' and discard_wanted_at is null;

-- Older than their organisation keeps them, and owed to nobody yet; what came late stays for a week.
create function private.recordings_due()
returns table (id uuid, organisation_id uuid, since timestamptz)
language sql
stable
security definer
set search_path = ''
as $$
  select recording.id, job_role.organisation_id, coalesce(interview.ended_at, aged.moment)
  from public.recordings as recording
  cross join lateral (
    select coalesce(recording.processed_at, recording.stopped_at, recording.updated_at)
  ) as aged (moment)
  join public.interviews as interview on interview.id = recording.interview_id
  join public.applications as application on application.id = interview.application_id
  join public.job_roles as job_role on job_role.id = application.job_role_id
  join public.organisations as organisation on organisation.id = job_role.organisation_id
  where recording.status <> 'deleted'
    and recording.discard_wanted_at is null
    and coalesce(recording.processed_at, recording.stopped_at, recording.updated_at)
    < now() - interval '7 days'
    and coalesce(interview.ended_at, aged.moment)
    < now() - make_interval(days => coalesce(organisation.recording_retention_days, 60))
$$;

-- It told the same, and nobody asked.
drop function public.due_recordings(uuid, integer);

-- Opens the runs of the day, if it is daily, and lets what is due be owed, oldest first: how many that are.
-- Those that are left follow with the next call. Broken off, it is as if it had not been called.
create function public.begin_retention(is_daily boolean, max_recordings integer default 200)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  taken integer;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('retention', 0)) then
    return 0; -- somebody is at it
  end if;
  if is_daily then
    insert into public.retention_runs (organisation_id, action, requested_by)
    select distinct due.organisation_id, 'cleanup_recordings', null::uuid
    from private.recordings_due() as due
    on conflict (organisation_id) where finished_at is null do nothing;
  end if;
  with due as (
    select recording.id, run.id as run_id
    from private.recordings_due() as aged
    join public.retention_runs as run
      on run.organisation_id = aged.organisation_id and run.finished_at is null
    join public.recordings as recording on recording.id = aged.id
    order by aged.since, aged.id
    limit max_recordings
    for no key update of recording skip locked
  ),
  owed as (
    update public.recordings as recording
    set
      retention_run_id = due.run_id, discard_reason = 'retention',
      discard_wanted_at = clock_timestamp(),
      stop_wanted_at = coalesce(recording.stop_wanted_at, clock_timestamp())
    from due
    where recording.id = due.id and recording.discard_wanted_at is null
    returning recording.retention_run_id as run_id
  ),
  counted as (select owed.run_id, count(*) as recordings from owed group by owed.run_id),
  told as (
    update public.retention_runs as run
    set
      started_at = coalesce(run.started_at, clock_timestamp()),
      counts = run.counts || jsonb_build_object(
        'requested', (run.counts ->> 'requested')::bigint + coalesce(counted.recordings, 0)
      )
    from public.retention_runs as open
    left join counted on counted.run_id = open.id
    where run.id = open.id and open.finished_at is null
  )
  select coalesce(sum(counted.recordings), 0) into taken from counted;
  return taken;
end
$$;

-- Counts what went. A run is over once all that was due has been tried; what failed is tried further, and
-- counted then. [{run_id, organisation_id, requested, deleted, failed}] of runs that are over now.
create function public.finish_retention()
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  run public.retention_runs;
  undone bigint;
  failures bigint;
  told jsonb;
  is_over boolean;
  ended jsonb := '[]';
begin
  if not pg_try_advisory_xact_lock(hashtextextended('retention', 0)) then
    return ended; -- somebody is at it
  end if;
  for run in
    select * from public.retention_runs as known
    where known.started_at is not null
      and (known.finished_at is null or (known.counts ->> 'failed')::bigint > 0)
    order by known.organisation_id, known.created_at
    for no key update
  loop
    select count(*), count(*) filter (where recording.discard_failures > 0) into undone, failures
    from public.recordings as recording
    where recording.retention_run_id = run.id and recording.status <> 'deleted';
    is_over := run.finished_at is null and undone = failures and not exists (
      select from private.recordings_due() as due where due.organisation_id = run.organisation_id
    );
    told := run.counts || jsonb_build_object(
      'deleted', (run.counts ->> 'requested')::bigint - undone, 'failed', failures
    );
    continue when told = run.counts and not is_over;
    update public.retention_runs as known
    set counts = told, finished_at = case when is_over then clock_timestamp() else known.finished_at end
    where known.id = run.id;
    if is_over then
      perform private.record(
        'retention.purged', 'retention_run', run.id, run.organisation_id, run.requested_by, told
      );
      ended := ended || (
        jsonb_build_object('run_id', run.id, 'organisation_id', run.organisation_id) || told
      );
    end if;
  end loop;
  return ended;
end
$$;

-- It could not be deleted now, and others go first: since when it is owed.
create function public.defer_recording_discard(recording_id uuid)
returns timestamptz
language plpgsql
security definer
set search_path = ''
as $$
declare
  since timestamptz;
begin
  update public.recordings as known
  set discard_failures = known.discard_failures + 1, discard_failed_at = clock_timestamp()
  where known.id = defer_recording_discard.recording_id
  returning known.discard_wanted_at into since;
  if not found then
    perform private.fail(404, 'not_found', 'recording');
  end if;
  return since;
end
$$;

-- As before, and those that failed stand behind the others.
create or replace function public.owed_recordings(
  interview_id uuid default null, max_recordings integer default 50
)
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
    order by coalesce(
      known.discard_failed_at, known.discard_wanted_at, known.stop_wanted_at, known.created_at
    )
    limit max_recordings
  ) as owed
$$;

-- As before, and how often it could not be deleted.
create or replace function private.recording_answer(recording public.recordings)
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
    'discard_failures', recording.discard_failures,
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

revoke all on function private.recordings_due() from public;
revoke all on function public.begin_retention(boolean, integer) from public;
revoke all on function public.finish_retention() from public;
revoke all on function public.defer_recording_discard(uuid) from public;

grant execute on function public.begin_retention(boolean, integer) to service_role;
grant execute on function public.finish_retention() to service_role;
grant execute on function public.defer_recording_discard(uuid) to service_role;
