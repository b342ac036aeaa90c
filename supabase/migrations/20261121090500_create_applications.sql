-- Why: the tie between a person and a role. All an organisation knows of a person it knows through
-- an application, so what it may see of people is defined here too.

create table public.applications (
  id uuid primary key default gen_random_uuid(),
  job_role_id uuid not null references public.job_roles (id) on delete restrict,
  candidate_id uuid not null references auth.users (id) on delete restrict,
  status text not null default 'applied' check (
    status in (
      'applied', 'screening', 'invited', 'interviewing', 'interviewed', 'scoring', 'reviewed',
      'shortlisted', 'offered', 'hired', 'rejected', 'archived'
    )
  ),
  status_changed_by uuid,
  status_reason text check (char_length(status_reason) <= 2000),
  match_score numeric(4, 1) check (match_score between 0 and 100),
  cover_letter text check (char_length(cover_letter) <= 20000),
  source text not null default 'direct' check (source in ('direct', 'external_resume_upload')),
  source_channel text not null default 'portal' check (source_channel in ('portal', 'resume_batch')),
  source_batch_id uuid references public.resume_ingestion_batches (id) on delete set null,
  profile_review_status text check (
    profile_review_status in ('pending_parse', 'needs_confirmation', 'confirmed')
  ),
  profile_confirmed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint rejected_by_a_named_person check (
    status <> 'rejected'
    or (status_changed_by is not null and status_reason is not null and btrim(status_reason) <> '')
  )
);

create unique index applications_one_open_idx on public.applications (job_role_id, candidate_id)
where status not in ('hired', 'rejected', 'archived');
create index applications_list_idx on public.applications (job_role_id, created_at desc, id desc);
create index applications_own_idx on public.applications (candidate_id, created_at desc, id desc);
create index applications_source_batch_id_idx on public.applications (source_batch_id);

create trigger touch_updated_at before update on public.applications
for each row execute function private.touch_updated_at();

create trigger guard_new_status before insert on public.applications
for each row execute function private.guard_status('application', 'status');

create trigger guard_status before update on public.applications
for each row when (old.status is distinct from new.status)
execute function private.guard_status('application', 'status');

create trigger guard_new_profile_review before insert on public.applications
for each row execute function private.guard_status('profile_review', 'profile_review_status');

create trigger guard_profile_review before update on public.applications
for each row when (old.profile_review_status is distinct from new.profile_review_status)
execute function private.guard_status('profile_review', 'profile_review_status');

-- Who moves is worked out from the named person: nobody is the system, the applicant is the
-- candidate whatever else they are, anyone else must be a recruiter of the organisation.
create function private.guard_application_mover()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  move private.state_transitions;
  mover text;
begin
  select * into move
  from private.state_transitions
  where machine = 'application' and from_state = old.status and to_state = new.status;
  mover := case
    when new.status_changed_by is null then 'system'
    when new.status_changed_by = new.candidate_id then 'candidate'
    when exists (
      select from public.job_roles as job_role
      join public.org_users as member on member.organisation_id = job_role.organisation_id
      where job_role.id = new.job_role_id
        and member.user_id = new.status_changed_by
        and member.role in ('org_recruiter', 'org_admin')
    ) then 'recruiter'
  end;
  if mover is null or mover <> all (move.movers) then
    perform private.fail(403, 'forbidden', 'application: ' || old.status || ' -> ' || new.status);
  end if;
  if move.reason_required and mover = 'recruiter' and coalesce(btrim(new.status_reason), '') = '' then
    perform private.fail(422, 'validation_error', 'reason');
  end if;
  return new;
end
$$;

revoke all on function private.guard_application_mover() from public;

-- Named to fire after guard_status: triggers fire in the order of their names.
create trigger guard_status_mover before update on public.applications
for each row when (old.status is distinct from new.status)
execute function private.guard_application_mover();

-- ---------------------------------------------------------------------------------------------
-- Row sets. The candidate on an application has no right of the organisation on it.
-- ---------------------------------------------------------------------------------------------

create function private.own_applications()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select application.id
  from public.applications as application
  where application.candidate_id = (select auth.uid())
$$;

create function private.viewed_applications()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select application.id
  from public.applications as application
  where application.job_role_id = any (array(select private.viewed_job_roles()))
    and application.candidate_id <> (select auth.uid())
$$;

create function private.recruited_applications()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select application.id
  from public.applications as application
  join public.job_roles as job_role on job_role.id = application.job_role_id
  where job_role.organisation_id = any (array(select private.recruited_organisations()))
    and application.candidate_id <> (select auth.uid())
$$;

-- People who applied to an organisation of the caller and show this part of themselves.
create function private.applicants_showing(part text)
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select profile.user_id
  from public.candidate_profiles as profile
  where profile.profile_visibility = 'visible'
    and private.shows(profile.visibility_settings, part)
    and profile.user_id <> (select auth.uid())
    and profile.user_id = any (
      array(
        select application.candidate_id
        from public.applications as application
        where application.job_role_id = any (array(select private.viewed_job_roles()))
      )
    )
