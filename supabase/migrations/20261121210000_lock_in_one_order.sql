-- Why: two functions that lock the same rows in different orders wait for each other until the database ends
-- one of them, and somebody is told to try again. The order that all keep is in docs/data.md; these did not.

-- The invitation goes before the application: who claims it has it already.
create or replace function private.finish_talk(talk private.talk, reason text, person_id uuid)
returns private.talk
language plpgsql
security definer
set search_path = ''
as $$
declare
  invitation_id uuid;
begin
  perform private.seal_transcript(talk);
  talk.ended_at := clock_timestamp();
  talk.duration_seconds := floor(extract(epoch from talk.ended_at - talk.started_at))::integer;
  talk.status := 'completed';
  talk.end_reason := reason;
  if talk.kind = 'practice' then
    update public.practice_interviews
    set
      status = talk.status, ended_at = talk.ended_at, duration_seconds = talk.duration_seconds,
      end_reason = reason
    where id = talk.id;
    return talk;
  end if;
  update public.interviews
  set
    status = talk.status,
    ended_at = talk.ended_at,
    duration_seconds = talk.duration_seconds,
    end_reason = reason,
    transcript_status = case when transcript_status = 'active' then 'completed' else transcript_status end
  where id = talk.id;
  select invitation.id into invitation_id
  from public.invitations as invitation
  where invitation.interview_id = talk.id and invitation.status not in ('completed', 'expired', 'revoked');
  perform private.walk_invitation(invitation_id, 'completed');
  perform private.walk_application(talk.application_id, 'interviewed');
  perform private.record(
    'interview.completed', 'interview', talk.id, talk.organisation_id, person_id,
    jsonb_build_object('status', talk.status, 'end_reason', reason, 'duration_seconds', talk.duration_seconds)
  );
  return talk;
end
$$;

-- The applications of a role whose interviews have not begun, locked; while the role is held nobody is invited.
create function private.lock_waiting(job_role_id uuid)
returns uuid[]
language plpgsql
security definer
set search_path = ''
as $$
declare
  waiting uuid;
  waiting_ones uuid[];
begin
  waiting_ones := array(
    select interview.application_id
    from public.interviews as interview
    join public.applications as application on application.id = interview.application_id
    where application.job_role_id = lock_waiting.job_role_id and interview.status in ('invited', 'scheduled')
    order by interview.application_id
  );
  foreach waiting in array waiting_ones loop
    perform private.lock_application(waiting);
  end loop;
  return waiting_ones;
end
$$;

