-- Why: who belongs where. Every right of an organisation's member comes from these rows.

create table public.organisations (
  id uuid primary key default gen_random_uuid(),
  name text not null check (char_length(btrim(name)) between 1 and 200),
  description text check (char_length(description) <= 10000),
  industry text check (char_length(industry) <= 200),
  website text check (char_length(website) <= 2000),
  logo_url text check (char_length(logo_url) <= 2000),
  billing_email text check (char_length(billing_email) <= 320),
  billing_address text check (char_length(billing_address) <= 2000),
  values_framework jsonb check (
    jsonb_typeof(values_framework) in ('object', 'array') and octet_length(values_framework::text) <= 65536
  ),
  recording_retention_days integer check (recording_retention_days between 7 and 365),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table public.org_users (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null check (role in ('org_admin', 'org_recruiter', 'org_viewer')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organisation_id, user_id)
);

create index org_users_user_id_idx on public.org_users (user_id);

create table public.user_roles (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null check (role in ('org_admin', 'org_recruiter', 'org_viewer', 'candidate')),
  created_at timestamptz not null default now(),
  unique (user_id, role)
);

-- Restrict: the identity has to be removed from the communication service first.
create table public.acs_identities (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null unique references auth.users (id) on delete restrict,
  communication_user_id text not null unique check (char_length(communication_user_id) between 1 and 500),
  created_at timestamptz not null default now()
);

create trigger touch_updated_at before update on public.organisations
for each row execute function private.touch_updated_at();

create trigger touch_updated_at before update on public.org_users
for each row execute function private.touch_updated_at();

-- An organisation without an admin could never be changed again. The row of the organisation is
-- locked, so that two admins who remove each other do not both succeed.
create function private.guard_last_admin()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if tg_op = 'UPDATE' and new.role = 'org_admin' and new.organisation_id = old.organisation_id then
    return new;
  end if;
  perform from public.organisations where id = old.organisation_id for no key update;
  if found and not exists (
    select from public.org_users as other
    where other.organisation_id = old.organisation_id and other.role = 'org_admin' and other.id <> old.id
  ) then
    perform private.fail(409, 'conflict', 'the last admin stays');
  end if;
  return coalesce(new, old);
end
$$;

revoke all on function private.guard_last_admin() from public;

create trigger guard_last_admin before update or delete on public.org_users
for each row when (old.role = 'org_admin') execute function private.guard_last_admin();

-- ---------------------------------------------------------------------------------------------
-- Row sets: which organisations the caller may see, work in, administer
-- ---------------------------------------------------------------------------------------------

create function private.viewed_organisations()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select member.organisation_id
  from public.org_users as member
  where member.user_id = (select auth.uid())
$$;

create function private.recruited_organisations()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select member.organisation_id
  from public.org_users as member
  where member.user_id = (select auth.uid()) and member.role in ('org_recruiter', 'org_admin')
$$;

create function private.administered_organisations()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select member.organisation_id
  from public.org_users as member
  where member.user_id = (select auth.uid()) and member.role = 'org_admin'
$$;

revoke all on function private.viewed_organisations() from public;
revoke all on function private.recruited_organisations() from public;
revoke all on function private.administered_organisations() from public;
grant execute on function private.viewed_organisations() to authenticated;
grant execute on function private.recruited_organisations() to authenticated;
grant execute on function private.administered_organisations() to authenticated;

-- ---------------------------------------------------------------------------------------------
-- Rights
-- ---------------------------------------------------------------------------------------------

alter table public.organisations enable row level security;
alter table public.org_users enable row level security;
alter table public.user_roles enable row level security;
alter table public.acs_identities enable row level security;

revoke all on public.organisations, public.org_users, public.user_roles, public.acs_identities
from public, anon, authenticated, service_role;

grant select on public.organisations, public.org_users, public.user_roles to authenticated;
grant update (
  name, description, industry, website, logo_url, billing_email, billing_address, values_framework,
  recording_retention_days
) on public.organisations to authenticated;
grant insert (id, organisation_id, user_id, role), update (role), delete on public.org_users to authenticated;
grant select, insert, update, delete
on public.organisations, public.org_users, public.user_roles, public.acs_identities
to service_role;

create policy members_read on public.organisations for select to authenticated
using (id = any (array(select private.viewed_organisations())));

create policy admins_update on public.organisations for update to authenticated
using (id = any (array(select private.administered_organisations())))
with check (id = any (array(select private.administered_organisations())));

create policy members_read on public.org_users for select to authenticated
using (organisation_id = any (array(select private.viewed_organisations())));

create policy admins_add on public.org_users for insert to authenticated
with check (organisation_id = any (array(select private.administered_organisations())));

create policy admins_change on public.org_users for update to authenticated
using (organisation_id = any (array(select private.administered_organisations())))
with check (organisation_id = any (array(select private.administered_organisations())));

create policy admins_remove on public.org_users for delete to authenticated
using (organisation_id = any (array(select private.administered_organisations())));

create policy own_read on public.user_roles for select to authenticated
using (user_id = (select auth.uid()));

-- The identity of the communication service is a credential's subject: only the service reads it.
create policy service_only on public.acs_identities for all to service_role using (true) with check (true);

-- ---------------------------------------------------------------------------------------------
-- Helpers. They run with the rights of the caller: a member can ask about the own organisation,
-- nobody can probe another.
-- ---------------------------------------------------------------------------------------------

create function public.user_belongs_to_org(user_id uuid, organisation_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.org_users as member
    where member.user_id = user_belongs_to_org.user_id
      and member.organisation_id = user_belongs_to_org.organisation_id
  )
$$;

create function public.user_org_role(user_id uuid, organisation_id uuid)
returns text
language sql
stable
set search_path = ''
as $$
  select member.role
  from public.org_users as member
  where member.user_id = user_org_role.user_id
    and member.organisation_id = user_org_role.organisation_id
$$;

-- The organisation of someone who belongs to several is the one joined first.
create function public.get_user_org_id(user_id uuid)
returns uuid
language sql
stable
set search_path = ''
as $$
  select member.organisation_id
  from public.org_users as member
  where member.user_id = get_user_org_id.user_id
  order by member.created_at, member.id
  limit 1
$$;

-- A signed-in person without any row is a candidate.
create function public.has_role(user_id uuid, role text)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (
    select from public.user_roles as given
    where given.user_id = has_role.user_id and given.role = has_role.role
  )
  or exists (
    select from public.org_users as member
    where member.user_id = has_role.user_id and member.role = has_role.role
  )
$$;

revoke all on function public.user_belongs_to_org(uuid, uuid) from public;
revoke all on function public.user_org_role(uuid, uuid) from public;
revoke all on function public.get_user_org_id(uuid) from public;
revoke all on function public.has_role(uuid, text) from public;
grant execute on function public.user_belongs_to_org(uuid, uuid) to authenticated, service_role;
grant execute on function public.user_org_role(uuid, uuid) to authenticated, service_role;
grant execute on function public.get_user_org_id(uuid) to authenticated, service_role;
grant execute on function public.has_role(uuid, text) to authenticated, service_role;
