-- Why: the interview engine needs what the first functions of a talk did not hold: the opening and
-- closing words of a plan, the time that our faults cost and that is given back, one call that
-- prepares a start, one that reads a talk as its reader may see it, and the feedback on practice.

alter table public.interview_plans
add column opening text check (char_length(opening) between 1 and 4000),
add column closing text check (char_length(closing) between 1 and 4000);

create or replace function private.plan_of(talk private.talk)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select case talk.kind
      when 'practice' then (
        select practice.plan from public.practice_interviews as practice where practice.id = talk.id
      )
      else (
        select jsonb_build_object(
          'version', plan.version, 'items', plan.items, 'pack_id', plan.pack_id,
          'pack_version', plan.pack_version, 'model_version', plan.model_version,
          'prompt_version', plan.prompt_version, 'content_hash', plan.content_hash,
          'opening', plan.opening, 'closing', plan.closing
        )
        from public.interview_plans as plan
        where plan.interview_id = talk.id
      )
    end
  );
end
$$;

create or replace function public.save_interview_plan(interview_id uuid, plan jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_talk(interview_id);
  plan_id uuid;
begin
  if talk.id is null or talk.kind <> 'live' then
    perform private.fail(404, 'not_found', 'interview');
  end if;
  if talk.status not in ('invited', 'scheduled') then
    perform private.fail(409, 'conflict', 'the plan stands once the interview has started');
  end if;
  insert into public.interview_plans as kept (
    interview_id, version, items, pack_id, pack_version, model_version, prompt_version, content_hash,
    opening, closing
  )
  values (
    talk.id, coalesce((plan ->> 'version')::integer, 1), plan -> 'items', plan ->> 'pack_id',
    plan ->> 'pack_version', plan ->> 'model_version', plan ->> 'prompt_version', plan ->> 'content_hash',
    plan ->> 'opening', plan ->> 'closing'
  )
  on conflict on constraint interview_plans_interview_id_key do update
  set
    version = kept.version + 1,
    items = excluded.items,
    pack_id = excluded.pack_id,
    pack_version = excluded.pack_version,
    model_version = excluded.model_version,
    prompt_version = excluded.prompt_version,
    content_hash = excluded.content_hash,
    opening = excluded.opening,
    closing = excluded.closing
  where kept.content_hash <> excluded.content_hash
  returning kept.id into plan_id;
  return private.plan_of(talk) || jsonb_build_object('changed', plan_id is not null);
end
$$;

-- ---------------------------------------------------------------------------------------------
-- The clock: one budget, and what our faults cost is given back
-- ---------------------------------------------------------------------------------------------

create or replace function private.clock_of(talk private.talk)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'now', clock_timestamp(),
      'started_at', talk.started_at,
      'limit_seconds', (talk.metadata ->> 'limit_seconds')::integer,
      'seconds_left', greatest(
        0,
        (talk.metadata ->> 'limit_seconds')::integer
        + coalesce((talk.metadata ->> 'given_back_seconds')::integer, 0)
        - floor(extract(epoch from clock_timestamp() - talk.started_at))::integer
      )
    )
  );
end
$$;

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
  else
    update public.interview_turns set state = 'abandoned' where id = open_turn.id;
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
  if talk.kind = 'live' then
    update public.interviews
    set last_seen_at = clock_timestamp(), metadata = talk.metadata
    where id = talk.id;
  else
    update public.practice_interviews
    set last_seen_at = clock_timestamp(), metadata = talk.metadata
    where id = talk.id;
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

-- ---------------------------------------------------------------------------------------------
-- A talk to be read: as lock_talk, without the lock
-- ---------------------------------------------------------------------------------------------

create function private.find_talk(talk_id uuid)
returns private.talk
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  talk private.talk;
begin
  select
    interview.id, 'live', application.candidate_id, application.id, job_role.id, job_role.organisation_id,
    interview.status, interview.mode, interview.language, interview.started_at, interview.ended_at,
    interview.duration_seconds, interview.end_reason, interview.summary, interview.metadata
  into talk
  from public.interviews as interview
  join public.applications as application on application.id = interview.application_id
  join public.job_roles as job_role on job_role.id = application.job_role_id
  where interview.id = talk_id;
  if not found then
    select
      practice.id, 'practice', practice.user_id, null, null, null, practice.status, practice.mode,
      practice.language, practice.started_at, practice.ended_at, practice.duration_seconds,
      practice.end_reason, practice.summary, practice.metadata
    into talk
    from public.practice_interviews as practice
    where practice.id = talk_id;
  end if;
  return talk;