create or replace function public.move_job_role(
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
      foreach waiting in array private.lock_waiting(job_role.id) loop
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

-- A change is told in the chain of the organisation: who is to be cancelled is locked before.
create or replace function public.change_job_role(
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
  if to_status = 'closed' then
    perform private.lock_waiting(job_role.id);
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

-- The application goes before the chain: an earlier interview of it may be scored at this moment.
create or replace function public.revoke_invitation(invitation_id uuid, caller_id uuid)
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
  perform private.lock_application(invitation.application_id);
  perform private.cancel_live_interview(invitation.application_id, caller_id);
  perform private.walk_application(invitation.application_id, 'screening');
  select * into invitation from public.invitations as known where known.id = revoke_invitation.invitation_id;
  return to_jsonb(invitation) - 'token_hash';
end
$$;

-- So here; and of several chains the one of the lower organisation first.
create or replace function public.expire_due_invitations(max_invitations integer default 100)
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
  if not pg_try_advisory_xact_lock(hashtextextended('expire_due_invitations', 0)) then
    return 0; -- somebody is at it
  end if;
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
  perform from public.applications as application
  where application.id in (
    select invitation.application_id from public.invitations as invitation where invitation.id = any (all_due)
  )
  order by application.id
  for no key update;
  for due in
    select invitation.id
    from public.invitations as invitation
    where invitation.id = any (all_due)
    order by private.organisation_of_application(invitation.application_id), invitation.expires_at, invitation.id
  loop
    expired := expired + private.expire_invitation(due)::integer;
  end loop;
  return expired;
end
$$;

-- The call that is told of, by whichever of its names.
create function private.call_told_of(told jsonb)
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select known.id
  from public.calls as known
  where known.call_connection_id = told ->> 'call_connection_id'
    or (
      known.call_connection_id is null
      and (known.id = (told ->> 'call_id')::uuid or known.server_call_id = told ->> 'server_call_id')
    )
    or (told ->> 'call_connection_id' is null and known.server_call_id = told ->> 'server_call_id')
  order by known.call_connection_id = told ->> 'call_connection_id' desc nulls last
  limit 1
$$;

-- The interview goes before its call: who opens a call or a recording has it already.
create or replace function public.tell_call(told jsonb, interview_id uuid default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  call public.calls;
  moment timestamptz := least((told ->> 'at')::timestamptz, clock_timestamp());
begin
  perform from public.interviews as interview
  where interview.id = (
    select known.interview_id from public.calls as known where known.id = private.call_told_of(told)
  )
  for no key update;
  select * into call from public.calls as known where known.id = private.call_told_of(told) for no key update;
  if not found
    or call.id is distinct from private.call_told_of(told)
    or (tell_call.interview_id is not null and call.interview_id <> tell_call.interview_id)
  then
    return null;
  end if;
  update public.calls as known
  set
    call_connection_id = coalesce(known.call_connection_id, told ->> 'call_connection_id'),
    server_call_id = coalesce(known.server_call_id, nullif(told ->> 'server_call_id', '')),
    correlation_id = coalesce(known.correlation_id, nullif(told ->> 'correlation_id', '')),
    participants = case
      when (told ->> 'sequence')::integer > coalesce(known.participants_sequence, -1)
        then (told ->> 'participants')::integer
      else known.participants
    end,
    participants_sequence = greatest(known.participants_sequence, (told ->> 'sequence')::integer)
  where known.id = call.id
  returning * into call;
  if told ->> 'status' is not null then
    call := private.walk_call(call, told ->> 'status', moment);
  end if;
  update public.interviews as interview
  set last_seen_at = moment
  where interview.id = call.interview_id
    and interview.status = 'in_progress'
    and interview.last_seen_at < moment;
  return private.call_answer(call);
end
$$;

-- The profile goes before the file here too: who offers what was read has it, and the person, already.
create or replace function public.keep_snapshot(
  file_id uuid,
  parser_version text,
  source_kind text,
  data jsonb,
  confidence double precision,
  raw_text text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  file public.files;
  snapshot_id uuid;
begin
  perform private.lock_profile(
    (select known.user_id from public.files as known where known.id = keep_snapshot.file_id)
  );
  select * into file from public.files as known where known.id = keep_snapshot.file_id for no key update;
  if file.id is null then
    perform private.fail(404, 'not_found', 'file');
  end if;
  select snapshot.id into snapshot_id
  from public.parsed_profile_snapshots as snapshot
  where snapshot.file_id = file.id and snapshot.parser_version = keep_snapshot.parser_version;
  if snapshot_id is null and file.status = 'reading' then
    insert into public.parsed_profile_snapshots (
      user_id, file_id, parser_version, source_kind, data, confidence, raw_text
    )
    values (
      file.user_id, file.id, keep_snapshot.parser_version, keep_snapshot.source_kind, keep_snapshot.data,
      to_jsonb(keep_snapshot.confidence), keep_snapshot.raw_text
    )
    returning id into snapshot_id;
    perform private.record(
      'candidate.cv_parsed', 'candidate', file.user_id, null, file.user_id,
      jsonb_build_object(
        'file_id', file.id, 'snapshot_id', snapshot_id, 'parser_version', keep_snapshot.parser_version,
        'source_kind', keep_snapshot.source_kind
      )
    );
  end if;
  return to_jsonb(snapshot_id);
end
$$;

-- Who adds a skill waits for what is being offered before the skill is there, not with it in hand: the same one
-- may be on offer.
create function private.await_offer()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform from auth.users as person where person.id = new.user_id for key share;
  return new;
end
$$;

create trigger hold_person before insert on public.candidate_skills
for each row execute function private.await_offer();

revoke all on function private.lock_waiting(uuid) from public;
revoke all on function private.call_told_of(jsonb) from public;
revoke all on function private.await_offer() from public;
