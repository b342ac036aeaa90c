-- Why: what is due is found by looking through all that is kept for longer than a week. That was done
-- every two minutes with nothing to do, for every 200 recordings at night, and for every run that ended.

-- As before: more at once, and nothing is looked for while no run is open.
create or replace function public.begin_retention(is_daily boolean, max_recordings integer default 2000)
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
  if not exists (select from public.retention_runs as open where open.finished_at is null) then
    return 0; -- for nobody all that is kept need be looked through
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

-- As before: what is due is looked for once, for all runs, and only if one may be over.
create or replace function public.finish_retention()
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
  waiting uuid[]; -- whose recordings are due and not yet owed; null until somebody has to know
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
    is_over := run.finished_at is null and undone = failures;
    if is_over and waiting is null then
      waiting := array(select distinct due.organisation_id from private.recordings_due() as due);
    end if;
    is_over := is_over and not run.organisation_id = any (waiting);
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