end
$$;

create function private.schedule_of(talk private.talk)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return coalesce(
    (
      select jsonb_build_object(
        'scheduled_at', interview.scheduled_at, 'transcript_status', interview.transcript_status,
        'recording_deleted_at', interview.recording_deleted_at
      )
      from public.interviews as interview
      where interview.id = talk.id
    ),
    '{}'
  );
end
$$;

-- Written rarely, so that reading does not become writing.
create function private.see_candidate(talk private.talk)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.interviews
  set last_seen_at = clock_timestamp()
  where id = talk.id and coalesce(last_seen_at, '-infinity') < clock_timestamp() - interval '15 seconds';
  update public.practice_interviews
  set last_seen_at = clock_timestamp()
  where id = talk.id and coalesce(last_seen_at, '-infinity') < clock_timestamp() - interval '15 seconds';
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Before a start
-- ---------------------------------------------------------------------------------------------

-- What the opening is made of. plan is null where none was made yet.
create function public.prepare_interview(interview_id uuid, caller_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_own_talk(interview_id, caller_id);
begin
  return jsonb_build_object(
    'interview_id', talk.id,
    'kind', talk.kind,
    'status', talk.status,
    'mode', talk.mode,
    'language', talk.language,
    'job_role_id', talk.job_role_id,
    'sample_role_type', (
      select practice.sample_role_type from public.practice_interviews as practice where practice.id = talk.id
    ),
    'plan', private.plan_of(talk),
    'role', private.role_digest(talk.job_role_id),
    'candidate', private.candidate_digest(talk.candidate_id)
  );
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Reading a talk
-- ---------------------------------------------------------------------------------------------

create function private.transcript_of(talk private.talk, after_sequence integer)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select coalesce(
      jsonb_agg(
        jsonb_build_object(
          'id', said.id, 'sequence', said.sequence, 'turn_id', said.turn_id, 'speaker', said.speaker,
          'content', said.content, 'origin', said.origin, 'start_time_ms', said.start_time_ms,
          'end_time_ms', said.end_time_ms, 'confidence', said.confidence, 'created_at', said.created_at
        )
        order by said.sequence
      ),
      '[]'
    )
    from (
      select segment.*
      from public.transcript_segments as segment
      where segment.interview_id = talk.id and segment.sequence > after_sequence
      union all
      select segment.*
      from public.transcript_segments as segment
      where segment.practice_interview_id = talk.id and segment.sequence > after_sequence
    ) as said
  );
end
$$;

create function private.recordings_of(talk private.talk)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select coalesce(
      jsonb_agg(
        jsonb_build_object(
          'id', recording.id, 'status', recording.status, 'content', recording.content,
          'channel', recording.channel, 'format', recording.format, 'duration_ms', recording.duration_ms,
          'size_bytes', recording.size_bytes, 'started_at', recording.started_at,
          'stopped_at', recording.stopped_at, 'deleted_at', recording.deleted_at
        )
        order by recording.created_at
      ),
      '[]'
    )
    from public.recordings as recording
    where recording.interview_id = talk.id
  );
end
$$;

create function private.current_score_of(talk private.talk)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'run_id', score.id, 'run_number', score.run_number, 'status', score.status,
      'overall_score', score.overall_score, 'needs_human_review', score.needs_human_review,
      'anti_cheat_risk_level', score.anti_cheat_risk_level, 'completed_at', score.completed_at
    )
    from public.interview_scores as score
    where score.interview_id = talk.id and score.is_current
  );
end
$$;

create function private.signals_of(talk private.talk)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select coalesce(
      jsonb_agg(
        jsonb_build_object(
          'type', signal.type, 'occurred_at', signal.occurred_at, 'duration_ms', signal.duration_ms,
          'received_at', signal.received_at
        )
        order by signal.occurred_at, signal.id
      ),
      '[]'
    )
    from public.interview_signals as signal
    where signal.interview_id = talk.id
  );
end
$$;

create function private.consents_of(talk private.talk)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select coalesce(
      jsonb_agg(to_jsonb(consent) - array['ip_address', 'user_id'] order by consent.given_at, consent.id), '[]'
    )
    from public.consents as consent
    where consent.interview_id = talk.id
  );
