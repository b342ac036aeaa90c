-- Why: what was uploaded and what was read from it. The bytes are in Blob Storage; a row knows
-- where, and no client ever does.

create table public.files (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid references public.organisations (id) on delete restrict,
  user_id uuid references auth.users (id) on delete restrict,
  purpose text not null check (purpose in ('general', 'candidate_cv', 'recording')),
  blob_path text not null unique check (
    char_length(blob_path) between 1 and 1024 and blob_path !~ '(^|/)\.\.?(/|$)' and blob_path !~ '\\'
  ),
  original_name text check (char_length(original_name) <= 255),
  content_type text check (char_length(content_type) <= 255),
  size_bytes bigint check (size_bytes >= 0),
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  metadata jsonb not null default '{}' check (
    jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 16384
  ),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (num_nonnulls(organisation_id, user_id) >= 1)
);

create index files_organisation_id_idx on public.files (organisation_id);
create index files_user_id_idx on public.files (user_id);

create table public.parsed_profile_snapshots (
  id uuid primary key default gen_random_uuid(),
  user_id uuid references auth.users (id) on delete restrict,
  file_id uuid references public.files (id) on delete set null,
  snapshot_type text not null default 'resume_parse' check (snapshot_type = 'resume_parse'),
  parser_version text not null check (char_length(parser_version) between 1 and 100),
  source_kind text not null check (char_length(source_kind) between 1 and 100),
  data jsonb not null check (jsonb_typeof(data) = 'object' and octet_length(data::text) <= 1048576),
  confidence jsonb not null default '{}' check (jsonb_typeof(confidence) in ('object', 'number')),
  raw_text text check (char_length(raw_text) <= 1000000),
  created_at timestamptz not null default now()
);

create index parsed_profile_snapshots_user_id_idx on public.parsed_profile_snapshots (user_id, created_at desc);
create index parsed_profile_snapshots_file_id_idx on public.parsed_profile_snapshots (file_id);

create table public.resume_ingestion_batches (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations (id) on delete restrict,
  job_role_id uuid not null references public.job_roles (id) on delete restrict,
  status text not null default 'draft' check (status in ('draft', 'processing', 'inviting', 'completed')),
  title text check (char_length(title) <= 200),
  created_by uuid default auth.uid(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index resume_ingestion_batches_list_idx
on public.resume_ingestion_batches (organisation_id, created_at desc, id desc);
create index resume_ingestion_batches_job_role_id_idx on public.resume_ingestion_batches (job_role_id);

create trigger touch_updated_at before update on public.files
for each row execute function private.touch_updated_at();

create trigger touch_updated_at before update on public.resume_ingestion_batches
for each row execute function private.touch_updated_at();

create trigger guard_append_only before update or delete on public.parsed_profile_snapshots
for each row execute function private.guard_append_only();

create trigger guard_truncate before truncate on public.parsed_profile_snapshots
for each statement execute function private.guard_append_only();

create trigger guard_new_status before insert on public.resume_ingestion_batches
for each row execute function private.guard_status('resume_batch', 'status');

create trigger guard_status before update on public.resume_ingestion_batches
for each row when (old.status is distinct from new.status)
execute function private.guard_status('resume_batch', 'status');

-- A batch belongs to the organisation of its role, and only an active role takes people in.
create function private.guard_batch_role()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  job_role public.job_roles;
begin
  select * into job_role from public.job_roles where id = new.job_role_id;
  if job_role.organisation_id is distinct from new.organisation_id then
    perform private.fail(404, 'not_found', 'job role');
  end if;
  if job_role.status <> 'active' then
    perform private.fail(409, 'conflict', 'the role is not active');
  end if;
  return new;
end
$$;

revoke all on function private.guard_batch_role() from public;

create trigger guard_role after insert on public.resume_ingestion_batches
for each row execute function private.guard_batch_role();

create function private.viewed_batches()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select batch.id
  from public.resume_ingestion_batches as batch
  where batch.organisation_id = any (array(select private.viewed_organisations()))
$$;

create function private.recruited_batches()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select batch.id
  from public.resume_ingestion_batches as batch
  where batch.organisation_id = any (array(select private.recruited_organisations()))
$$;

revoke all on function private.viewed_batches() from public;
revoke all on function private.recruited_batches() from public;
grant execute on function private.viewed_batches() to authenticated;
grant execute on function private.recruited_batches() to authenticated;

-- ---------------------------------------------------------------------------------------------
-- Rights. blob_path is granted to nobody but the service: no storage address reaches a client.
-- ---------------------------------------------------------------------------------------------

alter table public.files enable row level security;
alter table public.parsed_profile_snapshots enable row level security;
alter table public.resume_ingestion_batches enable row level security;

revoke all on public.files, public.parsed_profile_snapshots, public.resume_ingestion_batches
from public, anon, authenticated, service_role;

grant select (
  id, organisation_id, user_id, purpose, original_name, content_type, size_bytes, sha256, created_at,
  updated_at
) on public.files to authenticated;
grant select on public.parsed_profile_snapshots, public.resume_ingestion_batches to authenticated;
grant insert (id, organisation_id, job_role_id, title) on public.resume_ingestion_batches to authenticated;
grant update (title) on public.resume_ingestion_batches to authenticated;
grant select, insert, update, delete on public.files, public.resume_ingestion_batches to service_role;
grant select, insert on public.parsed_profile_snapshots to service_role;

-- A person's own uploads, and what an organisation took in for itself. A candidate's CV is never
-- read here by an organisation: that goes through the application, where visibility is checked.
create policy owner_reads on public.files for select to authenticated
using (
  user_id = (select auth.uid())
  or (user_id is null and organisation_id = any (array(select private.recruited_organisations())))
);

create policy own_read on public.parsed_profile_snapshots for select to authenticated
using (user_id = (select auth.uid()));

create policy members_read on public.resume_ingestion_batches for select to authenticated
using (organisation_id = any (array(select private.viewed_organisations())));

create policy recruiters_create on public.resume_ingestion_batches for insert to authenticated
with check (organisation_id = any (array(select private.recruited_organisations())));

create policy recruiters_update on public.resume_ingestion_batches for update to authenticated
using (organisation_id = any (array(select private.recruited_organisations())))
with check (organisation_id = any (array(select private.recruited_organisations())));
