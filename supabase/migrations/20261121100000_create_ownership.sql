-- Why: 404 comes before 403. Whether a thing exists is asked before the caller may see it, so
-- row-level security cannot answer: to it both are the same empty answer. One call tells whose the
-- thing is and what the caller is where; the decision is the application's, in one table.

create function private.memberships_of(person_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select coalesce(
      jsonb_agg(jsonb_build_object('organisation_id', member.organisation_id, 'role', member.role)), '[]'
    )
    from public.org_users as member
    where member.user_id = person_id
  );
end
$$;

-- owner_id is the person whose thing it is, organisation_id the tenant; either may be null. state is
-- what hides some things from outside. A person belongs to no tenant: organisation_id is then the
-- caller's own in which that person applied, the one with the highest role first. Whoever applied
-- somewhere sees more of the role and the organisation than others outside: is_applicant.
create function public.locate(kind text, thing_id uuid, caller_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  thing record;
begin
  case kind
    when 'organisation' then
      select
        null::uuid as owner_id,
        it.id as organisation_id,
        null::text as state,
        exists (
          select from public.applications as application
          join public.job_roles as job_role on job_role.id = application.job_role_id
          where application.candidate_id = caller_id and job_role.organisation_id = it.id
        ) as is_applicant
      into thing
      from public.organisations as it
      where it.id = thing_id;
    when 'candidate' then
      select
        it.id as owner_id,
        (
          select member.organisation_id
          from public.applications as application
          join public.job_roles as job_role on job_role.id = application.job_role_id
          join public.org_users as member
            on member.organisation_id = job_role.organisation_id and member.user_id = caller_id
          where application.candidate_id = thing_id
          order by array_position(array['org_admin', 'org_recruiter', 'org_viewer'], member.role)
          limit 1
        ) as organisation_id,
        null::text as state
      into thing
      from auth.users as it
      where it.id = thing_id;
    when 'job_role' then
      select
        null::uuid as owner_id,
        it.organisation_id,
        it.status as state,
        exists (
          select from public.applications as application
          where application.candidate_id = caller_id and application.job_role_id = it.id
        ) as is_applicant
      into thing
      from public.job_roles as it
      where it.id = thing_id;
    when 'application' then
      select it.candidate_id as owner_id, job_role.organisation_id, it.status as state into thing
      from public.applications as it
      join public.job_roles as job_role on job_role.id = it.job_role_id
      where it.id = thing_id;
    when 'invitation' then
      select application.candidate_id as owner_id, job_role.organisation_id, it.status as state into thing
      from public.invitations as it
      join public.applications as application on application.id = it.application_id
      join public.job_roles as job_role on job_role.id = application.job_role_id
      where it.id = thing_id;
    when 'interview' then
      select application.candidate_id as owner_id, job_role.organisation_id, it.status as state into thing
      from public.interviews as it
      join public.applications as application on application.id = it.application_id
      join public.job_roles as job_role on job_role.id = application.job_role_id
      where it.id = thing_id;
    when 'call' then
      select application.candidate_id as owner_id, job_role.organisation_id, it.status as state into thing
      from public.calls as it
      join public.interviews as interview on interview.id = it.interview_id
      join public.applications as application on application.id = interview.application_id
      join public.job_roles as job_role on job_role.id = application.job_role_id
      where it.id = thing_id;
    when 'recording' then
      select application.candidate_id as owner_id, job_role.organisation_id, it.status as state into thing
      from public.recordings as it
      join public.interviews as interview on interview.id = it.interview_id
      join public.applications as application on application.id = interview.application_id
      join public.job_roles as job_role on job_role.id = application.job_role_id
      where it.id = thing_id;
    when 'practice_interview' then
      select it.user_id as owner_id, null::uuid as organisation_id, it.status as state into thing
      from public.practice_interviews as it
      where it.id = thing_id;
    when 'skill' then
      select it.user_id as owner_id, null::uuid as organisation_id, null::text as state into thing
      from public.candidate_skills as it
      where it.id = thing_id;
    when 'education' then
      select it.user_id as owner_id, null::uuid as organisation_id, null::text as state into thing
      from public.education as it
      where it.id = thing_id;
    when 'employment' then
      select it.user_id as owner_id, null::uuid as organisation_id, null::text as state into thing
      from public.employment_history as it
      where it.id = thing_id;
    when 'file' then
      select it.user_id as owner_id, it.organisation_id, null::text as state into thing
      from public.files as it
      where it.id = thing_id;
    when 'resume_batch' then
      select null::uuid as owner_id, it.organisation_id, it.status as state into thing
      from public.resume_ingestion_batches as it
      where it.id = thing_id;
    when 'resume_item' then
      select null::uuid as owner_id, batch.organisation_id, it.parse_status as state into thing
      from public.resume_ingestion_items as it
      join public.resume_ingestion_batches as batch on batch.id = it.batch_id
      where it.id = thing_id;
    when 'deletion_request' then
      select it.user_id as owner_id, null::uuid as organisation_id, it.status as state into thing
      from public.data_deletion_requests as it
      where it.id = thing_id;
    when 'export' then
      select it.user_id as owner_id, null::uuid as organisation_id, it.status as state into thing
      from public.data_exports as it
      where it.id = thing_id;
    when 'retention_run' then
      select null::uuid as owner_id, it.organisation_id, null::text as state into thing
      from public.retention_runs as it
      where it.id = thing_id;
    else
      perform private.fail(422, 'validation_error', 'kind');
  end case;
  return jsonb_build_object(
    'thing', case when found then to_jsonb(thing) end, 'memberships', private.memberships_of(caller_id)
  );
end
$$;

revoke all on function private.memberships_of(uuid) from public;
revoke all on function public.locate(text, uuid, uuid) from public;
grant execute on function public.locate(text, uuid, uuid) to service_role;
