-- Why: two thirds of what a turn waits for before its first word was the database's. Each call wrote the
-- wide row of the interview to say that the candidate is there, which the turn itself says; and planned
-- its statements anew, as `live or practice` and an id that is null look cheaper with their values known.

-- The facts by which it is decided what is due: an answer is a sign of the candidate.
create or replace function private.vigil_of(talk private.talk)
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
  last_answer timestamptz;
  last_heard timestamptz;
  seen_at timestamptz;
  withdrawn boolean := false;
begin
  select * into vigil from private.vigils as kept where kept.talk_id = talk.id;
  if talk.kind = 'live' then
    select max(greatest(turn.created_at, turn.committed_at)), max(turn.created_at) into last_turn, last_answer
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
    select max(greatest(turn.created_at, turn.committed_at)), max(turn.created_at) into last_turn, last_answer
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
    'last_seen_at', greatest(
      talk.started_at, seen_at, last_answer, vigil.active_at, vigil.away_until, last_call.ended_at
    ),
    'quiet_since', greatest(talk.started_at, last_turn, last_heard, vigil.active_at, vigil.away_until),
    'reprompted_at', vigil.reprompted_at,
    'leased_at', open_turn.updated_at,
    'lease_expires_at', open_turn.lease_expires_at,
    'in_call', coalesce(last_call.status = 'connected', false)
  );
end
$$;

-- As it was, otherwise.
create or replace function public.begin_turn(
  interview_id uuid,
  caller_id uuid,
  turn_id text,
  message text,
  lease_seconds integer default 30,
  history integer default 12,
  limits jsonb default '[]'
)
returns jsonb
language plpgsql
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  limited jsonb;
  talk private.talk;
  turn public.interview_turns;
  open_turn public.interview_turns;
  heard record;
  lease_until timestamptz;
  lost_seconds integer := 0;
begin
  -- What is begun reaches the disk with the reply's own commit, or within a second: the candidate waits
  -- for it otherwise. Until the reply is committed nobody was told that the answer is kept.
  perform set_config('synchronous_commit', 'off', true);
  if limits <> '[]'::jsonb then
    limited := public.take_rate_limit_tokens(limits);
    if not (limited ->> 'allowed')::boolean then
      raise exception using
        errcode = 'PT429',
        message = 'rate_limited',
        hint = limited ->> 'retry_after_seconds',
        detail = limited::text;
    end if;
  end if;

  if coalesce(char_length(turn_id), 0) not between 1 and 100
    or coalesce(char_length(message), 0) not between 1 and 50000
  then
    perform private.fail(422, 'validation_error', 'turn_id, message');
  end if;
  talk := private.lock_own_talk(interview_id, caller_id);

  select * into turn
  from public.interview_turns as known
  where known.turn_id = begin_turn.turn_id
    and (
      (talk.kind = 'live' and known.interview_id = talk.id)
      or (talk.kind = 'practice' and known.practice_interview_id = talk.id)
    );
  if turn.state = 'committed' then
    return jsonb_build_object(
      'replayed', true, 'turn_id', turn.turn_id, 'attempt', turn.attempt, 'reply', turn.reply,
      'reply_origin', turn.reply_origin, 'degraded', turn.degraded, 'finished', turn.finished,
      'progress', turn.progress,
      'interview', jsonb_build_object('id', talk.id, 'kind', talk.kind, 'status', talk.status),
      'clock', private.clock_of(talk), 'rate_limits', coalesce(limited -> 'limits', '[]')
    );
  end if;
  if talk.status <> 'in_progress' then
    perform private.fail(400, 'interview_not_in_progress', 'interview: ' || talk.status);
  end if;
  if turn.state = 'abandoned' then
    perform private.fail(409, 'conflict', 'the interview has gone on without this turn');
  end if;

  lease_until := clock_timestamp() + make_interval(secs => lease_seconds);
  select * into open_turn
  from public.interview_turns as other
  where other.state = 'open'
    and (
      (talk.kind = 'live' and other.interview_id = talk.id)
      or (talk.kind = 'practice' and other.practice_interview_id = talk.id)
    );
  if open_turn.lease_expires_at > clock_timestamp() then
    perform private.fail(
      409, 'turn_in_progress',
      'free in ' || ceil(extract(epoch from open_turn.lease_expires_at - clock_timestamp())) || ' s'
    );
  end if;

  -- the process that held it died: for as long as its lease kept the candidate waiting, the clock stood
  if open_turn.id is not null then
    lost_seconds := greatest(
      0, round(extract(epoch from least(open_turn.lease_expires_at, clock_timestamp()) - open_turn.updated_at))
    );
    talk.metadata := talk.metadata || jsonb_build_object(
      'given_back_seconds', coalesce((talk.metadata ->> 'given_back_seconds')::integer, 0) + lost_seconds
    );
  end if;

  if turn.state = 'open' then
    update public.interview_turns
    set attempt = attempt + 1, lease_expires_at = lease_until
    where id = turn.id
    returning * into turn;
    -- a new turn says so by itself
    update public.interviews set last_seen_at = clock_timestamp()
    where id = talk.id and talk.kind = 'live';
    update public.practice_interviews set last_seen_at = clock_timestamp()
    where id = talk.id and talk.kind = 'practice';
  else
    if open_turn.id is not null then
      update public.interview_turns set state = 'abandoned' where id = open_turn.id;
    end if;
    insert into public.interview_turns (interview_id, practice_interview_id, turn_id, lease_expires_at)
    values (
      case when talk.kind = 'live' then talk.id end,
      case when talk.kind = 'practice' then talk.id end,
      begin_turn.turn_id, lease_until
    )
    returning * into turn;
    select
      count(*) as pieces,
      min(final.start_time_ms) as start_time_ms,
      max(final.end_time_ms) as end_time_ms,
      min(final.confidence) as confidence
    into heard
    from public.speech_finals as final
    where final.turn_id = begin_turn.turn_id
      and (
        (talk.kind = 'live' and final.interview_id = talk.id)
        or (talk.kind = 'practice' and final.practice_interview_id = talk.id)
      );
    perform private.say(
      talk, 'candidate', message, case when heard.pieces > 0 then 'speech' else 'typed' end, turn.turn_id,
      heard.start_time_ms, heard.end_time_ms, heard.confidence
    );
  end if;
  if lost_seconds > 0 then
    update public.interviews set metadata = talk.metadata
    where id = talk.id and talk.kind = 'live';
    update public.practice_interviews set metadata = talk.metadata
    where id = talk.id and talk.kind = 'practice';
  end if;

  return jsonb_build_object(
    'replayed', false,
    'turn_id', turn.turn_id,
    'attempt', turn.attempt,
    'taken_over', turn.attempt > 1 or open_turn.id is not null,
    'lease_expires_at', turn.lease_expires_at,
    'interview', jsonb_build_object(
      'id', talk.id, 'kind', talk.kind, 'status', talk.status, 'mode', talk.mode,
      'language', talk.language, 'application_id', talk.application_id,
      'candidate_id', talk.candidate_id, 'organisation_id', talk.organisation_id
    ),
    'plan', private.plan_of(talk),
    'progress', talk.metadata,
    'role', private.role_digest(talk.job_role_id),
    'candidate', private.candidate_digest(talk.candidate_id),
    'summary', talk.summary,
    'segments', private.last_segments(talk, history),
    'clock', private.clock_of(talk),
    'rate_limits', coalesce(limited -> 'limits', '[]')
  );
end
$$;

alter function public.commit_turn(uuid, text, integer, jsonb, jsonb, text, jsonb, jsonb, text)
set plan_cache_mode = 'force_generic_plan';
