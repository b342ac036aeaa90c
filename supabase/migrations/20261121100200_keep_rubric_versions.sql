-- Why: a rubric that people were measured by must stay as it was. Every version is kept, an interview
-- is judged by the one that stood when it began, and a role changes in one step: fields, rubric and
-- status together, for the version that the caller has seen, with one trace.

create table public.job_role_rubrics (
  id uuid primary key default gen_random_uuid(),
  job_role_id uuid not null references public.job_roles (id) on delete cascade,
  version integer not null check (version >= 1),
  rubric jsonb check (jsonb_typeof(rubric) = 'object' and octet_length(rubric::text) <= 65536),
  created_by uuid,
  created_at timestamptz not null default clock_timestamp(),
  unique (job_role_id, version)
);

-- They go with their role, and no other way: nobody has the right to delete.
create trigger guard_append_only before update on public.job_role_rubrics
for each row execute function private.guard_append_only();
create trigger guard_truncate before truncate on public.job_role_rubrics
for each statement execute function private.guard_append_only();

create function private.keep_rubric_version()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.job_role_rubrics (job_role_id, version, rubric, created_by)
  values (new.id, new.rubric_version, new.scoring_rubric, private.acting_person());
  return null;
end
$$;

revoke all on function private.keep_rubric_version() from public;

insert into public.job_role_rubrics (job_role_id, version, rubric, created_by, created_at)
select job_role.id, job_role.rubric_version, job_role.scoring_rubric, job_role.created_by, job_role.created_at
from public.job_roles as job_role;

create trigger keep_first_rubric after insert on public.job_roles
for each row execute function private.keep_rubric_version();
create trigger keep_rubric_version after update on public.job_roles
for each row when (old.rubric_version is distinct from new.rubric_version)
execute function private.keep_rubric_version();

alter table public.job_role_rubrics enable row level security;
revoke all on public.job_role_rubrics from public, anon, authenticated, service_role;
grant select on public.job_role_rubrics to authenticated, service_role;

create policy members_read on public.job_role_rubrics for select to authenticated
using (job_role_id = any (array(select private.viewed_job_roles())));

-- The rubric that judges an interview: the one that stood when it began, or stands now.
create function public.rubric_of_interview(interview_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object('version', kept.version, 'rubric', kept.rubric)
    from public.interviews as interview
    join public.applications as application on application.id = interview.application_id
    join public.job_role_rubrics as kept on kept.job_role_id = application.job_role_id
    where interview.id = rubric_of_interview.interview_id
    order by kept.created_at <= coalesce(interview.started_at, 'infinity') desc,
      case
        when kept.created_at <= coalesce(interview.started_at, 'infinity') then kept.version
        else -kept.version
      end desc
    limit 1
  );
end
$$;

revoke all on function public.rubric_of_interview(uuid) from public;
grant execute on function public.rubric_of_interview(uuid) to service_role;

-- ---------------------------------------------------------------------------------------------
-- Traces of a role. The status is moved by move_job_role alone, which leaves its own.
-- ---------------------------------------------------------------------------------------------

create function private.tell_job_role_change()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  person uuid := private.acting_person();
  job_role public.job_roles := coalesce(new, old);
  fields text[];
begin
  if person is null then
    return null;
  end if;
  case tg_op
    when 'INSERT' then
      perform private.record(
        'job_role.created', 'job_role', job_role.id, job_role.organisation_id, person,
        jsonb_build_object('status', new.status)
      );
    when 'DELETE' then
      perform private.record('job_role.deleted', 'job_role', job_role.id, job_role.organisation_id, person);
    else
      if new.rubric_version <> old.rubric_version then
        perform private.record(
          'job_role.rubric_updated', 'job_role', job_role.id, job_role.organisation_id, person,
          jsonb_build_object('from', old.rubric_version, 'to', new.rubric_version)
        );
      end if;
      fields := private.changed_fields(
        to_jsonb(old), to_jsonb(new), array['updated_at', 'status', 'scoring_rubric', 'rubric_version']
      );
      if fields <> '{}' then
        perform private.record(
          'job_role.updated', 'job_role', job_role.id, job_role.organisation_id, person,
          jsonb_build_object('fields', fields)
        );
      end if;
  end case;
  return null;
end
$$;

revoke all on function private.tell_job_role_change() from public;

create trigger tell_change after insert or update or delete on public.job_roles
for each row execute function private.tell_job_role_change();

-- changes: columns with their new values, by name; to_status null leaves the status. versions: the
-- moments of last change that the caller will accept, null for any.
create function public.change_job_role(
  job_role_id uuid,
  caller_id uuid,
  changes jsonb default '{}',
  to_status text default null,
  versions timestamptz[] default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  job_role public.job_roles;
  changed public.job_roles;
  open_columns constant text[] := array[
    'title', 'description', 'department', 'location', 'work_type', 'employment_type', 'industry',
    'salary_range_min', 'salary_range_max', 'requirements', 'scoring_rubric', 'interview_structure',
    'job_profile', 'dimension_tiers'
  ];
begin
  select * into job_role
  from public.job_roles as locked
  where locked.id = change_job_role.job_role_id
  for no key update;
  if not found then
    perform private.fail(404, 'not_found', 'job role');
  end if;
  perform private.require_role(
    job_role.organisation_id, caller_id, array['org_recruiter', 'org_admin'], 'job role'
  );
  if job_role.updated_at <> all (versions) then
    perform private.fail(412, 'precondition_failed', 'job role');
  end if;
  if exists (select from jsonb_object_keys(changes) as sent (name) where sent.name <> all (open_columns)) then
    perform private.fail(422, 'validation_error', 'body');
  end if;
  if changes <> '{}' then
    perform set_config('talenti.acting_person', caller_id::text, true);
    changed := jsonb_populate_record(job_role, changes);
    update public.job_roles
    set
      title = changed.title,
      description = changed.description,
      department = changed.department,
      location = changed.location,
      work_type = changed.work_type,
      employment_type = changed.employment_type,
      industry = changed.industry,
      salary_range_min = changed.salary_range_min,
      salary_range_max = changed.salary_range_max,
      requirements = nullif(changed.requirements, 'null'),
      scoring_rubric = nullif(changed.scoring_rubric, 'null'),
      interview_structure = nullif(changed.interview_structure, 'null'),
      job_profile = nullif(changed.job_profile, 'null'),
      dimension_tiers = nullif(changed.dimension_tiers, 'null')
    where id = job_role.id
    returning * into job_role;
    perform set_config('talenti.acting_person', '', true);
  end if;
  if to_status is not null then
    return public.move_job_role(job_role.id, caller_id, to_status);
  end if;
  return to_jsonb(job_role) || jsonb_build_object('cancelled_interviews', 0);
end
$$;

revoke all on function public.change_job_role(uuid, uuid, jsonb, text, timestamptz[]) from public;
grant execute on function public.change_job_role(uuid, uuid, jsonb, text, timestamptz[]) to service_role;
