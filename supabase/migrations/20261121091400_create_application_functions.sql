-- Why: the moves people and pipelines make around an interview: roles, applications, invitations,
-- consent. The status of an application can be moved nowhere else, so the person named on a
-- rejection is always the one who was checked here.

create function private.require_role(organisation_id uuid, person_id uuid, allowed text[], what text)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not exists (
    select from public.org_users as member
    where member.organisation_id = require_role.organisation_id
      and member.user_id = person_id
      and member.role = any (allowed)
  ) then
    perform private.fail(403, 'forbidden', what);
  end if;
end
$$;

create function public.create_organisation(
  caller_id uuid,
  name text,
  description text default null,
  industry text default null,
  website text default null,
  billing_email text default null,
  values_framework jsonb default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  organisation public.organisations;
begin
  insert into public.organisations (name, description, industry, website, billing_email, values_framework)
  values (
    create_organisation.name, create_organisation.description, create_organisation.industry,
    create_organisation.website, create_organisation.billing_email, create_organisation.values_framework
  )
  returning * into organisation;
  insert into public.org_users (organisation_id, user_id, role)
  values (organisation.id, caller_id, 'org_admin');
  perform private.record('organisation.created', 'organisation', organisation.id, organisation.id, caller_id);
  return to_jsonb(organisation);
end
$$;

-- The id of the person with this address, or null. Addresses are stored in lower case.
create function public.find_user_by_email(email text)
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select person.id
  from auth.users as person
  where person.email = lower(btrim(find_user_by_email.email))
  order by person.created_at, person.id
  limit 1
$$;

-- Members with their addresses, which stand in the auth schema.
create function public.list_members(organisation_id uuid, caller_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_role(
    list_members.organisation_id, caller_id, array['org_viewer', 'org_recruiter', 'org_admin'], 'organisation'
  );
  return (
    select coalesce(
      jsonb_agg(
        jsonb_build_object(
          'user_id', member.user_id, 'email', person.email, 'role', member.role,
          'created_at', member.created_at
        )
        order by member.created_at, member.id
      ),
      '[]'
    )
    from public.org_users as member
    join auth.users as person on person.id = member.user_id
    where member.organisation_id = list_members.organisation_id
  );
end
$$;

-- Everything that touches an application and what hangs on it locks in one order, or two of them
-- could wait for each other: role, interview, invitation, application, and last the audit chain.
create function private.lock_application(application_id uuid)
returns public.applications
language plpgsql
security definer
set search_path = ''
as $$
declare
  application public.applications;
begin
  perform from public.interviews as interview
  where interview.application_id = lock_application.application_id
    and interview.status in ('invited', 'scheduled', 'in_progress')
  for no key update;
  perform from public.invitations as invitation
  where invitation.application_id = lock_application.application_id
    and invitation.status not in ('completed', 'expired', 'revoked')
  for no key update;
  select * into application
  from public.applications as locked
  where locked.id = lock_application.application_id
  for no key update;
  return application;
end
$$;

-- Cancels what has not started yet, and revokes what leads to it; 'withdrawn' also ends what runs.
create function private.cancel_live_interview(application_id uuid, person_id uuid, reason text default null)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  live public.interviews;
  talk private.talk;
  invitation_id uuid;
begin
  select * into live
  from public.interviews as interview
  where interview.application_id = cancel_live_interview.application_id
    and interview.status in ('invited', 'scheduled', 'in_progress')
  for no key update;
  if not found or (live.status = 'in_progress' and reason is null) then
    return null;
  end if;
  talk := private.lock_talk(live.id);
  if live.status = 'in_progress' then
    perform private.seal_transcript(talk);
  end if;
  update public.interviews
  set
    status = 'cancelled',
    ended_at = clock_timestamp(),
    duration_seconds = case
      when started_at is not null then floor(extract(epoch from clock_timestamp() - started_at))
    end,
    end_reason = case when started_at is not null then reason end,
    transcript_status = case when transcript_status = 'active' then 'completed' else transcript_status end
  where id = live.id;
  for invitation_id in
    select invitation.id
    from public.invitations as invitation
    where invitation.interview_id = live.id and invitation.status not in ('completed', 'expired', 'revoked')
  loop
    perform private.walk_invitation(invitation_id, 'revoked');
    perform private.record(
      'invitation.revoked', 'invitation', invitation_id, talk.organisation_id, person_id
    );
  end loop;
  perform private.record(
    'interview.cancelled', 'interview', live.id, talk.organisation_id, person_id,
    jsonb_build_object('status', 'cancelled')
  );
  return live.id;
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Job roles
-- ---------------------------------------------------------------------------------------------

create function public.move_job_role(
  job_role_id uuid,
  caller_id uuid,
  to_status text,
  expected_status text default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  job_role public.job_roles;
  was text;
  waiting uuid;
  waiting_ones uuid[];
  cancelled integer := 0;
begin
  select * into job_role
  from public.job_roles as locked
  where locked.id = move_job_role.job_role_id
  for no key update;
  if not found then
    perform private.fail(404, 'not_found', 'job role');
  end if;
  perform private.require_role(
    job_role.organisation_id, caller_id, array['org_recruiter', 'org_admin'], 'job role'
  );
  was := job_role.status;
  if expected_status is not null and was <> expected_status then
    perform private.fail(409, 'conflict', 'job_role: ' || was);
  end if;
  if was <> to_status then
    update public.job_roles set status = to_status where id = job_role.id returning * into job_role;
    if to_status = 'closed' then
      waiting_ones := array(
        select interview.application_id
        from public.interviews as interview
        join public.applications as application on application.id = interview.application_id
        where application.job_role_id = job_role.id and interview.status in ('invited', 'scheduled')
        order by interview.application_id
      );
      foreach waiting in array waiting_ones loop
        perform private.lock_application(waiting);
      end loop;
      foreach waiting in array waiting_ones loop
        if private.cancel_live_interview(waiting, caller_id) is not null then
          perform private.walk_application(waiting, 'screening');
          cancelled := cancelled + 1;
        end if;
      end loop;
    end if;
    perform private.record(
      'job_role.status_changed', 'job_role', job_role.id, job_role.organisation_id, caller_id,
      jsonb_build_object('from', was, 'to', to_status)
    );
  end if;
  return to_jsonb(job_role) || jsonb_build_object('cancelled_interviews', cancelled);
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Applications
-- ---------------------------------------------------------------------------------------------

-- A draft is unknown; a role that is paused or closed takes nobody. A second open application of
-- the same person gives conflict.
create function public.create_application(
  candidate_id uuid,
  job_role_id uuid,
  cover_letter text default null,
  source text default 'direct',
  source_channel text default 'portal',
  source_batch_id uuid default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  job_role public.job_roles;
  application public.applications;
begin
  select * into job_role
  from public.job_roles as known
  where known.id = create_application.job_role_id
  for share;
  if not found or job_role.status = 'draft' then
    perform private.fail(404, 'not_found', 'job role');
  end if;
  if job_role.status <> 'active' then
    perform private.fail(409, 'conflict', 'the role is not active');
  end if;
  insert into public.applications (
    job_role_id, candidate_id, cover_letter, source, source_channel, source_batch_id
  )
  values (
    job_role.id, create_application.candidate_id, create_application.cover_letter,
    create_application.source, create_application.source_channel, create_application.source_batch_id
  )
  on conflict do nothing
  returning * into application;
  if application.id is null then
    perform private.fail(409, 'conflict', 'an application of this person is open');
  end if;
  perform private.record(
    'application.created', 'application', application.id, job_role.organisation_id,
    application.candidate_id, jsonb_build_object('status', application.status)
  );
  return to_jsonb(application);
end
$$;

-- For people of the organisation. Compare-and-set: expected_status names what they saw.
create function public.move_application(
  application_id uuid,
  caller_id uuid,
  to_status text,
  reason text default null,
  expected_status text default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  application public.applications;
  organisation_id uuid;
  was text;
begin
  application := private.lock_application(move_application.application_id);
  if application.id is null then
    perform private.fail(404, 'not_found', 'application');
  end if;
  if coalesce(private.role_over_application(application.id, caller_id), '')
    not in ('org_recruiter', 'org_admin')
  then
    perform private.fail(403, 'forbidden', 'application');
  end if;
  was := application.status;
  if expected_status is not null and was <> expected_status then
    perform private.fail(409, 'conflict', 'application: ' || was);
  end if;
  if was = to_status then
    return to_jsonb(application);
  end if;
  if to_status in ('rejected', 'archived') and coalesce(btrim(reason), '') = '' then
    perform private.fail(422, 'validation_error', 'reason');
  end if;
  update public.applications
  set status = to_status, status_changed_by = caller_id, status_reason = reason
  where id = application.id
  returning * into application;
  if to_status in ('rejected', 'archived', 'screening') then
    perform private.cancel_live_interview(application.id, caller_id);
  end if;
  select job_role.organisation_id into organisation_id
  from public.job_roles as job_role
  where job_role.id = application.job_role_id;
  perform private.record(
    case to_status when 'rejected' then 'application.rejected' else 'application.status_changed' end,
    'application', application.id, organisation_id, caller_id,
    jsonb_build_object('from', was, 'to', to_status)
  );
  return to_jsonb(application);
end
$$;

-- For pipelines: only moves that are the system's; never to rejected.
create function public.advance_application(application_id uuid, to_status text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  application public.applications;
begin
  perform private.walk_application(advance_application.application_id, to_status);
  select * into application
  from public.applications as moved
  where moved.id = advance_application.application_id;
  if not found then
    perform private.fail(404, 'not_found', 'application');
  end if;
  return to_jsonb(application) || jsonb_build_object('reached', application.status = to_status);
end
$$;

create function public.withdraw_application(application_id uuid, caller_id uuid, reason text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  application public.applications;
  organisation_id uuid;
begin
  application := private.lock_application(withdraw_application.application_id);
  if application.id is null then
    perform private.fail(404, 'not_found', 'application');
  end if;
  if application.candidate_id <> caller_id then
    perform private.fail(403, 'forbidden', 'application');
  end if;
  update public.applications
  set status = 'archived', status_changed_by = caller_id, status_reason = reason
  where id = application.id and status <> 'archived'
  returning * into application;
  if not found then
    perform private.fail(409, 'invalid_transition', 'application: archived -> archived');
  end if;
  perform private.cancel_live_interview(application.id, caller_id, 'withdrawn');
  select job_role.organisation_id into organisation_id
  from public.job_roles as job_role
  where job_role.id = application.job_role_id;
  perform private.record(
    'application.withdrawn', 'application', application.id, organisation_id, caller_id,
    jsonb_build_object('to', 'archived')
  );
  return to_jsonb(application) - array['match_score', 'status_reason', 'status_changed_by'];
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Interviews not yet started
-- ---------------------------------------------------------------------------------------------

create function public.schedule_interview(interview_id uuid, caller_id uuid, scheduled_at timestamptz)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_own_talk(interview_id, caller_id);
  expires_at timestamptz;
begin
  if talk.kind <> 'live' or talk.status not in ('invited', 'scheduled') then
    perform private.fail(400, 'invalid_interview_state', 'interview: ' || talk.status || ' -> scheduled');
  end if;
  select invitation.expires_at into expires_at
  from public.invitations as invitation
  where invitation.interview_id = talk.id and invitation.status not in ('completed', 'expired', 'revoked');
  if expires_at is null or schedule_interview.scheduled_at >= expires_at
    or schedule_interview.scheduled_at <= clock_timestamp()
  then
    perform private.fail(400, 'invalid_interview_state', 'the time is not before the invitation expires');
  end if;
  update public.interviews as interview
  set status = 'scheduled', scheduled_at = schedule_interview.scheduled_at
  where interview.id = talk.id;
  perform private.record('interview.scheduled', 'interview', talk.id, talk.organisation_id, caller_id);
  return jsonb_build_object(
    'interview_id', talk.id, 'status', 'scheduled', 'scheduled_at', schedule_interview.scheduled_at
  );
end
$$;

-- By people before the start only. caller_id null is the system, which may also give up what runs
-- after a fault beyond repair.
create function public.cancel_interview(interview_id uuid, caller_id uuid default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_talk(interview_id);
begin
  if talk.id is null or talk.kind <> 'live' then
    perform private.fail(404, 'not_found', 'interview');
  end if;
  if caller_id is not null and coalesce(private.role_over_application(talk.application_id, caller_id), '')
    not in ('org_recruiter', 'org_admin')
  then
    perform private.fail(403, 'forbidden', 'interview');
  end if;
  if talk.status not in ('invited', 'scheduled') and not (talk.status = 'in_progress' and caller_id is null) then
    perform private.fail(400, 'invalid_interview_state', 'interview: ' || talk.status || ' -> cancelled');
  end if;
  perform private.lock_application(talk.application_id);
  perform private.cancel_live_interview(
    talk.application_id, caller_id, case when caller_id is null then 'fault' end
  );
  perform private.walk_application(talk.application_id, 'screening');
  return jsonb_build_object('interview_id', talk.id, 'status', 'cancelled');
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Invitations
-- ---------------------------------------------------------------------------------------------

-- A live invitation is given back as it is, never doubled. caller_id null is the batch pipeline.
create function public.create_invitation(
  application_id uuid,
  caller_id uuid,
  token_hash text,
  candidate_email text,
  expires_at timestamptz default null,
  claim_required boolean default false,
  profile_completion_required boolean default false,
  invitation_kind text default 'candidate_invite',
  email_template text default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  application public.applications;
  job_role public.job_roles;
  interview public.interviews;
  invitation public.invitations;
begin
  select role_of.* into job_role
  from public.job_roles as role_of
  join public.applications as applied on applied.job_role_id = role_of.id
  where applied.id = create_invitation.application_id
  for share of role_of;
  application := private.lock_application(create_invitation.application_id);
  if application.id is null then
    perform private.fail(404, 'not_found', 'application');
  end if;
  if caller_id is not null and coalesce(private.role_over_application(application.id, caller_id), '')
    not in ('org_recruiter', 'org_admin')
  then
    perform private.fail(403, 'forbidden', 'application');
  end if;
  select * into interview
  from public.interviews as live
  where live.application_id = application.id and live.status in ('invited', 'scheduled', 'in_progress')
  for no key update;
  select * into invitation
  from public.invitations as live
  where live.interview_id = interview.id and live.status not in ('completed', 'expired', 'revoked');
  if invitation.expires_at <= clock_timestamp() and interview.status <> 'in_progress' then
    perform private.expire_invitation(invitation.id);
    invitation := null;
    interview := null;
    select * into application from public.applications as moved where moved.id = application.id;
  end if;
  if invitation.id is not null then
    return (to_jsonb(invitation) - 'token_hash') || jsonb_build_object('created', false);
  end if;
  if interview.status = 'in_progress' then
    perform private.fail(409, 'live_interview_exists', 'an interview is running');
  end if;
  if job_role.status <> 'active' then
    perform private.fail(409, 'conflict', 'the role is not active');
  end if;
  if application.status not in ('applied', 'screening', 'invited') then
    perform private.fail(409, 'conflict', 'application: ' || application.status);
  end if;

  if interview.id is null then
    insert into public.interviews (application_id) values (application.id) returning * into interview;
  end if;
  insert into public.invitations (
    application_id, interview_id, token_hash, candidate_email, expires_at, claim_required,
    profile_completion_required, invitation_kind, email_template
  )
  values (
    application.id, interview.id, create_invitation.token_hash,
    lower(btrim(create_invitation.candidate_email)),
    coalesce(create_invitation.expires_at, clock_timestamp() + interval '7 days'),
    create_invitation.claim_required, create_invitation.profile_completion_required,
    create_invitation.invitation_kind, create_invitation.email_template
  )
  returning * into invitation;
  perform private.record(
    'invitation.created', 'invitation', invitation.id, job_role.organisation_id, caller_id,
    jsonb_build_object('interview_id', interview.id, 'application_id', application.id)
  );
  return (to_jsonb(invitation) - 'token_hash') || jsonb_build_object('created', true);
end
$$;

create function private.organisation_of_application(application_id uuid)
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select job_role.organisation_id
  from public.applications as application
  join public.job_roles as job_role on job_role.id = application.job_role_id
  where application.id = organisation_of_application.application_id
$$;

-- The invitation and the interview it leads to end together; the application goes back.
create function private.expire_invitation(invitation_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
  organisation_id uuid;
begin
  select * into invitation from public.invitations as found_row where found_row.id = invitation_id;
  perform from public.interviews as interview where interview.id = invitation.interview_id for no key update;
  if exists (
    select from public.interviews as interview
    where interview.id = invitation.interview_id and interview.status = 'in_progress'
  ) or not private.walk_invitation(invitation.id, 'expired') then
    return false;
  end if;
  organisation_id := private.organisation_of_application(invitation.application_id);
  update public.interviews
  set status = 'expired'
  where id = invitation.interview_id and status in ('invited', 'scheduled');
  perform private.walk_application(invitation.application_id, 'screening');
  perform private.record('invitation.expired', 'invitation', invitation.id, organisation_id, null);
  perform private.record('interview.expired', 'interview', invitation.interview_id, organisation_id, null);
  return true;
end
$$;

create function public.expire_due_invitations(max_invitations integer default 100)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  due uuid;
  all_due uuid[];
  expired integer := 0;
begin
  -- All are locked before the first is moved; what somebody works on now is left for the next run.
  all_due := array(
    select invitation.id
    from public.invitations as invitation
    join public.interviews as interview on interview.id = invitation.interview_id
    where invitation.expires_at <= clock_timestamp()
      and invitation.status not in ('completed', 'expired', 'revoked')
      and interview.status <> 'in_progress'
    order by invitation.expires_at
    limit max_invitations
    for no key update of interview, invitation skip locked
  );
  foreach due in array all_due loop
    expired := expired + private.expire_invitation(due)::integer;
  end loop;
  return expired;
end
$$;

-- What the mail provider reports, in any order. A report that comes late changes nothing; sent
-- also moves the application.
create function public.advance_invitation(
  invitation_id uuid,
  to_status text,
  mail_operation_id text default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
  organisation_id uuid;
  changed boolean;
begin
  if to_status not in ('sent', 'delivered', 'opened', 'bounced', 'completed') then
    perform private.fail(422, 'validation_error', 'to_status');
  end if;
  select * into invitation
  from public.invitations as known
  where known.id = advance_invitation.invitation_id;
  if not found then
    perform private.fail(404, 'not_found', 'invitation');
  end if;
  changed := private.walk_invitation(invitation.id, to_status);
  update public.invitations as mailed
  set mail_operation_id = coalesce(advance_invitation.mail_operation_id, mailed.mail_operation_id)
  where mailed.id = invitation.id
  returning mailed.* into invitation;
  if changed then
    perform private.walk_application(invitation.application_id, 'invited');
    organisation_id := private.organisation_of_application(invitation.application_id);
    if to_status in ('sent', 'opened', 'bounced') then
      perform private.record(
        'invitation.' || to_status, 'invitation', invitation.id, organisation_id, null
      );
    end if;
  end if;
  return (to_jsonb(invitation) - 'token_hash') || jsonb_build_object('changed', changed);
end
$$;

-- A new token kills the old one; the address may be corrected.
create function public.renew_invitation(
  invitation_id uuid,
  caller_id uuid,
  token_hash text,
  candidate_email text default null,
  expires_at timestamptz default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
begin
  select * into invitation
  from public.invitations as locked
  where locked.id = renew_invitation.invitation_id
  for no key update;
  if not found then
    perform private.fail(404, 'not_found', 'invitation');
  end if;
  if coalesce(private.role_over_application(invitation.application_id, caller_id), '')
    not in ('org_recruiter', 'org_admin')
  then
    perform private.fail(403, 'forbidden', 'invitation');
  end if;
  if invitation.status not in ('pending', 'sent', 'delivered', 'bounced', 'opened') then
    perform private.fail(409, 'conflict', 'invitation: ' || invitation.status);
  end if;
  update public.invitations as renewed
  set
    token_hash = renew_invitation.token_hash,
    candidate_email = coalesce(lower(btrim(renew_invitation.candidate_email)), renewed.candidate_email),
    expires_at = coalesce(renew_invitation.expires_at, clock_timestamp() + interval '7 days'),
    mail_operation_id = null
  where renewed.id = invitation.id
  returning renewed.* into invitation;
  perform private.record(
    'invitation.resent', 'invitation', invitation.id,
    private.organisation_of_application(invitation.application_id), caller_id
  );
  return to_jsonb(invitation) - 'token_hash';
end
$$;

create function public.revoke_invitation(invitation_id uuid, caller_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
  interview_status text;
begin
  select * into invitation
  from public.invitations as known
  where known.id = revoke_invitation.invitation_id;
  if not found then
    perform private.fail(404, 'not_found', 'invitation');
  end if;
  if coalesce(private.role_over_application(invitation.application_id, caller_id), '')
    not in ('org_recruiter', 'org_admin')
  then
    perform private.fail(403, 'forbidden', 'invitation');
  end if;
  select interview.status into interview_status
  from public.interviews as interview
  where interview.id = invitation.interview_id
  for no key update;
  if interview_status = 'in_progress' or invitation.status in ('completed', 'expired', 'revoked') then
    perform private.fail(409, 'invalid_transition', 'invitation: ' || invitation.status || ' -> revoked');
  end if;
  perform private.cancel_live_interview(invitation.application_id, caller_id);
  perform private.walk_application(invitation.application_id, 'screening');
  select * into invitation from public.invitations as known where known.id = revoke_invitation.invitation_id;
  return to_jsonb(invitation) - 'token_hash';
end
$$;

-- For the public page: null for every token that is not good, whatever is wrong with it.
create function public.open_invitation(token_hash text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
  application public.applications;
  job_role public.job_roles;
  profile public.candidate_profiles;
begin
  select * into invitation
  from public.invitations as sent
  where sent.token_hash = open_invitation.token_hash
    and sent.status not in ('expired', 'revoked', 'completed')
    and sent.expires_at > clock_timestamp()
  for no key update;
  if not found then
    return null;
  end if;
  if invitation.status not in ('opened', 'claimed') then
    perform public.advance_invitation(invitation.id, 'opened');
    select * into invitation from public.invitations as sent where sent.id = invitation.id;
  end if;
  select * into application from public.applications as known where known.id = invitation.application_id;
  select * into job_role from public.job_roles as known where known.id = application.job_role_id;
  select * into profile from public.candidate_profiles as known where known.user_id = application.candidate_id;
  return jsonb_build_object(
    'invitation', to_jsonb(invitation) - array['token_hash', 'mail_operation_id', 'email_template'],
    'application', jsonb_build_object('id', application.id, 'status', application.status),
    'job_role', jsonb_build_object(
      'title', job_role.title,
      'department', job_role.department,
      'description', job_role.description,
      'organisation', jsonb_build_object(
        'name',
        (
          select organisation.name
          from public.organisations as organisation
          where organisation.id = job_role.organisation_id
        )
      )
    ),
    'duration_minutes', coalesce((job_role.interview_structure ->> 'duration_minutes')::integer, 15),
    'question_count', coalesce((job_role.interview_structure ->> 'question_count')::integer, 6),
    'claim_required', invitation.claim_required,
    'profile_completion_required', invitation.profile_completion_required,
    'account_claimed', invitation.claimed_at is not null,
    'profile_confirmed', coalesce(profile.profile_review_status, '') = 'confirmed',
    'interview_unlocked',
    application.status not in ('hired', 'rejected', 'archived')
    and (not invitation.claim_required or invitation.claimed_at is not null)
    and (
      not invitation.profile_completion_required
      or coalesce(profile.profile_review_status, '') = 'confirmed'
    ),
    'candidate_id', application.candidate_id
  );
end
$$;

-- Whoever holds the token and the address it was sent to takes the application over, once. The
-- account that was made for them, still dormant, gives way to the one they sign in with.
create function public.claim_invitation(token_hash text, user_id uuid, email text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
  application public.applications;
begin
  select * into invitation
  from public.invitations as sent
  where sent.token_hash = claim_invitation.token_hash
  for no key update;
  if not found then
    perform private.fail(404, 'not_found', 'invitation');
  end if;
  if lower(btrim(claim_invitation.email)) <> lower(invitation.candidate_email) then
    perform private.fail(409, 'conflict', 'the address is not the one that was invited');
  end if;
  if invitation.status in ('expired', 'revoked') or (
    invitation.status not in ('claimed', 'completed') and invitation.expires_at <= clock_timestamp()
  ) then
    perform private.fail(410, 'invitation_expired', 'the invitation is not valid any more');
  end if;
  if invitation.claimed_at is not null or invitation.status in ('claimed', 'completed') then
    perform private.fail(409, 'conflict', 'the invitation is claimed already');
  end if;
  select * into application
  from public.applications as applied
  where applied.id = invitation.application_id
  for no key update;
  if application.candidate_id <> claim_invitation.user_id then
    if not exists (
      select from public.candidate_profiles as profile
      where profile.user_id = application.candidate_id and profile.password_setup_required
    ) then
      perform private.fail(409, 'conflict', 'the application belongs to another account');
    end if;
    begin
      update public.applications
      set candidate_id = claim_invitation.user_id
      where id = application.id
      returning * into application;
    exception
      when unique_violation then
        perform private.fail(409, 'conflict', 'an application of this person is open');
    end;
  end if;
  update public.candidate_profiles as profile
  set password_setup_required = false
  where profile.user_id = claim_invitation.user_id and profile.password_setup_required;
  perform private.walk_invitation(invitation.id, 'claimed');
  perform private.walk_application(application.id, 'invited');
  perform private.record(
    'invitation.claimed', 'invitation', invitation.id,
    private.organisation_of_application(application.id), claim_invitation.user_id
  );
  return jsonb_build_object(
    'user_id', application.candidate_id, 'application_id', application.id,
    'invitation_id', invitation.id, 'interview_id', invitation.interview_id
  );
end
$$;

-- ---------------------------------------------------------------------------------------------
-- The candidate's own
-- ---------------------------------------------------------------------------------------------

create function public.confirm_profile(caller_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  profile public.candidate_profiles;
  step text;
begin
  select * into profile
  from public.candidate_profiles as known
  where known.user_id = caller_id
  for no key update;
  if not found then
    perform private.fail(404, 'not_found', 'profile');
  end if;
  if profile.profile_review_status = 'pending_parse' then
    perform private.fail(409, 'invalid_transition', 'profile_review: pending_parse -> confirmed');
  end if;
  foreach step in array
    private.path_between('profile_review', coalesce(profile.profile_review_status, '(new)'), 'confirmed')
  loop
    update public.candidate_profiles
    set
      profile_review_status = step,
      profile_confirmed_at = case when step = 'confirmed' then clock_timestamp() end
    where id = profile.id
    returning * into profile;
  end loop;
  perform private.record('candidate.profile_confirmed', 'candidate', caller_id, null, caller_id);
  return to_jsonb(profile) - 'cv_file_path';
end
$$;

-- Only the candidate consents; refusing is a record too. The text is named by version and hash.
create function public.record_consent(
  interview_id uuid,
  caller_id uuid,
  granted boolean,
  text_version text,
  text_hash text,
  locale text,
  ip_address inet default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_own_talk(interview_id, caller_id);
  consent public.consents;
begin
  if talk.kind <> 'live' then
    perform private.fail(404, 'not_found', 'interview');
  end if;
  if not granted then
    update public.consents as given
    set withdrawn_at = clock_timestamp()
    where given.interview_id = talk.id and given.granted and given.withdrawn_at is null;
  end if;
  insert into public.consents (
    user_id, interview_id, granted, text_version, text_hash, locale, ip_address
  )
  values (
    caller_id, talk.id, record_consent.granted, record_consent.text_version, record_consent.text_hash,
    record_consent.locale, record_consent.ip_address
  )
  returning * into consent;
  perform private.record(
    case when granted then 'consent.granted' else 'consent.withdrawn' end, 'consent', consent.id,
    talk.organisation_id, caller_id, jsonb_build_object('interview_id', talk.id)
  );
  return to_jsonb(consent) - 'ip_address';
end
$$;

-- signals: [{type, occurred_at, duration_ms?}].
create function public.append_signals(interview_id uuid, caller_id uuid, signals jsonb)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_own_talk(interview_id, caller_id);
  accepted integer;
begin
  if talk.kind <> 'live' or talk.status <> 'in_progress' then
    perform private.fail(400, 'interview_not_in_progress', 'interview: ' || talk.status);
  end if;
  if coalesce(jsonb_typeof(signals), '') <> 'array' or jsonb_array_length(signals) not between 1 and 50 then
    perform private.fail(422, 'validation_error', 'signals');
  end if;
  insert into public.interview_signals (interview_id, type, occurred_at, duration_ms)
  select talk.id, sent.type, sent.occurred_at, sent.duration_ms
  from jsonb_to_recordset(signals) as sent (type text, occurred_at timestamptz, duration_ms integer);
  get diagnostics accepted = row_count;
  return accepted;
end
$$;

-- Calls and recordings are told by events that come twice, late and in any order: walk towards the
-- state, ignore what is past. Gives {status, changed}.
create function public.advance_call(call_id uuid, to_status text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  call public.calls;
  step text;
  path text[];
begin
  select * into call from public.calls as known where known.id = call_id for no key update;
  if not found then
    perform private.fail(404, 'not_found', 'call');
  end if;
  path := private.path_between('call', call.status, to_status);
  foreach step in array coalesce(path, '{}')
  loop
    update public.calls
    set
      status = step,
      connected_at = case when step = 'connected' then clock_timestamp() else connected_at end,
      ended_at = case when step = 'disconnected' then clock_timestamp() else ended_at end
    where id = call.id
    returning * into call;
  end loop;
  return jsonb_build_object(
    'call_id', call.id, 'interview_id', call.interview_id, 'status', call.status,
    'changed', coalesce(cardinality(path), 0) > 0
  );
end
$$;

-- blob_path and sha256 have to be stored before a recording can become completed.
create function public.advance_recording(recording_id uuid, to_status text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  recording public.recordings;
  step text;
  path text[];
begin
  select * into recording from public.recordings as known where known.id = recording_id for no key update;
  if not found then
    perform private.fail(404, 'not_found', 'recording');
  end if;
  if to_status not in ('active', 'paused', 'stopped', 'processing', 'completed', 'failed') then
    perform private.fail(422, 'validation_error', 'to_status');
  end if;
  path := private.path_between('recording', recording.status, to_status);
  foreach step in array coalesce(path, '{}')
  loop
    update public.recordings
    set
      status = step,
      stopped_at = case when step = 'stopped' then clock_timestamp() else stopped_at end,
      processed_at = case when step = 'completed' then clock_timestamp() else processed_at end
    where id = recording.id
    returning * into recording;
  end loop;
  return jsonb_build_object(
    'recording_id', recording.id, 'interview_id', recording.interview_id, 'status', recording.status,
    'changed', coalesce(cardinality(path), 0) > 0
  );
end
$$;

revoke all on function private.require_role(uuid, uuid, text[], text) from public;
revoke all on function public.find_user_by_email(text) from public;
revoke all on function public.list_members(uuid, uuid) from public;
revoke all on function public.advance_recording(uuid, text) from public;
revoke all on function private.lock_application(uuid) from public;
revoke all on function private.cancel_live_interview(uuid, uuid, text) from public;
revoke all on function private.organisation_of_application(uuid) from public;
revoke all on function private.expire_invitation(uuid) from public;
revoke all on function public.create_organisation(uuid, text, text, text, text, text, jsonb) from public;
revoke all on function public.move_job_role(uuid, uuid, text, text) from public;
revoke all on function public.create_application(uuid, uuid, text, text, text, uuid) from public;
revoke all on function public.move_application(uuid, uuid, text, text, text) from public;
revoke all on function public.advance_application(uuid, text) from public;
revoke all on function public.withdraw_application(uuid, uuid, text) from public;
revoke all on function public.schedule_interview(uuid, uuid, timestamptz) from public;
revoke all on function public.cancel_interview(uuid, uuid) from public;
revoke all on function public.create_invitation(
  uuid, uuid, text, text, timestamptz, boolean, boolean, text, text
) from public;
revoke all on function public.expire_due_invitations(integer) from public;
revoke all on function public.advance_invitation(uuid, text, text) from public;
revoke all on function public.renew_invitation(uuid, uuid, text, text, timestamptz) from public;
revoke all on function public.revoke_invitation(uuid, uuid) from public;
revoke all on function public.open_invitation(text) from public;
revoke all on function public.claim_invitation(text, uuid, text) from public;
revoke all on function public.confirm_profile(uuid) from public;
revoke all on function public.record_consent(uuid, uuid, boolean, text, text, text, inet) from public;
revoke all on function public.append_signals(uuid, uuid, jsonb) from public;
revoke all on function public.advance_call(uuid, text) from public;

grant execute on function public.create_organisation(uuid, text, text, text, text, text, jsonb)
to service_role;
grant execute on function public.move_job_role(uuid, uuid, text, text) to service_role;
grant execute on function public.create_application(uuid, uuid, text, text, text, uuid) to service_role;
grant execute on function public.move_application(uuid, uuid, text, text, text) to service_role;
grant execute on function public.advance_application(uuid, text) to service_role;
grant execute on function public.withdraw_application(uuid, uuid, text) to service_role;
grant execute on function public.schedule_interview(uuid, uuid, timestamptz) to service_role;
grant execute on function public.cancel_interview(uuid, uuid) to service_role;
grant execute on function public.create_invitation(
  uuid, uuid, text, text, timestamptz, boolean, boolean, text, text
) to service_role;
grant execute on function public.expire_due_invitations(integer) to service_role;
grant execute on function public.advance_invitation(uuid, text, text) to service_role;
grant execute on function public.renew_invitation(uuid, uuid, text, text, timestamptz) to service_role;
grant execute on function public.revoke_invitation(uuid, uuid) to service_role;
grant execute on function public.open_invitation(text) to service_role;
grant execute on function public.claim_invitation(text, uuid, text) to service_role;
grant execute on function public.confirm_profile(uuid) to service_role;
grant execute on function public.record_consent(uuid, uuid, boolean, text, text, text, inet) to service_role;
grant execute on function public.append_signals(uuid, uuid, jsonb) to service_role;
grant execute on function public.advance_call(uuid, text) to service_role;
grant execute on function public.find_user_by_email(text) to service_role;
grant execute on function public.list_members(uuid, uuid) to service_role;
grant execute on function public.advance_recording(uuid, text) to service_role;
