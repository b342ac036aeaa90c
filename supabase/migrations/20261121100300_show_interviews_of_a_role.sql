-- Why: the interviews of a role are read with the person, the application and the current score, in
-- pages and in several orders, and counted by state.

create view public.interview_overviews
with (security_barrier = true) as
select
  interview.id,
  application.job_role_id,
  interview.application_id,
  application.status as application_status,
  application.candidate_id,
  case when profile.shows_name then profile.first_name end as candidate_first_name,
  case when profile.shows_name then profile.last_name end as candidate_last_name,
  interview.status,
  interview.scheduled_at,
  interview.started_at,
  interview.ended_at,
  interview.duration_seconds,
  interview.end_reason,
  score.status as score_status,
  score.overall_score,
  score.needs_human_review,
  interview.created_at,
  interview.updated_at
from public.interviews as interview
join public.applications as application on application.id = interview.application_id
left join lateral (
  select
    person.first_name,
    person.last_name,
    person.profile_visibility = 'visible' and private.shows(person.visibility_settings, 'name') as shows_name
  from public.candidate_profiles as person
  where person.user_id = application.candidate_id
) as profile on true
left join public.interview_scores as score on score.interview_id = interview.id and score.is_current
where interview.id = any (array(select private.viewed_interviews()));

revoke all on public.interview_overviews from public, anon, authenticated, service_role;
grant select on public.interview_overviews to authenticated;

create function public.count_interviews(job_role_id uuid, caller_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_role(
    (select job_role.organisation_id from public.job_roles as job_role
     where job_role.id = count_interviews.job_role_id),
    caller_id, array['org_viewer', 'org_recruiter', 'org_admin'], 'job role'
  );
  return (
    select coalesce(jsonb_object_agg(counted.status, counted.interviews), '{}')
    from (
      select interview.status, count(*) as interviews
      from public.interviews as interview
      join public.applications as application on application.id = interview.application_id
      where application.job_role_id = count_interviews.job_role_id
        and application.candidate_id <> caller_id
      group by interview.status
    ) as counted
  );
end
$$;

revoke all on function public.count_interviews(uuid, uuid) from public;
grant execute on function public.count_interviews(uuid, uuid) to service_role;
