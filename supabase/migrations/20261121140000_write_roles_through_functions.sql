-- Why: what a role measures and asks is read by a linter before it is kept, and the database is none.
-- A recruiter with a token of their own could write past it. So nobody writes roles with their own
-- token: roles are made as they are changed, through a function that is the service's alone.

revoke insert, update on public.job_roles from authenticated;
drop policy recruiters_create on public.job_roles;
drop policy recruiters_update on public.job_roles;

-- fields: columns with their values, by name. A role begins as a draft.
create function public.create_job_role(organisation_id uuid, caller_id uuid, fields jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  said public.job_roles;
  job_role public.job_roles;
  open_columns constant text[] := array[
    'title', 'description', 'department', 'location', 'work_type', 'employment_type', 'industry',
    'salary_range_min', 'salary_range_max', 'requirements', 'scoring_rubric', 'interview_structure',
    'job_profile', 'dimension_tiers'
  ];
begin
  perform private.require_role(
    create_job_role.organisation_id, caller_id, array['org_recruiter', 'org_admin'], 'organisation'
  );
  if exists (select from jsonb_object_keys(fields) as sent (name) where sent.name <> all (open_columns)) then
    perform private.fail(422, 'validation_error', 'body');
  end if;
  said := jsonb_populate_record(null::public.job_roles, fields);
  perform set_config('talenti.acting_person', caller_id::text, true);
  insert into public.job_roles (
    organisation_id, title, description, department, location, work_type, employment_type, industry,
    salary_range_min, salary_range_max, requirements, scoring_rubric, interview_structure, job_profile,
    dimension_tiers, created_by
  )
  values (
    create_job_role.organisation_id, said.title, said.description, said.department, said.location,
    said.work_type, said.employment_type, said.industry, said.salary_range_min, said.salary_range_max,
    nullif(said.requirements, 'null'), nullif(said.scoring_rubric, 'null'),
    nullif(said.interview_structure, 'null'), nullif(said.job_profile, 'null'),
    nullif(said.dimension_tiers, 'null'), caller_id
  )
  returning * into job_role;
  perform set_config('talenti.acting_person', '', true);
  return to_jsonb(job_role);
end
$$;

revoke all on function public.create_job_role(uuid, uuid, jsonb) from public;
grant execute on function public.create_job_role(uuid, uuid, jsonb) to service_role;
