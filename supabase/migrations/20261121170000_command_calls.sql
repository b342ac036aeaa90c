-- Why: people command calls, and the provider tells what becomes of them, late, twice and in any
-- order. Our row comes first, so that nothing is ever heard of a call that we do not know; and one
-- identity a person, whoever asks for it at the same time.

-- Beyond the product's list: a call that nobody took ends without ever having been connected.
insert into private.state_transitions (machine, from_state, to_state)
values ('call', 'connecting', 'disconnected');

alter table public.calls
add column participants integer check (participants >= 0),
add column participants_sequence integer;

create function private.call_answer(call public.calls)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'id', call.id, 'interview_id', call.interview_id, 'call_connection_id', call.call_connection_id,
    'server_call_id', call.server_call_id, 'status', call.status, 'candidate_id', application.candidate_id,
    'interview_status', interview.status
  )
  from public.interviews as interview
  join public.applications as application on application.id = interview.application_id
  where interview.id = call.interview_id
$$;

-- Every move on the way, at the moment that is told. A call that is connected only on the way to its
-- end was never taken.
create function private.walk_call(known public.calls, to_status text, moment timestamptz)
returns public.calls
language plpgsql
security definer
set search_path = ''
as $$
declare
  call public.calls := known;
  step text;
begin
  foreach step in array coalesce(private.path_between('call', call.status, to_status), '{}')
  loop
    update public.calls
    set
      status = step,
      connected_at = case when step = 'connected' and to_status = 'connected' then moment else connected_at end,
      ended_at = case when step = 'disconnected' then moment else ended_at end
    where id = call.id
    returning * into call;
  end loop;
  if to_status = 'connected' and call.connected_at is null then
    -- told after its end
    update public.calls set connected_at = least(moment, ended_at) where id = call.id returning * into call;
  end if;
  return call;
end
$$;

