-- Why: what looks after many rows at once meets those who hold some of them in their own order. Housekeeping
-- passes over what is held, for there is a next time; what has to be done is done in the order of places.

-- Whoever takes two buckets, or deletes a person, is not waited for.
create or replace function public.purge_expired(max_rows integer default 5000)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  step record;
  removed integer;
  receipt jsonb := '{}';
begin
  for step in
    select *
    from (
      values
        ('private', 'idempotency_keys', 'expires_at < now()'),
        ('private', 'rate_limit_buckets', 'full_at < now()'),
        ('private', 'letter_slots', 'taken_at < now() - interval ''1 hour'''),
        ('private', 'workflow_repairs', 'last_at < now() - interval ''30 days'''),
        ('public', 'processed_events', 'created_at < now() - interval ''30 days'''),
        (
          'public', 'domain_events',
          'published_at < now() - interval ''30 days'' or created_at < now() - interval ''90 days'''
        ),
        ('public', 'data_exports', 'file_id is null and created_at < now() - interval ''7 days''')
    ) as listed (schema_name, table_name, served)
  loop
    execute format(
      'delete from %1$I.%2$I where ctid = any ('
      'array(select ctid from %1$I.%2$I where %3$s limit $1 for update skip locked))',
      step.schema_name, step.table_name, step.served
    )
    using max_rows;
    get diagnostics removed = row_count;
    receipt := receipt || jsonb_build_object(step.table_name, removed);
  end loop;
  return receipt;
end
$$;

create or replace function public.publish_events(event_ids uuid[])
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  published integer;
begin
  update public.domain_events as event
  set published_at = clock_timestamp(), claimed_until = null
  where event.id = any (
    array(
      select due.id
      from public.domain_events as due
      where due.id = any (event_ids) and due.published_at is null
      order by due.position
      for no key update
    )
  );
  get diagnostics published = row_count;
  return published;
end
$$;

-- A recording that is announced at this moment takes its pieces itself.
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
    where recording.provider_recording_id = chunk.provider_recording_id
      and chunk.id = any (
        array(
          select waiting.id
          from public.recording_chunks as waiting
          join public.recordings as known on known.provider_recording_id = waiting.provider_recording_id
          where waiting.recording_id is null
          for no key update of waiting skip locked
        )
      )
    returning chunk.recording_id
  )
  select coalesce(jsonb_agg(distinct linked.recording_id), '[]') from linked
$$;

create or replace function public.forget_recording_chunks(chunk_ids uuid[])
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  forgotten integer;
begin
  delete from public.recording_chunks as chunk
  where chunk.id = any (
    array(
      select stray.id
      from public.recording_chunks as stray
      where stray.recording_id is null and stray.id = any (chunk_ids)
      for update skip locked
    )
  );
  get diagnostics forgotten = row_count;
  return forgotten;
end
$$;