$$;

revoke all on function private.own_applications() from public;
revoke all on function private.viewed_applications() from public;
revoke all on function private.recruited_applications() from public;
revoke all on function private.applicants_showing(text) from public;
grant execute on function private.own_applications() to authenticated;
grant execute on function private.viewed_applications() to authenticated;
grant execute on function private.recruited_applications() to authenticated;
grant execute on function private.applicants_showing(text) to authenticated;

-- ---------------------------------------------------------------------------------------------
-- Rights. Candidates read my_applications: the table holds the match score and the reasons of the
-- organisation. The status is moved by functions alone, not even by the service: that is what
-- makes the named person of a rejection true.
-- ---------------------------------------------------------------------------------------------

alter table public.applications enable row level security;

revoke all on public.applications from public, anon, authenticated, service_role;

grant select on public.applications to authenticated;
grant select, delete on public.applications to service_role;
grant insert (
  id, job_role_id, candidate_id, cover_letter, source, source_channel, source_batch_id, profile_review_status
) on public.applications to service_role;
grant update (match_score, profile_review_status, profile_confirmed_at) on public.applications to service_role;

create policy members_read on public.applications for select to authenticated
using (id = any (array(select private.viewed_applications())));

create policy applicants_read on public.candidate_skills for select to authenticated
using (user_id = any (array(select private.applicants_showing('skills'))));

create policy applicants_read on public.education for select to authenticated
using (user_id = any (array(select private.applicants_showing('education'))));

create policy applicants_read on public.employment_history for select to authenticated
using (user_id = any (array(select private.applicants_showing('employment'))));

-- ---------------------------------------------------------------------------------------------
-- Views: where only some columns of a row may be seen. They run with their owner's rights and
-- therefore carry the condition themselves.
-- ---------------------------------------------------------------------------------------------

create view public.applicant_profiles
with (security_barrier = true) as
select
  profile.user_id,
  case when private.shows(profile.visibility_settings, 'name') then profile.first_name end as first_name,
  case when private.shows(profile.visibility_settings, 'name') then profile.last_name end as last_name,
  case when private.shows(profile.visibility_settings, 'email') then profile.email end as email,
  case when private.shows(profile.visibility_settings, 'phone') then profile.phone end as phone,
  case when private.shows(profile.visibility_settings, 'location') then profile.suburb end as suburb,
  case when private.shows(profile.visibility_settings, 'location') then profile.state end as state,
  case when private.shows(profile.visibility_settings, 'location') then profile.postcode end as postcode,
  case when private.shows(profile.visibility_settings, 'location') then profile.country end as country,
  case when private.shows(profile.visibility_settings, 'linkedin') then profile.linkedin_url end as linkedin_url,
  case
    when private.shows(profile.visibility_settings, 'portfolio') then profile.portfolio_url
  end as portfolio_url,
  case when private.shows(profile.visibility_settings, 'education') then profile.gpa_wam end as gpa_wam,
  profile.availability,
  profile.work_mode,
  profile.work_rights,
  profile.cv_file_id is not null as has_cv,
  profile.profile_review_status,
  profile.profile_confirmed_at,
  profile.updated_at
from public.candidate_profiles as profile
where profile.profile_visibility = 'visible'
  and profile.user_id <> (select auth.uid())
  and profile.user_id = any (
    array(
      select application.candidate_id
      from public.applications as application
      where application.job_role_id = any (array(select private.viewed_job_roles()))
    )
  );

-- A draft stays unknown outside; a role one has applied to stays readable when it closes.
create view public.job_role_cards
with (security_barrier = true) as
select
  job_role.id,
  job_role.organisation_id,
  organisation.name as organisation_name,
  job_role.title,
  job_role.description,
  job_role.department,
  job_role.location,
  job_role.work_type,
  job_role.employment_type,
  job_role.industry,
  job_role.salary_range_min,
  job_role.salary_range_max,
  job_role.requirements,
  job_role.status,
  job_role.created_at
from public.job_roles as job_role
join public.organisations as organisation on organisation.id = job_role.organisation_id
where job_role.status = 'active'
  or (
    job_role.status in ('paused', 'closed')
    and job_role.id = any (
      array(
        select application.job_role_id
        from public.applications as application
        where application.candidate_id = (select auth.uid())
      )
    )
  );

-- An organisation as someone sees it who applied there or was invited (an invitation belongs to
-- an application). Billing, values and retention are for members.
create view public.organisation_cards
with (security_barrier = true) as
select
  organisation.id,
  organisation.name,
  organisation.description,
  organisation.industry,
  organisation.website,
  organisation.logo_url
from public.organisations as organisation
where organisation.id = any (
  array(
    select job_role.organisation_id
    from public.applications as application
    join public.job_roles as job_role on job_role.id = application.job_role_id
    where application.candidate_id = (select auth.uid())
  )
);

revoke all on public.applicant_profiles, public.job_role_cards, public.organisation_cards
from public, anon, authenticated, service_role;
grant select on public.applicant_profiles, public.job_role_cards, public.organisation_cards to authenticated;
