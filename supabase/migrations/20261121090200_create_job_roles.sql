-- Why: what organisations hire for, and the environment they measure behaviour against.

-- Weights that do not add up would make every overall score wrong.
create function private.is_sound_rubric(rubric jsonb)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  if rubric is null or rubric = '{}'::jsonb then
    return true;
  end if;
  if jsonb_typeof(rubric) <> 'object' then
    return false;
  end if;
  return (
    select
      bool_and(jsonb_typeof(dimension.value -> 'weight') is not distinct from 'number')
      and abs(
        sum(
          case
            when jsonb_typeof(dimension.value -> 'weight') = 'number'
              then (dimension.value ->> 'weight')::numeric
            else 0
          end
        ) - 1
      ) <= 0.001
    from jsonb_each(rubric) as dimension
  );
end
$$;

create function private.is_sound_structure(structure jsonb)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return structure is null or (
    jsonb_typeof(structure) = 'object'
    and case jsonb_typeof(structure -> 'question_count')
      when 'number' then (structure ->> 'question_count')::numeric between 5 and 7
      else structure -> 'question_count' is null
    end
    and case jsonb_typeof(structure -> 'duration_minutes')
      when 'number' then (structure ->> 'duration_minutes')::numeric between 10 and 30
      else structure -> 'duration_minutes' is null
    end
  );
end
$$;

revoke all on function private.is_sound_rubric(jsonb) from public;
revoke all on function private.is_sound_structure(jsonb) from public;
grant execute on function private.is_sound_rubric(jsonb) to authenticated, service_role;
grant execute on function private.is_sound_structure(jsonb) to authenticated, service_role;

-- created_by and every later "who did it" carry no foreign key: the deed stays named after the
-- account is gone.
create table public.job_roles (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations (id) on delete restrict,
  title text not null check (char_length(btrim(title)) between 1 and 200),
  description text check (char_length(description) <= 20000),
  department text check (char_length(department) <= 200),
  location text check (char_length(location) <= 200),
  work_type text check (work_type in ('remote', 'hybrid', 'onsite')),
  employment_type text check (employment_type in ('full-time', 'part-time', 'contract')),
  industry text check (char_length(industry) <= 200),
  salary_range_min numeric(12, 2) check (salary_range_min >= 0),
  salary_range_max numeric(12, 2) check (salary_range_max >= salary_range_min),
  requirements jsonb check (
    jsonb_typeof(requirements) = 'object' and octet_length(requirements::text) <= 131072
  ),
  scoring_rubric jsonb check (
    private.is_sound_rubric(scoring_rubric) and octet_length(scoring_rubric::text) <= 65536
  ),
  rubric_version integer not null default 1 check (rubric_version >= 1),
  interview_structure jsonb check (
    private.is_sound_structure(interview_structure) and octet_length(interview_structure::text) <= 65536
  ),
  job_profile jsonb check (
    jsonb_typeof(job_profile) = 'object' and octet_length(job_profile::text) <= 65536
  ),
  dimension_tiers jsonb check (
    jsonb_typeof(dimension_tiers) = 'object' and octet_length(dimension_tiers::text) <= 4096
  ),
  status text not null default 'draft' check (status in ('draft', 'active', 'paused', 'closed')),
  created_by uuid default auth.uid(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index job_roles_list_idx on public.job_roles (organisation_id, created_at desc, id desc);
create index job_roles_open_idx on public.job_roles (created_at desc, id desc) where status = 'active';

create table public.org_environment_inputs (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations (id) on delete cascade,
  raw_answers jsonb not null check (
    jsonb_typeof(raw_answers) in ('object', 'array') and octet_length(raw_answers::text) <= 65536
  ),
  signals jsonb not null default '{}' check (octet_length(signals::text) <= 65536),
  derived_environment jsonb not null check (jsonb_typeof(derived_environment) = 'object'),
  defaulted_variables jsonb not null default '[]' check (jsonb_typeof(defaulted_variables) = 'array'),
  contested_variables jsonb not null default '[]' check (jsonb_typeof(contested_variables) = 'array'),
  extra_fatal_risks jsonb not null default '[]' check (jsonb_typeof(extra_fatal_risks) = 'array'),
  confidence text not null check (confidence in ('low', 'medium', 'high')),
  submitted_by uuid not null,
  created_at timestamptz not null default now()
);

create index org_environment_inputs_latest_idx
on public.org_environment_inputs (organisation_id, created_at desc);

create trigger touch_updated_at before update on public.job_roles
for each row execute function private.touch_updated_at();

create trigger guard_new_status before insert on public.job_roles
for each row execute function private.guard_status('job_role', 'status');

create trigger guard_status before update on public.job_roles
for each row when (old.status is distinct from new.status)
execute function private.guard_status('job_role', 'status');

-- The version is the server's: nobody can send it, every change of the rubric counts it up.
create function private.count_rubric_version()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.rubric_version := old.rubric_version
    + case when new.scoring_rubric is distinct from old.scoring_rubric then 1 else 0 end;
  return new;
end
$$;

revoke all on function private.count_rubric_version() from public;

create trigger count_rubric_version before update on public.job_roles
for each row execute function private.count_rubric_version();

create function private.guard_job_role_delete()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if old.status <> 'closed' then
    perform private.fail(409, 'conflict', 'only a closed role can be deleted');
  end if;
  return old;
end
$$;

revoke all on function private.guard_job_role_delete() from public;

create trigger guard_delete before delete on public.job_roles
for each row execute function private.guard_job_role_delete();

-- ---------------------------------------------------------------------------------------------
-- Row sets
-- ---------------------------------------------------------------------------------------------

create function private.viewed_job_roles()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select job_role.id
  from public.job_roles as job_role
  where job_role.organisation_id = any (array(select private.viewed_organisations()))
$$;

revoke all on function private.viewed_job_roles() from public;
grant execute on function private.viewed_job_roles() to authenticated;

-- ---------------------------------------------------------------------------------------------
-- Rights. Everyone outside reads the view job_role_cards instead, which has no rubric, structure,
-- profile or tiers.
-- ---------------------------------------------------------------------------------------------

alter table public.job_roles enable row level security;
alter table public.org_environment_inputs enable row level security;

revoke all on public.job_roles, public.org_environment_inputs from public, anon, authenticated, service_role;

grant select, delete on public.job_roles to authenticated;
grant insert (
  id, organisation_id, title, description, department, location, work_type, employment_type, industry,
  salary_range_min, salary_range_max, requirements, scoring_rubric, interview_structure, job_profile,
  dimension_tiers
) on public.job_roles to authenticated;
grant update (
  title, description, department, location, work_type, employment_type, industry, salary_range_min,
  salary_range_max, requirements, scoring_rubric, interview_structure, job_profile, dimension_tiers
) on public.job_roles to authenticated;
grant select on public.org_environment_inputs to authenticated;
grant select, insert, update, delete on public.job_roles to service_role;
grant select, insert on public.org_environment_inputs to service_role;

create policy members_read on public.job_roles for select to authenticated
using (organisation_id = any (array(select private.viewed_organisations())));

create policy recruiters_create on public.job_roles for insert to authenticated
with check (organisation_id = any (array(select private.recruited_organisations())));

create policy recruiters_update on public.job_roles for update to authenticated
using (organisation_id = any (array(select private.recruited_organisations())))
with check (organisation_id = any (array(select private.recruited_organisations())));

create policy admins_delete on public.job_roles for delete to authenticated
using (organisation_id = any (array(select private.administered_organisations())));

create policy members_read on public.org_environment_inputs for select to authenticated
using (organisation_id = any (array(select private.viewed_organisations())));
