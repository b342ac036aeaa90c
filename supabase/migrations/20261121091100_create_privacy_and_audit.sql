-- Why: what people may ask of us about their data, and the record of who did what. The audit log
-- is a chain per organisation: tenants do not wait for each other, and an organisation's export
-- can be verified by itself. Rows without an organisation form a chain of their own.

create table public.data_deletion_requests (
  id uuid primary key default gen_random_uuid(),
  user_id uuid default auth.uid() references auth.users (id) on delete set null,
  request_type text not null check (request_type in ('full_deletion', 'recording_only', 'anonymize')),
  status text not null default 'pending' check (status in ('pending', 'processing', 'completed', 'failed')),
  reason text check (char_length(reason) <= 2000),
  notes text check (char_length(notes) <= 5000),
  receipt jsonb check (jsonb_typeof(receipt) = 'object' and octet_length(receipt::text) <= 65536),
  requested_at timestamptz not null default now(),
  processed_at timestamptz,
  processed_by text check (char_length(processed_by) <= 200),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create unique index data_deletion_requests_one_open_idx on public.data_deletion_requests (user_id)
where status <> 'completed';
create index data_deletion_requests_user_id_idx
on public.data_deletion_requests (user_id, created_at desc, id desc);
create index data_deletion_requests_due_idx on public.data_deletion_requests (requested_at)
where status <> 'completed';

create table public.data_exports (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete restrict,
  status text not null default 'pending' check (
    status in ('pending', 'processing', 'completed', 'failed', 'expired')
  ),
  file_id uuid references public.files (id) on delete set null,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create unique index data_exports_one_running_idx on public.data_exports (user_id)
where status in ('pending', 'processing');
create index data_exports_user_id_idx on public.data_exports (user_id, created_at desc, id desc);
create index data_exports_file_id_idx on public.data_exports (file_id);
create index data_exports_due_idx on public.data_exports (expires_at) where status = 'completed';

create table public.retention_runs (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations (id) on delete cascade,
  action text not null check (action = 'cleanup_recordings'),
  counts jsonb check (jsonb_typeof(counts) = 'object'),
  requested_by uuid default auth.uid(),
  started_at timestamptz,
  finished_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index retention_runs_list_idx on public.retention_runs (organisation_id, created_at desc, id desc);

create table public.audit_log (
  id uuid primary key default gen_random_uuid(),
  sequence bigint not null,
  user_id uuid,
  organisation_id uuid,
  action text not null check (char_length(action) <= 100),
  entity_type text not null check (char_length(entity_type) between 1 and 100),
  entity_id uuid,
  old_values jsonb check (jsonb_typeof(old_values) = 'object' and octet_length(old_values::text) <= 16384),
  new_values jsonb check (jsonb_typeof(new_values) = 'object' and octet_length(new_values::text) <= 16384),
  ip_address inet,
  request_id text check (char_length(request_id) <= 200),
  masked_at timestamptz,
  personal_salt text,
  personal_hash text not null,
  previous_hash text not null,
  row_hash text not null,
  created_at timestamptz not null default now()
);

create unique index audit_log_chain_idx
on public.audit_log (organisation_id, sequence) nulls not distinct;
create index audit_log_time_idx on public.audit_log (organisation_id, created_at desc, id desc);
create index audit_log_entity_idx on public.audit_log (entity_type, entity_id, created_at desc);
create index audit_log_user_id_idx on public.audit_log (user_id, created_at desc);
create index audit_log_created_at_idx on public.audit_log (created_at desc);

-- The nil id stands for rows without an organisation.
create table private.audit_heads (
  chain_id uuid primary key,
  last_sequence bigint not null default 0,
  last_hash text not null default repeat('0', 64)
);

create table public.domain_events (
  id uuid primary key default gen_random_uuid(),
  position bigint generated always as identity,
  event_type text not null check (char_length(event_type) <= 100),
  aggregate_type text not null check (char_length(aggregate_type) between 1 and 100),
  aggregate_id uuid not null,
  payload jsonb not null default '{}' check (
    jsonb_typeof(payload) = 'object' and octet_length(payload::text) <= 16384
  ),
  correlation_id text check (char_length(correlation_id) <= 200),
  dedupe_key text unique check (char_length(dedupe_key) <= 300),
  attempts integer not null default 0,
  claimed_until timestamptz,
  published_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index domain_events_unpublished_idx on public.domain_events (position) where published_at is null;
create index domain_events_aggregate_idx on public.domain_events (aggregate_id, position);

create table public.processed_events (
  id uuid primary key default gen_random_uuid(),
  source text not null check (char_length(source) between 1 and 200),
  event_id text not null check (char_length(event_id) between 1 and 500),
  created_at timestamptz not null default now(),
  unique (source, event_id)
);

create index processed_events_created_at_idx on public.processed_events (created_at);

create table private.rate_limit_buckets (
  bucket_key text primary key check (char_length(bucket_key) between 1 and 300),
  tokens double precision not null,
  refilled_at timestamptz not null,
  full_at timestamptz not null
);

create index rate_limit_buckets_full_at_idx on private.rate_limit_buckets (full_at);

create table private.idempotency_keys (
  scope text not null check (char_length(scope) between 1 and 300),
  key text not null check (char_length(key) between 1 and 300),
  body_hash text not null check (char_length(body_hash) between 1 and 128),
  state text not null default 'running' check (state in ('running', 'finished')),
  attempt integer not null default 1,
  lease_expires_at timestamptz not null,
  response_status integer check (response_status between 100 and 599),
  response jsonb,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (scope, key)
);

create index idempotency_keys_expires_at_idx on private.idempotency_keys (expires_at);

create trigger touch_updated_at before update on public.data_deletion_requests
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.data_exports
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.retention_runs
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.domain_events
for each row execute function private.touch_updated_at();

create trigger guard_new_status before insert on public.data_deletion_requests
for each row execute function private.guard_status('deletion_request', 'status');
create trigger guard_status before update on public.data_deletion_requests
for each row when (old.status is distinct from new.status)
execute function private.guard_status('deletion_request', 'status');

create trigger guard_new_status before insert on public.data_exports
for each row execute function private.guard_status('export', 'status');
create trigger guard_status before update on public.data_exports
for each row when (old.status is distinct from new.status)
execute function private.guard_status('export', 'status');

create trigger guard_append_only before update or delete on public.audit_log
for each row execute function private.guard_append_only();
create trigger guard_truncate before truncate on public.audit_log
for each statement execute function private.guard_append_only();

create function private.guard_event_type()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  sent text := to_jsonb(new) ->> tg_argv[0];
begin
  if not exists (select from private.event_types as known where known.name = sent) then
    perform private.fail(422, 'validation_error', 'unknown event type');
  end if;
  return new;
end
$$;

-- ---------------------------------------------------------------------------------------------
-- The audit log's chain: as the transcript's, personal fields hashed apart so that they can be
-- stripped.
-- ---------------------------------------------------------------------------------------------

create function private.hash_audit_person(entry public.audit_log)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select private.hash_text(
      jsonb_build_array(
        entry.personal_salt, entry.user_id, entry.entity_id, entry.old_values, entry.new_values,
        entry.ip_address
      )::text
    )
  );
end
$$;

create function private.hash_audit_row(entry public.audit_log)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select private.hash_text(
      jsonb_build_array(
        entry.previous_hash, entry.id, entry.sequence, entry.organisation_id, entry.action,
        entry.entity_type, entry.request_id, entry.personal_hash,
        date_part('epoch', entry.created_at)
      )::text
    )
  );
end
$$;

create function private.chain_audit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  head private.audit_heads;
  chain uuid := coalesce(new.organisation_id, '00000000-0000-0000-0000-000000000000');
begin
  insert into private.audit_heads (chain_id) values (chain) on conflict do nothing;
  select * into head from private.audit_heads where chain_id = chain for update;
  new.sequence := head.last_sequence + 1;
  new.masked_at := null;
  new.previous_hash := head.last_hash;
  new.personal_salt := replace(gen_random_uuid()::text, '-', '');
  new.personal_hash := private.hash_audit_person(new);
  new.row_hash := private.hash_audit_row(new);
  update private.audit_heads
  set last_sequence = new.sequence, last_hash = new.row_hash
  where chain_id = chain;
  return new;
end
$$;

revoke all on function private.guard_event_type() from public;
revoke all on function private.hash_audit_person(public.audit_log) from public;
revoke all on function private.hash_audit_row(public.audit_log) from public;
revoke all on function private.chain_audit() from public;

create trigger guard_action before insert on public.audit_log
for each row execute function private.guard_event_type('action');
create trigger chain_audit before insert on public.audit_log
for each row execute function private.chain_audit();

create trigger guard_type before insert on public.domain_events
for each row execute function private.guard_event_type('event_type');

-- ---------------------------------------------------------------------------------------------
-- Rights
-- ---------------------------------------------------------------------------------------------

alter table public.data_deletion_requests enable row level security;
alter table public.data_exports enable row level security;
alter table public.retention_runs enable row level security;
alter table public.audit_log enable row level security;
alter table public.domain_events enable row level security;
alter table public.processed_events enable row level security;
alter table private.audit_heads enable row level security;
alter table private.rate_limit_buckets enable row level security;
alter table private.idempotency_keys enable row level security;

revoke all on
  public.data_deletion_requests, public.data_exports, public.retention_runs, public.audit_log,
  public.domain_events, public.processed_events
from public, anon, authenticated, service_role;

grant select, insert (id, request_type, reason) on public.data_deletion_requests to authenticated;
grant select, insert (id) on public.data_exports to authenticated;
grant select, insert (id, organisation_id, action) on public.retention_runs to authenticated;
grant select (
  id, sequence, user_id, organisation_id, action, entity_type, entity_id, old_values, new_values,
  ip_address, request_id, masked_at, previous_hash, row_hash, created_at
) on public.audit_log to authenticated;

grant select, insert, update on
  public.data_deletion_requests, public.data_exports, public.retention_runs
to service_role;
grant delete on public.data_exports to service_role;
grant select, insert on public.audit_log to service_role;
grant select, insert, update, delete on public.domain_events to service_role;
grant select, insert, delete on public.processed_events to service_role;

create policy own_read on public.data_deletion_requests for select to authenticated
using (user_id = (select auth.uid()));
create policy own_create on public.data_deletion_requests for insert to authenticated
with check (user_id = (select auth.uid()));

create policy own_read on public.data_exports for select to authenticated
using (user_id = (select auth.uid()));
create policy own_create on public.data_exports for insert to authenticated
with check (user_id = (select auth.uid()));

create policy admins_read on public.retention_runs for select to authenticated
using (organisation_id = any (array(select private.administered_organisations())));
create policy admins_create on public.retention_runs for insert to authenticated
with check (organisation_id = any (array(select private.administered_organisations())));

create policy admins_read on public.audit_log for select to authenticated
using (organisation_id = any (array(select private.administered_organisations())));

create policy service_only on public.domain_events for all to service_role using (true) with check (true);
create policy service_only on public.processed_events for all to service_role using (true) with check (true);
