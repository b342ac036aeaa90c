-- Why: a letter is owed until the provider has taken it. The token is stored nowhere, so every
-- attempt makes a new one: whoever takes a letter up puts the hash of a fresh token on the row, and
-- the one before opens nothing any more. What a provider says of a letter names it by its operation.

alter table public.invitations
  add column letter_due_at timestamptz,
  add column letter_attempts integer not null default 0 check (letter_attempts >= 0);

-- Only rows from here on: what is there already was sent, or is nobody's to send behind their back.
alter table public.invitations alter column letter_due_at set default clock_timestamp();

create index invitations_letter_due_idx on public.invitations (letter_due_at)
where letter_due_at is not null;

-- ---------------------------------------------------------------------------------------------
-- Taking a letter up
-- ---------------------------------------------------------------------------------------------

-- The letter that has waited longest, or that of one invitation, with all it tells; null when none
-- is due. It is then the caller's until it is due again: after two minutes at first, later in
-- longer and longer pauses, up to an hour. What somebody else works on is left to them.
create function public.claim_letter(token_hash text, invitation_id uuid default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
begin
  select due.* into invitation
  from public.invitations as due
  join public.interviews as interview on interview.id = due.interview_id
  where due.letter_due_at <= clock_timestamp()
    and due.status in ('pending', 'sent', 'delivered', 'bounced', 'opened')
    and due.expires_at > clock_timestamp()
    and interview.status in ('invited', 'scheduled')
    and (claim_letter.invitation_id is null or due.id = claim_letter.invitation_id)
  order by due.letter_due_at, due.id
  limit 1
  for no key update of due skip locked;
  if not found then
    return null;
  end if;
  update public.invitations as claimed
  set
    token_hash = claim_letter.token_hash,
    mail_operation_id = gen_random_uuid()::text,
    letter_due_at = clock_timestamp()
    + least(interval '2 minutes' * power(2, claimed.letter_attempts), interval '1 hour'),
    letter_attempts = claimed.letter_attempts + 1
  where claimed.id = invitation.id
  returning claimed.* into invitation;
  return (
    select jsonb_build_object(
      'invitation_id', invitation.id,
      'operation_id', invitation.mail_operation_id,
      'candidate_email', invitation.candidate_email,
      'first_name', profile.first_name,
      'role_title', job_role.title,
      'organisation_name', organisation.name,
      'time_zone', to_jsonb(organisation) ->> 'time_zone',
      'expires_at', invitation.expires_at,
      'duration_minutes', coalesce((job_role.interview_structure ->> 'duration_minutes')::integer, 15),
      'question_count', coalesce((job_role.interview_structure ->> 'question_count')::integer, 6),
      'claim_required', invitation.claim_required,
      'profile_completion_required', invitation.profile_completion_required
    )
    from public.applications as application
    join public.job_roles as job_role on job_role.id = application.job_role_id
    join public.organisations as organisation on organisation.id = job_role.organisation_id
    left join public.candidate_profiles as profile on profile.user_id = application.candidate_id
    where application.id = invitation.application_id
  );
end
$$;

-- What the mail provider says, in any order. Of a letter that a later one has overtaken nothing
-- counts any more. Sent also moves the application.
create or replace function public.advance_invitation(
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
  where known.id = advance_invitation.invitation_id
  for no key update;
  if not found then
    perform private.fail(404, 'not_found', 'invitation');
  end if;
  if advance_invitation.mail_operation_id <> invitation.mail_operation_id then
    return (to_jsonb(invitation) - 'token_hash') || jsonb_build_object('changed', false);
  end if;
  changed := private.walk_invitation(invitation.id, to_status);
  update public.invitations as mailed
  set
    mail_operation_id = coalesce(advance_invitation.mail_operation_id, mailed.mail_operation_id),
    -- the time of the letter in force, also where an earlier one had gone further
    sent_at = case
      when to_status = 'sent' and mailed.letter_due_at is not null then clock_timestamp()
      else mailed.sent_at
    end,
    letter_due_at = null,
    letter_attempts = 0
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

-- By the operation the provider names. A report on no letter of ours, or on an overtaken one,
-- changes nothing.
create function public.report_letter(operation_id text, to_status text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  known uuid;
  told jsonb;
begin
  if to_status not in ('delivered', 'bounced') then
    perform private.fail(422, 'validation_error', 'to_status');
  end if;
  select invitation.id into known
  from public.invitations as invitation
  where invitation.mail_operation_id = report_letter.operation_id;
  if not found then
    return jsonb_build_object('changed', false);
  end if;
  told := public.advance_invitation(known, to_status, operation_id);
  return jsonb_build_object(
    'invitation_id', known, 'status', told ->> 'status', 'changed', (told ->> 'changed')::boolean
  );
end
$$;

-- A new token kills the old one at once, and a letter with another is due; the address may be
-- corrected. The life is never shortened by it.
create or replace function public.renew_invitation(
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
  if not exists (
    select from public.interviews as interview
    where interview.id = invitation.interview_id and interview.status in ('invited', 'scheduled')
  ) then
    perform private.fail(409, 'conflict', 'the interview has begun');
  end if;
  update public.invitations as renewed
  set
    token_hash = renew_invitation.token_hash,
    candidate_email = coalesce(lower(btrim(renew_invitation.candidate_email)), renewed.candidate_email),
    expires_at = coalesce(
      renew_invitation.expires_at, greatest(renewed.expires_at, clock_timestamp() + interval '7 days')
    ),
    mail_operation_id = null,
    letter_due_at = clock_timestamp(),
    letter_attempts = 0
  where renewed.id = invitation.id
  returning renewed.* into invitation;
  perform private.record(
    'invitation.resent', 'invitation', invitation.id,
    private.organisation_of_application(invitation.application_id), caller_id
  );
  return to_jsonb(invitation) - 'token_hash';
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Claiming by somebody who has no password yet
-- ---------------------------------------------------------------------------------------------

-- Refuses as claim_invitation does, and changes nothing: an account is touched only for a token and
-- an address that are good. Gives the dormant account that the claim will wake. An application of an
-- account in use is claimed by whoever signs in to it.
create function public.check_claim(token_hash text, email text)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
  candidate_id uuid;
begin
  select * into invitation
  from public.invitations as sent
  where sent.token_hash = check_claim.token_hash;
  if not found then
    perform private.fail(404, 'not_found', 'invitation');
  end if;
  if lower(btrim(check_claim.email)) <> lower(invitation.candidate_email) then
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
  select application.candidate_id into candidate_id
  from public.applications as application
  join public.candidate_profiles as profile on profile.user_id = application.candidate_id
  where application.id = invitation.application_id and profile.password_setup_required;
  if not found then
    perform private.fail(409, 'conflict', 'sign in with your account to claim the invitation');
  end if;
  return candidate_id;
end
$$;

-- Only where there is no name yet: what a person or their CV said stands.
create function public.name_candidate(user_id uuid, first_name text, last_name text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.candidate_profiles as profile
  set first_name = name_candidate.first_name, last_name = name_candidate.last_name
  where profile.user_id = name_candidate.user_id
    and profile.first_name is null
    and profile.last_name is null;
end
$$;

-- ---------------------------------------------------------------------------------------------
-- The pace of the mail provider, held across all instances
-- ---------------------------------------------------------------------------------------------

create table private.letter_slots (
  taken_at timestamptz not null
);

create index letter_slots_taken_at_idx on private.letter_slots (taken_at);

alter table private.letter_slots enable row level security;

-- Takes a slot and gives 0, or gives the seconds until there is one. A bucket of tokens would let
-- through twice its capacity around a pause; the provider counts any minute and any hour.
create function public.take_letter_slot(per_minute integer, per_hour integer)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  moment timestamptz;
  free_at timestamptz;
begin
  perform pg_advisory_xact_lock(hashtext('private.letter_slots'));
  moment := clock_timestamp();
  delete from private.letter_slots where taken_at <= moment - interval '1 hour';
  free_at := greatest(
    (
      select slot.taken_at + interval '1 minute'
      from private.letter_slots as slot
      order by slot.taken_at desc
      offset per_minute - 1
      limit 1
    ),
    (
      select slot.taken_at + interval '1 hour'
      from private.letter_slots as slot
      order by slot.taken_at desc
      offset per_hour - 1
      limit 1
    )
  );
  if free_at > moment then
    return ceil(extract(epoch from free_at - moment));
  end if;
  insert into private.letter_slots (taken_at) values (moment);
  return 0;
end
$$;

revoke all on function public.claim_letter(text, uuid) from public;
revoke all on function public.report_letter(text, text) from public;
revoke all on function public.check_claim(text, text) from public;
revoke all on function public.name_candidate(uuid, text, text) from public;
revoke all on function public.take_letter_slot(integer, integer) from public;

grant execute on function public.claim_letter(text, uuid) to service_role;
grant execute on function public.report_letter(text, text) to service_role;
grant execute on function public.check_claim(text, text) to service_role;
grant execute on function public.name_candidate(uuid, text, text) to service_role;
grant execute on function public.take_letter_slot(integer, integer) to service_role;