-- As before, in the words of the calls we command.
create or replace function public.advance_call(call_id uuid, to_status text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  known public.calls;
  was text;
begin
  select * into known from public.calls as call where call.id = call_id for no key update;
  if not found then
    perform private.fail(404, 'not_found', 'call');
  end if;
  was := known.status;
  known := private.walk_call(known, to_status, clock_timestamp());
  return jsonb_build_object(
    'call_id', known.id, 'interview_id', known.interview_id, 'status', known.status,
    'changed', was <> known.status
  );
end
$$;

-- The row of a call that is about to be placed. One call at a time for an interview; a row whose
-- call never came to be is given up after two minutes.
create function public.open_call(call_id uuid, interview_id uuid, caller_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_talk(interview_id);
  call public.calls;
begin
  if talk.id is null or talk.kind <> 'live' then
    perform private.fail(404, 'not_found', 'interview');
  end if;
  if talk.candidate_id <> caller_id
    and coalesce(private.role_over_application(talk.application_id, caller_id), '')
      not in ('org_recruiter', 'org_admin')
  then
    perform private.fail(403, 'forbidden', 'interview');
  end if;
  select * into call from public.calls as known where known.id = call_id;
  if found then
    return private.call_answer(call);
  end if;
  if talk.status not in ('invited', 'scheduled', 'in_progress') then
    perform private.fail(400, 'invalid_interview_state', 'interview: ' || talk.status);
  end if;
  if talk.status <> 'in_progress' then
    perform private.check_unlocked(talk);
  end if;
  for call in
    select * from public.calls as known
    where known.interview_id = talk.id
      and known.status not in ('disconnected', 'transferAccepted')
      and known.call_connection_id is null
      and known.server_call_id is null
      and known.created_at < clock_timestamp() - interval '2 minutes'
    for no key update
  loop
    call := private.walk_call(call, 'disconnected', clock_timestamp());
  end loop;
  if exists (
    select from public.calls as known
    where known.interview_id = talk.id
      and known.status not in ('disconnected', 'transferAccepted')
      and (known.call_connection_id is not null or known.server_call_id is null)
  ) then
    perform private.fail(409, 'conflict', 'a call of this interview is under way');
  end if;
  insert into public.calls (id, interview_id) values (call_id, talk.id) returning * into call;
  return private.call_answer(call);
end
$$;

-- What the provider calls it. Until it is connected it may become another one: the candidate who
-- calls back while we ring them. Ended meanwhile, it stays ended, and the answer says so.
create function public.note_call(call_id uuid, call_connection_id text, server_call_id text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  call public.calls;
begin
  update public.calls as known
  set
    call_connection_id = case
      when known.status = 'connecting' then note_call.call_connection_id
      else coalesce(known.call_connection_id, note_call.call_connection_id)
    end,
    server_call_id = case
      when known.status = 'connecting' then note_call.server_call_id
      else coalesce(known.server_call_id, note_call.server_call_id)
    end
  where known.id = call_id
  returning * into call;
  if not found then
    perform private.fail(404, 'not_found', 'call');
  end if;
  return private.call_answer(call);
end
$$;

create function public.read_call(call_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  call public.calls;
begin
  select * into call from public.calls as known where known.id = call_id;
  if not found then
    perform private.fail(404, 'not_found', 'call');
  end if;
  return private.call_answer(call);
end
$$;

-- told: {call_id?, call_connection_id?, server_call_id?, correlation_id?, status?, at, participants?,
-- sequence?}. The call is known by the provider's id; by our own, which commands carry, for events that
-- overtake the answer to the command; or by that of the whole conversation. Null for a call that is not
-- ours, or not of this interview. A call that goes or changes is a sign of the candidate: absence is
-- counted from there. No interview ends here.
create function public.tell_call(told jsonb, interview_id uuid default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  call public.calls;
  moment timestamptz := least((told ->> 'at')::timestamptz, clock_timestamp());
begin
  select * into call
  from public.calls as known
  where known.call_connection_id = told ->> 'call_connection_id'
    or (
      known.call_connection_id is null
      and (known.id = (told ->> 'call_id')::uuid or known.server_call_id = told ->> 'server_call_id')
    )
    or (told ->> 'call_connection_id' is null and known.server_call_id = told ->> 'server_call_id')
  order by known.call_connection_id = told ->> 'call_connection_id' desc nulls last
  limit 1
  for no key update;
  if not found or (tell_call.interview_id is not null and call.interview_id <> tell_call.interview_id) then
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

-- ---------------------------------------------------------------------------------------------
-- Identities
-- ---------------------------------------------------------------------------------------------

create function public.acs_identity(user_id uuid)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select known.communication_user_id
  from public.acs_identities as known
  where known.user_id = acs_identity.user_id
$$;

-- Keeps the first, unless it is the one that is known to be gone; gives what is kept.
create function public.keep_acs_identity(user_id uuid, identity text, instead_of text default null)
returns text
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.acs_identities as known (user_id, communication_user_id)
  values (keep_acs_identity.user_id, keep_acs_identity.identity)
  on conflict on constraint acs_identities_user_id_key do update
  set communication_user_id = excluded.communication_user_id
  where known.communication_user_id = keep_acs_identity.instead_of;
  return public.acs_identity(keep_acs_identity.user_id);
end
$$;

revoke all on function private.call_answer(public.calls) from public;
revoke all on function private.walk_call(public.calls, text, timestamptz) from public;
revoke all on function public.open_call(uuid, uuid, uuid) from public;
revoke all on function public.note_call(uuid, text, text) from public;
revoke all on function public.read_call(uuid) from public;
revoke all on function public.tell_call(jsonb, uuid) from public;
revoke all on function public.acs_identity(uuid) from public;
revoke all on function public.keep_acs_identity(uuid, text, text) from public;
grant execute on function public.open_call(uuid, uuid, uuid) to service_role;
grant execute on function public.note_call(uuid, text, text) to service_role;
grant execute on function public.read_call(uuid) to service_role;
grant execute on function public.tell_call(jsonb, uuid) to service_role;
grant execute on function public.acs_identity(uuid) to service_role;
grant execute on function public.keep_acs_identity(uuid, text, text) to service_role;