end
$$;

-- The parts of a talk that a reader asks for: transcript, recordings, score, signals, plan, consents.
-- What the reader may not see is null: plan and score for the candidate, signals for all but
-- recruiters. Whoever reads their own running talk is there: it counts as a sign of them.
create function public.read_talk(
  interview_id uuid,
  caller_id uuid,
  parts text[] default '{}',
  after_sequence integer default 0
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk;
  reader text;
begin
  talk := private.find_talk(interview_id);
  reader := case
    when talk.candidate_id = caller_id then 'candidate'
    when talk.kind = 'live' then private.role_over_application(talk.application_id, caller_id)
  end;
  if talk.id is null or (talk.kind = 'practice' and reader is null) then
    perform private.fail(404, 'not_found', 'interview');
  end if;
  if reader is null then
    perform private.fail(403, 'forbidden', 'interview');
  end if;
  if reader = 'candidate' and talk.status = 'in_progress' then
    perform private.see_candidate(talk);
  end if;
  return jsonb_build_object(
    'reader', reader,
    'interview', jsonb_build_object(
      'id', talk.id, 'kind', talk.kind, 'application_id', talk.application_id, 'status', talk.status,
      'mode', talk.mode, 'language', talk.language, 'started_at', talk.started_at,
      'ended_at', talk.ended_at, 'duration_seconds', talk.duration_seconds, 'end_reason', talk.end_reason
    ) || private.schedule_of(talk),
    'progress', talk.metadata,
    'clock', case when talk.started_at is not null then private.clock_of(talk) end,
    'transcript', case when 'transcript' = any (parts) then private.transcript_of(talk, after_sequence) end,
    'recordings', case when 'recordings' = any (parts) then private.recordings_of(talk) end,
    'consents', case when 'consents' = any (parts) then private.consents_of(talk) end,
    'plan', case when 'plan' = any (parts) and reader <> 'candidate' then private.plan_of(talk) end,
    'score', case when 'score' = any (parts) and reader <> 'candidate' then private.current_score_of(talk) end,
    'signals', case
      when 'signals' = any (parts) and reader in ('org_recruiter', 'org_admin') then private.signals_of(talk)
    end
  );
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Practice
-- ---------------------------------------------------------------------------------------------

-- What feedback on a finished practice interview is written from.
create function public.practice_record(interview_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.find_talk(interview_id);
begin
  if talk.id is null or talk.kind <> 'practice' then
    perform private.fail(404, 'not_found', 'interview');
  end if;
  return jsonb_build_object(
    'interview_id', talk.id,
    'status', talk.status,
    'language', talk.language,
    'plan', private.plan_of(talk),
    'progress', talk.metadata,
    'segments', private.transcript_of(talk, 0),
    'feedback', (
      select practice.feedback from public.practice_interviews as practice where practice.id = talk.id
    )
  );
end
$$;

-- Feedback by rule is there at once; what a model wrote replaces it, and is never replaced itself.
create function public.save_practice_feedback(interview_id uuid, feedback jsonb)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.practice_interviews as practice
  set feedback = save_practice_feedback.feedback
  where practice.id = interview_id
    and practice.status = 'completed'
    and (
      practice.feedback is null
      or (practice.feedback ->> 'source' = 'rules' and save_practice_feedback.feedback ->> 'source' = 'model')
    );
  return found;
end
$$;

revoke all on function private.find_talk(uuid) from public;
revoke all on function private.schedule_of(private.talk) from public;
revoke all on function private.see_candidate(private.talk) from public;
revoke all on function private.transcript_of(private.talk, integer) from public;
revoke all on function private.recordings_of(private.talk) from public;
revoke all on function private.current_score_of(private.talk) from public;
revoke all on function private.signals_of(private.talk) from public;
revoke all on function private.consents_of(private.talk) from public;
revoke all on function public.prepare_interview(uuid, uuid) from public;
revoke all on function public.read_talk(uuid, uuid, text[], integer) from public;
revoke all on function public.practice_record(uuid) from public;
revoke all on function public.save_practice_feedback(uuid, jsonb) from public;
grant execute on function public.prepare_interview(uuid, uuid) to service_role;
grant execute on function public.read_talk(uuid, uuid, text[], integer) to service_role;
grant execute on function public.practice_record(uuid) to service_role;
grant execute on function public.save_practice_feedback(uuid, jsonb) to service_role;
