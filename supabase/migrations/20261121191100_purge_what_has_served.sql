-- Why: what has served is cleared every day, and that was written before some tables were. In parts, so
-- that no statement holds a table for long.

create index domain_events_created_at_idx on public.domain_events (created_at);
create index workflow_repairs_last_at_idx on private.workflow_repairs (last_at);

drop function public.purge_expired(interval);

-- How many rows went from each table: {table: rows}. As many as were allowed: there are more. Events are
-- a copy of the audit log's words for others to read; unread, they stay for 90 days.
create function public.purge_expired(max_rows integer default 5000)
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
      'delete from %1$I.%2$I where ctid = any (array(select ctid from %1$I.%2$I where %3$s limit $1))',
      step.schema_name, step.table_name, step.served
    )
    using max_rows;
    get diagnostics removed = row_count;
    receipt := receipt || jsonb_build_object(step.table_name, removed);
  end loop;
  return receipt;
end
$$;

revoke all on function public.purge_expired(integer) from public;
grant execute on function public.purge_expired(integer) to service_role;
