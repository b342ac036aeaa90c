-- Why: an application is read with what belongs to it: the role, the interview, the invitation, and
-- for people of the organisation the score. One view each for the two sides, so that a page of a
-- list is one question, and so that what the one side may not see is not there to be asked for.

-- The candidate's side. New columns stand at the end; the rest is as it was.
create or replace view public.my_applications
with (security_barrier = true) as
select
  application.id,
  application.job_role_id,
  application.candidate_id,
  application.status,
  application.cover_letter,
  application.source,
  application.profile_review_status,
  application.profile_confirmed_at,
  live.id as interview_id,
  live.status as interview_status,
  invitation.id as invitation_id,
  invitation.status as invitation_status,
  invitation.expires_at as invitation_expires_at,
  application.status not in ('hired', 'rejected', 'archived')
  and (not coalesce(invitation.claim_required, false) or invitation.claimed_at is not null)
  and (
    not coalesce(invitation.profile_completion_required, false)
    or coalesce(profile.profile_review_status, '') = 'confirmed'
  ) as interview_unlocked,
  application.created_at,
  application.updated_at,
  job_role.title as role_title,
  job_role.organisation_id,
  organisation.name as organisation_name,
  live.scheduled_at as interview_scheduled_at
from public.applications as application
join public.job_roles as job_role on job_role.id = application.job_role_id
join public.organisations as organisation on organisation.id = job_role.organisation_id
left join public.interviews as live
  on live.application_id = application.id and live.status in ('invited', 'scheduled', 'in_progress')
left join public.invitations as invitation
  on invitation.interview_id = live.id and invitation.status not in ('completed', 'expired', 'revoked')
left join public.candidate_profiles as profile on profile.user_id = application.candidate_id
where application.candidate_id = (select auth.uid());

-- The organisation's side. The interview is the latest, live or over. Names are there as far as the
-- person shows them.
create view public.application_overviews
with (security_barrier = true) as
select
  application.id,
  application.job_role_id,
  job_role.title as role_title,
  job_role.organisation_id,
  organisation.name as organisation_name,
  application.candidate_id,
  case when profile.shows_name then profile.first_name end as candidate_first_name,
  case when profile.shows_name then profile.last_name end as candidate_last_name,
  application.status,
  application.status_changed_by,
  application.status_reason,
  application.match_score,
  application.cover_letter,
  application.source,
  application.source_channel,
  application.profile_review_status,
  application.profile_confirmed_at,
  interview.id as interview_id,
  interview.status as interview_status,
  interview.scheduled_at as interview_scheduled_at,
  interview.started_at as interview_started_at,
  interview.ended_at as interview_ended_at,
  invitation.id as invitation_id,
  invitation.status as invitation_status,
  invitation.expires_at as invitation_expires_at,
  score.overall_score,
  application.status not in ('hired', 'rejected', 'archived')
  and (not coalesce(invitation.claim_required, false) or invitation.claimed_at is not null)
  and (
    not coalesce(invitation.profile_completion_required, false)
    or coalesce(profile.profile_review_status, '') = 'confirmed'
  ) as interview_unlocked,
  application.created_at,
  application.updated_at
from public.applications as application
join public.job_roles as job_role on job_role.id = application.job_role_id
join public.organisations as organisation on organisation.id = job_role.organisation_id
left join lateral (
  select
    person.first_name,
    person.last_name,
    person.profile_review_status,
    person.profile_visibility = 'visible' and private.shows(person.visibility_settings, 'name') as shows_name
  from public.candidate_profiles as person
  where person.user_id = application.candidate_id
) as profile on true
left join lateral (
  select latest.*
  from public.interviews as latest
  where latest.application_id = application.id
  order by latest.created_at desc, latest.id desc
  limit 1
) as interview on true
left join lateral (
  select sent.*
  from public.invitations as sent
  where sent.interview_id = interview.id
  order by sent.created_at desc, sent.id desc
  limit 1
) as invitation on true
left join public.interview_scores as score on score.interview_id = interview.id and score.is_current
where application.id = any (array(select private.viewed_applications()));

revoke all on public.application_overviews from public, anon, authenticated, service_role;
grant select on public.application_overviews to authenticated;
