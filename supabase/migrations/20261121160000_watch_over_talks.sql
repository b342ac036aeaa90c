-- Why: an interview that was started always ends. Somebody looks at it from time to time, decides by
-- rule what is due, and does it under the lock of the talk, if nothing has happened since the look.

-- What is noted about a talk beside its row, so that a look writes nothing that others wait for.
create table private.vigils (
  talk_id uuid primary key,
  watched_at timestamptz,
  -- until then nobody watched, and whatever the candidate did or did not do is forgiven
  away_until timestamptz,
  -- somebody typed, or came back
  active_at timestamptz,
  reprompted_at timestamptz
);

alter table private.vigils enable row level security;

create function private.forget_vigil()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from private.vigils where talk_id = old.id;
  return old;
end
$$;

create trigger forget_vigil after delete on public.interviews
for each row execute function private.forget_vigil();
create trigger forget_vigil after delete on public.practice_interviews
for each row execute function private.forget_vigil();

create function private.note_active(talk_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into private.vigils as known (talk_id, active_at)
  values (note_active.talk_id, clock_timestamp())
  on conflict on constraint vigils_pkey do update
  set active_at = excluded.active_at
  where coalesce(known.active_at, '-infinity') < clock_timestamp() - interval '10 seconds';
end
$$;

-- The facts by which it is decided what is due. Nothing in them changes by the passing of time.
create function private.vigil_of(talk private.talk)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  vigil private.vigils;
  open_turn public.interview_turns;
  last_call public.calls;
  last_turn timestamptz;
  last_heard timestamptz;
  seen_at timestamptz;
  withdrawn boolean := false;
begin
  select * into vigil from private.vigils as kept where kept.talk_id = talk.id;
  if talk.kind = 'live' then
    select max(greatest(turn.created_at, turn.committed_at)) into last_turn
    from public.interview_turns as turn
    where turn.interview_id = talk.id;
    select * into open_turn
    from public.interview_turns as turn
    where turn.interview_id = talk.id and turn.state = 'open';
    select max(final.created_at) into last_heard
    from public.speech_finals as final
    where final.interview_id = talk.id;
    select * into last_call
    from public.calls as call
    where call.interview_id = talk.id
    order by call.status = 'connected' desc, call.ended_at desc nulls last
    limit 1;
    select interview.last_seen_at into seen_at
    from public.interviews as interview
    where interview.id = talk.id;
    select application.status = 'archived' and application.status_changed_by = application.candidate_id
    into withdrawn
    from public.applications as application
    where application.id = talk.application_id;
  else
    select max(greatest(turn.created_at, turn.committed_at)) into last_turn
    from public.interview_turns as turn
    where turn.practice_interview_id = talk.id;
    select * into open_turn
    from public.interview_turns as turn
    where turn.practice_interview_id = talk.id and turn.state = 'open';
    select max(final.created_at) into last_heard
    from public.speech_finals as final
    where final.practice_interview_id = talk.id;
    select practice.last_seen_at into seen_at
    from public.practice_interviews as practice
    where practice.id = talk.id;
  end if;
  return jsonb_build_object(
    'kind', talk.kind,
    'status', talk.status,
    'language', talk.language,
    'end_reason', talk.end_reason,
    'withdrawn', withdrawn,
    'started_at', talk.started_at,
    'limit_seconds', (talk.metadata ->> 'limit_seconds')::integer,
    'given_back_seconds', coalesce((talk.metadata ->> 'given_back_seconds')::integer, 0),
    'progress', talk.metadata,
    'last_seen_at', greatest(talk.started_at, seen_at, vigil.active_at, vigil.away_until, last_call.ended_at),
    'quiet_since', greatest(talk.started_at, last_turn, last_heard, vigil.active_at, vigil.away_until),
    'reprompted_at', vigil.reprompted_at,
    'leased_at', open_turn.updated_at,
    'lease_expires_at', open_turn.lease_expires_at,
    'in_call', coalesce(last_call.status = 'connected', false)
  );
end
$$;

create function private.vigil_answer(talk private.talk, watched_at timestamptz, acted boolean)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  facts jsonb := private.vigil_of(talk);
begin
  return facts || jsonb_build_object(
    'seen', private.hash_text(facts::text),
    'now', clock_timestamp(),
    'watched_at', watched_at,
    'acted', acted,
    'clock', case when talk.started_at is not null then private.clock_of(talk) end
  );
end
$$;

-- A look at a talk, which is noted; null where there is none.
create function public.watch_talk(interview_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.find_talk(interview_id);
  before timestamptz;
begin
  if talk.id is null then
    return null;
  end if;
  select vigil.watched_at into before from private.vigils as vigil where vigil.talk_id = talk.id;
  if talk.status = 'in_progress' then
    insert into private.vigils as vigil (talk_id, watched_at)
    values (talk.id, clock_timestamp())
    on conflict on constraint vigils_pkey do update set watched_at = excluded.watched_at;
  end if;
  return private.vigil_answer(talk, before, false);
end
$$;

-- Does what a look found due, unless something has happened since: acted is then false, and the
-- facts are those of now. words are said by the interviewer.
create function public.tend_talk(interview_id uuid, seen text, act text, words text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_talk(interview_id);
  acted boolean := false;
begin
  if act not in ('forgive', 'reprompt', 'time_up', 'idle', 'disconnected')
    or (act = 'reprompt' and words is null)
  then
    perform private.fail(422, 'validation_error', 'act, words');
  end if;
  if talk.id is null then
    return null;
  end if;
  if talk.status = 'in_progress' and private.hash_text(private.vigil_of(talk)::text) = seen then
    if words is not null then
      perform private.say(talk, 'interviewer', words, 'plan');
    end if;
    if act = 'forgive' then
      update private.vigils as vigil set away_until = clock_timestamp() where vigil.talk_id = talk.id;
    elsif act = 'reprompt' then
      update private.vigils as vigil set reprompted_at = clock_timestamp() where vigil.talk_id = talk.id;
    else
      talk := private.finish_talk(talk, act, null);
    end if;
    acted := true;
  end if;
  return private.vigil_answer(talk, clock_timestamp(), acted);
end
$$;

-- A sign that somebody is there; active when they type, or have just come back. Asked often, so it
-- locks nothing that a turn waits for unless it has something to note, and it refuses nobody.
create function public.note_sign(interview_id uuid, caller_id uuid, active boolean default false)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.find_talk(interview_id);
begin
  if talk.status = 'in_progress' and talk.candidate_id = caller_id then
    perform private.see_candidate(talk);
    if active then
      perform private.note_active(talk.id);
    end if;
  end if;
end
$$;

-- As before, and who resumes has come back: their silence is counted anew.
create or replace function public.start_interview(
  interview_id uuid,
  caller_id uuid,
  opening text,
  mode text default null,
  language text default null,
  plan jsonb default null,
  progress jsonb default '{}',
  instance_id text default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_own_talk(interview_id, caller_id);
  structure jsonb;
begin
  if talk.status = 'in_progress' then
    update public.interviews set last_seen_at = clock_timestamp() where id = talk.id;
    update public.practice_interviews set last_seen_at = clock_timestamp() where id = talk.id;
    perform private.note_active(talk.id);
    if talk.kind = 'live' then
      perform private.record('interview.resumed', 'interview', talk.id, talk.organisation_id, caller_id);
    end if;
    return private.started_answer(talk, true);
  end if;
  if talk.status not in ('invited', 'scheduled', 'pending') then
    perform private.fail(400, 'invalid_interview_state', 'interview: ' || talk.status || ' -> in_progress');
  end if;
  if talk.kind = 'live' then
    perform private.check_unlocked(talk);
  end if;
  if private.plan_of(talk) is null then
    if plan is null then
      perform private.fail(409, 'conflict', 'the interview has no plan');
    end if;
    if talk.kind = 'live' then
      perform public.save_interview_plan(talk.id, plan);
    else
      update public.practice_interviews set plan = start_interview.plan where id = talk.id;
    end if;
  end if;

  select job_role.interview_structure into structure
  from public.job_roles as job_role
  where job_role.id = talk.job_role_id;
  talk.status := 'in_progress';
  talk.started_at := clock_timestamp();
  talk.mode := coalesce(start_interview.mode, talk.mode);
  talk.language := coalesce(start_interview.language, talk.language);
  talk.metadata := talk.metadata || jsonb_build_object(
    'limit_seconds',
    60 * coalesce(
      (structure ->> 'duration_minutes')::integer, case talk.kind when 'live' then 15 else 10 end
    ),
    'questions_total',
    coalesce((structure ->> 'question_count')::integer, case talk.kind when 'live' then 6 else 5 end),
    'questions_asked', 0
  ) || coalesce(progress, '{}');
  if talk.kind = 'live' then
    update public.interviews
    set
      status = talk.status, started_at = talk.started_at, last_seen_at = talk.started_at, mode = talk.mode,
      language = talk.language, metadata = talk.metadata,
      instance_id = coalesce(start_interview.instance_id, 'interview-' || talk.id)
    where id = talk.id;
    perform private.walk_application(talk.application_id, 'invited');
    perform private.walk_application(talk.application_id, 'interviewing');
  else
    update public.practice_interviews
    set
      status = talk.status, started_at = talk.started_at, last_seen_at = talk.started_at, mode = talk.mode,
      language = talk.language, metadata = talk.metadata,
      instance_id = coalesce(start_interview.instance_id, 'interview-' || talk.id)
    where id = talk.id;
  end if;
  perform private.say(talk, 'interviewer', opening, 'plan');
  if talk.kind = 'live' then
    perform private.record(
      'interview.started', 'interview', talk.id, talk.organisation_id, caller_id,
      jsonb_build_object('status', talk.status, 'mode', talk.mode)
    );
  end if;
  return private.started_answer(talk, false);
end
$$;

revoke all on function private.forget_vigil() from public;
revoke all on function private.note_active(uuid) from public;
revoke all on function private.vigil_of(private.talk) from public;
revoke all on function private.vigil_answer(private.talk, timestamptz, boolean) from public;
revoke all on function public.watch_talk(uuid) from public;
revoke all on function public.tend_talk(uuid, text, text, text) from public;
revoke all on function public.note_sign(uuid, uuid, boolean) from public;

grant execute on function public.watch_talk(uuid) to service_role;
grant execute on function public.tend_talk(uuid, text, text, text) to service_role;
grant execute on function public.note_sign(uuid, uuid, boolean) to service_role;
