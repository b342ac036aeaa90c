-- Why: the hot path. A talk is a live or a practice interview; both run through the same
-- functions. Each is one transaction under the lock of the interview's row, each repeats without
-- a second effect, and the order of checks is the product's: 404, 403, then the state.

create type private.talk as (
  id uuid,
  kind text,
  candidate_id uuid,
  application_id uuid,
  job_role_id uuid,
  organisation_id uuid,
  status text,
  mode text,
  language text,
  started_at timestamptz,
  ended_at timestamptz,
  duration_seconds integer,
  end_reason text,
  summary text,
  metadata jsonb
);

-- Null id when there is none. The weaker lock lets others insert rows that refer to the interview.
create function private.lock_talk(talk_id uuid)
returns private.talk
language plpgsql
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
  where interview.id = talk_id
  for no key update of interview;
  if not found then
    select
      practice.id, 'practice', practice.user_id, null, null, null, practice.status, practice.mode,
      practice.language, practice.started_at, practice.ended_at, practice.duration_seconds,
      practice.end_reason, practice.summary, practice.metadata
    into talk
    from public.practice_interviews as practice
    where practice.id = talk_id
    for no key update;
  end if;
  return talk;
end
$$;

-- The candidate's own talk, locked; another person's practice interview is unknown to everyone.
create function private.lock_own_talk(talk_id uuid, caller_id uuid)
returns private.talk
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_talk(talk_id);
  own boolean := coalesce(talk.candidate_id = caller_id, false);
begin
  if talk.id is null or (talk.kind = 'practice' and not own) then
    perform private.fail(404, 'not_found', 'interview');
  end if;
  if not own then
    perform private.fail(403, 'forbidden', 'interview');
  end if;
  return talk;
end
$$;

-- Null for strangers, and for the candidate of the application: whoever applied has no right of
-- the organisation on it.
create function private.role_over_application(application_id uuid, person_id uuid)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select member.role
  from public.applications as application
  join public.job_roles as job_role on job_role.id = application.job_role_id
  join public.org_users as member on member.organisation_id = job_role.organisation_id
  where application.id = role_over_application.application_id
    and member.user_id = person_id
    and application.candidate_id <> person_id
$$;

-- ---------------------------------------------------------------------------------------------
-- What the prompt may know. Written in plpgsql, also where one query would do: its plans are kept
-- from call to call, those of sql functions are made anew each time, and this is the hot path.
-- ---------------------------------------------------------------------------------------------

create function private.role_digest(job_role_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'title', job_role.title,
      'department', job_role.department,
      'description', job_role.description,
      'requirements', coalesce(job_role.requirements, '{}'),
      'interview_structure', coalesce(job_role.interview_structure, '{}'),
      'company', jsonb_build_object(
        'name', organisation.name,
        'industry', organisation.industry,
        'values_framework', organisation.values_framework
      )
    )
    from public.job_roles as job_role
    join public.organisations as organisation on organisation.id = job_role.organisation_id
    where job_role.id = role_digest.job_role_id
  );
end
$$;

-- No name, no employer, no contact, nothing of the person beyond skills and work. Years are counted
-- over merged spans, so that two jobs at a time are not two years.
create function private.candidate_digest(candidate_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'skills', (
        select coalesce(jsonb_agg(named.skill_name order by named.skill_name), '[]')
        from (
          select skill.skill_name
          from public.candidate_skills as skill
          where skill.user_id = candidate_digest.candidate_id
          order by skill.created_at, skill.id
          limit 50
        ) as named
      ),
      'years_of_experience', (
        select coalesce(round(sum(upper(span.days) - lower(span.days)) / 365.25, 1), 0)
        from (
          select unnest(
            range_agg(
              daterange(job.start_date, greatest(job.start_date, coalesce(job.end_date, current_date)), '[]')
            )
          ) as days
          from public.employment_history as job
          where job.user_id = candidate_digest.candidate_id
        ) as span
      ),
      'job_titles', (
        select coalesce(jsonb_agg(recent.job_title order by recent.start_date desc), '[]')
        from (
          select job.job_title, job.start_date
          from public.employment_history as job
          where job.user_id = candidate_digest.candidate_id
          order by job.start_date desc
          limit 5
        ) as recent
      ),
      'education', (
        select coalesce(jsonb_agg(distinct studied.degree), '[]')
        from public.education as studied
        where studied.user_id = candidate_digest.candidate_id
      )
    )
  );
end
$$;

create function private.plan_of(talk private.talk)
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
          'prompt_version', plan.prompt_version, 'content_hash', plan.content_hash
        )
        from public.interview_plans as plan
        where plan.interview_id = talk.id
      )
    end
  );
end
$$;

-- How long and how many questions are fixed at the start, so that a change of the role does not
-- reach an interview that runs.
create function private.clock_of(talk private.talk)
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
        - floor(extract(epoch from clock_timestamp() - talk.started_at))::integer
      )
    )
  );
end
$$;

create function private.last_segments(talk private.talk, how_many integer)
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
          'id', recent.id, 'sequence', recent.sequence, 'turn_id', recent.turn_id,
          'speaker', recent.speaker, 'content', recent.content, 'origin', recent.origin
        )
        order by recent.sequence
      ),
      '[]'
    )
    from (
      (
        select segment.*
        from public.transcript_segments as segment
        where segment.interview_id = talk.id
        order by segment.sequence desc
        limit how_many
      )
      union all
      (
        select segment.*
        from public.transcript_segments as segment
        where segment.practice_interview_id = talk.id
        order by segment.sequence desc
        limit how_many
      )
    ) as recent
  );
end
$$;

create function private.say(
  talk private.talk,
  speaker text,
  content text,
  origin text,
  turn_id text default null,
  start_time_ms integer default null,
  end_time_ms integer default null,
  confidence numeric default null
)
returns public.transcript_segments
language plpgsql
security definer
set search_path = ''
as $$
declare
  segment public.transcript_segments;
begin
  insert into public.transcript_segments (
    interview_id, practice_interview_id, turn_id, speaker, content, origin, start_time_ms, end_time_ms,
    confidence
  )
  values (
    case when talk.kind = 'live' then talk.id end,
    case when talk.kind = 'practice' then talk.id end,
    say.turn_id, say.speaker, say.content, say.origin, say.start_time_ms, say.end_time_ms, say.confidence
  )
  returning * into segment;
  return segment;
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Moves of what stands around an interview
-- ---------------------------------------------------------------------------------------------

-- Walks an application on behalf of the system; where no way leads, people have moved it
-- elsewhere, and it stays.
create function private.walk_application(application_id uuid, to_status text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  was text;
begin
  select application.status into was
  from public.applications as application
  where application.id = walk_application.application_id
  for no key update;
  if exists (
    select from private.state_transitions as move
    where move.machine = 'application'
      and move.from_state = was
      and move.to_state = walk_application.to_status
      and 'system' = any (move.movers)
  ) then
    update public.applications
    set status = to_status, status_changed_by = null, status_reason = null
    where id = walk_application.application_id;
  end if;
end
$$;

-- Steps over what must have happened in between: who opened the link did receive the mail.
create function private.walk_invitation(invitation_id uuid, to_status text)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  was text;
  step text;
begin
  select invitation.status into was
  from public.invitations as invitation
  where invitation.id = invitation_id
  for no key update;
  if was in ('expired', 'revoked', 'completed') or was = to_status
    or private.path_between('invitation', was, to_status) is null
  then
    return false;
  end if;
  foreach step in array private.path_between('invitation', was, to_status)
  loop
    update public.invitations
    set
      status = step,
      sent_at = case when step = 'sent' then clock_timestamp() else sent_at end,
      delivered_at = case when step = 'delivered' then clock_timestamp() else delivered_at end,
      opened_at = case when step = 'opened' then coalesce(opened_at, clock_timestamp()) else opened_at end,
      claimed_at = case when step = 'claimed' then clock_timestamp() else claimed_at end
    where id = invitation_id;
  end loop;
  return true;
end
$$;

-- What was heard and never sent becomes the last answer; then the transcript is closed for good.
create function private.seal_transcript(talk private.talk)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  unsent record;
begin
  for unsent in
    select
      final.turn_id,
      left(string_agg(final.content, ' ' order by final.sequence), 50000) as content,
      min(final.start_time_ms) as start_time_ms,
      max(final.end_time_ms) as end_time_ms,
      min(final.confidence) as confidence
    from public.speech_finals as final
    where talk.id in (final.interview_id, final.practice_interview_id)
      and not exists (
        select from public.interview_turns as turn
        where talk.id in (turn.interview_id, turn.practice_interview_id) and turn.turn_id = final.turn_id
      )
    group by final.turn_id
    order by min(final.sequence)
  loop
    perform private.say(
      talk, 'candidate', unsent.content, 'speech', unsent.turn_id, unsent.start_time_ms,
      unsent.end_time_ms, unsent.confidence
    );
  end loop;
  update public.interview_turns
  set state = 'abandoned'
  where state = 'open' and interview_id = talk.id;
  update public.interview_turns
  set state = 'abandoned'
  where state = 'open' and practice_interview_id = talk.id;
  insert into private.transcript_heads (talk_id, sealed) values (talk.id, true)
  on conflict (talk_id) do update set sealed = true;
end
$$;

-- The one way an interview that runs comes to its end.
create function private.finish_talk(talk private.talk, reason text, person_id uuid)
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
  perform private.walk_application(talk.application_id, 'interviewed');
  select invitation.id into invitation_id
  from public.invitations as invitation
  where invitation.interview_id = talk.id and invitation.status not in ('completed', 'expired', 'revoked');
  perform private.walk_invitation(invitation_id, 'completed');
  perform private.record(
    'interview.completed', 'interview', talk.id, talk.organisation_id, person_id,
    jsonb_build_object('status', talk.status, 'end_reason', reason, 'duration_seconds', talk.duration_seconds)
  );
  return talk;
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Plan and start
-- ---------------------------------------------------------------------------------------------

-- plan: {items, version?, pack_id?, pack_version?, model_version?, prompt_version?, content_hash}.
-- Replaces an earlier plan; refused once the interview has started.
create function public.save_interview_plan(interview_id uuid, plan jsonb)
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
    interview_id, version, items, pack_id, pack_version, model_version, prompt_version, content_hash
  )
  values (
    talk.id, coalesce((plan ->> 'version')::integer, 1), plan -> 'items', plan ->> 'pack_id',
    plan ->> 'pack_version', plan ->> 'model_version', plan ->> 'prompt_version', plan ->> 'content_hash'
  )
  on conflict on constraint interview_plans_interview_id_key do update
  set
    version = kept.version + 1,
    items = excluded.items,
    pack_id = excluded.pack_id,
    pack_version = excluded.pack_version,
    model_version = excluded.model_version,
    prompt_version = excluded.prompt_version,
    content_hash = excluded.content_hash
  where kept.content_hash <> excluded.content_hash
  returning kept.id into plan_id;
  return private.plan_of(talk) || jsonb_build_object('changed', plan_id is not null);
end
$$;

-- Whether the candidate may begin now; raises what stands in the way.
create function private.check_unlocked(talk private.talk)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
begin
  select * into invitation
  from public.invitations as sent
  where sent.interview_id = talk.id
  order by sent.status not in ('completed', 'expired', 'revoked') desc, sent.created_at desc
  limit 1
  for no key update;
  if not found then
    perform private.fail(409, 'interview_locked', 'there is no invitation');
  end if;
  if invitation.status in ('expired', 'revoked') or invitation.expires_at <= clock_timestamp() then
    perform private.fail(400, 'invalid_interview_state', 'the invitation is not valid any more');
  end if;
  if invitation.claim_required and invitation.claimed_at is null then
    perform private.fail(409, 'interview_locked', 'the invitation is not claimed');
  end if;
  if invitation.profile_completion_required and not exists (
    select from public.candidate_profiles as profile
    where profile.user_id = talk.candidate_id and profile.profile_review_status = 'confirmed'
  ) then
    perform private.fail(409, 'interview_locked', 'the profile is not confirmed');
  end if;
  if exists (
    select from public.applications as application
    where application.id = talk.application_id and application.status in ('hired', 'rejected', 'archived')
  ) then
    perform private.fail(409, 'interview_locked', 'the application is closed');
  end if;
  if invitation.status not in ('opened', 'claimed', 'completed') then
    perform private.walk_invitation(invitation.id, 'opened');
  end if;
end
$$;

create function private.started_answer(talk private.talk, resumed boolean)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'interview_id', talk.id,
    'kind', talk.kind,
    'status', talk.status,
    'mode', talk.mode,
    'language', talk.language,
    'resumed', resumed,
    'started_at', talk.started_at,
    'opening_message', (
      select segment.content
      from public.transcript_segments as segment
      where talk.id in (segment.interview_id, segment.practice_interview_id) and segment.sequence = 1
    ),
    'plan', private.plan_of(talk),
    'progress', talk.metadata,
    'clock', private.clock_of(talk),
    'segments', private.last_segments(talk, 12)
  )
$$;

-- Starts, or resumes what runs: same row, same clock, nothing said twice. plan is used only where
-- none is stored yet; progress is what the opening already used up.
create function public.start_interview(
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

-- ---------------------------------------------------------------------------------------------
-- One turn
-- ---------------------------------------------------------------------------------------------

-- Takes the limits, checks, takes the turn, saves the answer, and gives all that the prompt needs.
-- limits: as take_rate_limit_tokens. A committed turn_id gives its stored reply again. An open turn
-- whose lease ended is taken over: the same turn_id goes on with the answer as saved; another one
-- leaves it behind.
create function public.begin_turn(
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
    if talk.kind = 'live' then
      update public.interviews set last_seen_at = clock_timestamp() where id = talk.id;
    else
      update public.practice_interviews set last_seen_at = clock_timestamp() where id = talk.id;
    end if;
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

-- Stores the reply and what it used up. reply: {text, origin (model, plan), degraded?}. progress is
-- merged into the stored one. ends_with completes the interview in the same transaction.
-- Repeated, it gives what was stored first. committed is false when the interview ended meanwhile.
create function public.commit_turn(
  interview_id uuid,
  turn_id text,
  attempt integer,
  reply jsonb,
  progress jsonb default '{}',
  summary text default null,
  usage jsonb default '{}',
  timings jsonb default '{}',
  ends_with text default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_talk(interview_id);
  turn public.interview_turns;
  segment_id uuid;
begin
  if talk.id is null then
    perform private.fail(404, 'not_found', 'interview');
  end if;
  select * into turn
  from public.interview_turns as known
  where known.turn_id = commit_turn.turn_id
    and (
      (talk.kind = 'live' and known.interview_id = talk.id)
      or (talk.kind = 'practice' and known.practice_interview_id = talk.id)
    );
  if turn.id is null then
    perform private.fail(404, 'not_found', 'turn');
  end if;

  if turn.state = 'open' then
    if turn.attempt <> commit_turn.attempt then
      perform private.fail(409, 'turn_in_progress', 'the turn was taken over');
    end if;
    if coalesce(char_length(reply ->> 'text'), 0) not between 1 and 20000
      or coalesce(reply ->> 'origin', '') not in ('model', 'plan')
    then
      perform private.fail(422, 'validation_error', 'reply');
    end if;
    segment_id := (
      private.say(talk, 'interviewer', reply ->> 'text', reply ->> 'origin', turn.turn_id)
    ).id;
    talk.metadata := talk.metadata || (
      coalesce(progress, '{}') - array['limit_seconds', 'questions_total']
    );
    talk.summary := coalesce(commit_turn.summary, talk.summary);
    if talk.kind = 'live' then
      update public.interviews
      set metadata = talk.metadata, summary = talk.summary
      where id = talk.id;
    else
      update public.practice_interviews
      set metadata = talk.metadata, summary = talk.summary
      where id = talk.id;
    end if;
    update public.interview_turns
    set
      state = 'committed',
      reply = commit_turn.reply ->> 'text',
      reply_origin = commit_turn.reply ->> 'origin',
      degraded = coalesce((commit_turn.reply ->> 'degraded')::boolean, false),
      finished = ends_with is not null,
      progress = talk.metadata,
      usage = coalesce(commit_turn.usage, '{}'),
      timings = coalesce(commit_turn.timings, '{}'),
      committed_at = clock_timestamp()
    where id = turn.id
    returning * into turn;
    if ends_with is not null then
      talk := private.finish_talk(talk, ends_with, talk.candidate_id);
    end if;
  elsif turn.state = 'abandoned' and talk.status = 'in_progress' then
    perform private.fail(409, 'conflict', 'the interview has gone on without this turn');
  end if;

  return jsonb_build_object(
    'committed', turn.state = 'committed',
    'repeated', segment_id is null,
    'turn_id', turn.turn_id,
    'attempt', turn.attempt,
    'segment_id', segment_id,
    'reply', turn.reply,
    'reply_origin', turn.reply_origin,
    'degraded', turn.degraded,
    'finished', talk.status <> 'in_progress',
    'progress', turn.progress,
    'status', talk.status,
    'clock', private.clock_of(talk)
  );
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Speech
-- ---------------------------------------------------------------------------------------------

-- Holds final pieces of speech for the turn they belong to. segments: [{segment_key, content,
-- start_time_ms?, end_time_ms?, confidence?}]. A key that is known is skipped; a piece that comes
-- after its turn was begun is late: the words are in the answer already.
create function public.append_segments(
  interview_id uuid,
  caller_id uuid,
  turn_id text,
  segments jsonb
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk;
  piece record;
  reached integer;
  accepted integer := 0;
  repeated integer := 0;
begin
  if coalesce(char_length(turn_id), 0) not between 1 and 100
    or coalesce(jsonb_typeof(segments), '') <> 'array'
    or jsonb_array_length(segments) not between 1 and 200
  then
    perform private.fail(422, 'validation_error', 'turn_id, segments');
  end if;
  talk := private.lock_own_talk(interview_id, caller_id);
  if talk.status <> 'in_progress' then
    perform private.fail(400, 'interview_not_in_progress', 'interview: ' || talk.status);
  end if;
  if exists (
    select from public.interview_turns as turn
    where turn.turn_id = append_segments.turn_id
      and talk.id in (turn.interview_id, turn.practice_interview_id)
  ) then
    return jsonb_build_object('accepted', 0, 'repeated', 0, 'late', jsonb_array_length(segments));
  end if;

  insert into private.transcript_heads (talk_id) values (talk.id) on conflict do nothing;
  select head.last_final into reached
  from private.transcript_heads as head
  where head.talk_id = talk.id
  for update;
  for piece in
    select *
    from jsonb_to_recordset(segments) as sent (
      segment_key text, content text, start_time_ms integer, end_time_ms integer, confidence numeric
    )
  loop
    if coalesce(char_length(piece.segment_key), 0) not between 1 and 100
      or coalesce(char_length(piece.content), 0) not between 1 and 50000
      or piece.start_time_ms < 0
      or piece.end_time_ms < piece.start_time_ms
      or not coalesce(piece.confidence, 0) between 0 and 1
    then
      perform private.fail(422, 'validation_error', 'segments');
    end if;
    insert into public.speech_finals (
      interview_id, practice_interview_id, turn_id, segment_key, sequence, content, start_time_ms,
      end_time_ms, confidence
    )
    values (
      case when talk.kind = 'live' then talk.id end,
      case when talk.kind = 'practice' then talk.id end,
      append_segments.turn_id, piece.segment_key, reached + 1, piece.content, piece.start_time_ms,
      piece.end_time_ms, piece.confidence
    )
    on conflict do nothing;
    if found then
      reached := reached + 1;
      accepted := accepted + 1;
    else
      repeated := repeated + 1;
    end if;
  end loop;
  update private.transcript_heads set last_final = reached where talk_id = talk.id;
  if talk.kind = 'live' then
    update public.interviews set last_seen_at = clock_timestamp() where id = talk.id;
  else
    update public.practice_interviews set last_seen_at = clock_timestamp() where id = talk.id;
  end if;
  return jsonb_build_object('accepted', accepted, 'repeated', repeated, 'late', 0);
end
$$;

-- ---------------------------------------------------------------------------------------------
-- End
-- ---------------------------------------------------------------------------------------------

-- caller_id null is the system, which names the reason; a person's reason follows from who it is.
create function public.end_interview(interview_id uuid, caller_id uuid default null, reason text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_talk(interview_id);
  own boolean := coalesce(talk.candidate_id = caller_id, false);
  ends_with text;
  changed boolean := false;
begin
  if talk.id is null or (talk.kind = 'practice' and caller_id is not null and not own) then
    perform private.fail(404, 'not_found', 'interview');
  end if;
  ends_with := case
    when caller_id is null then coalesce(reason, 'finished')
    when own then 'ended_by_candidate'
    when private.role_over_application(talk.application_id, caller_id) in ('org_recruiter', 'org_admin')
      then 'ended_by_organisation'
  end;
  if ends_with is null then
    perform private.fail(403, 'forbidden', 'interview');
  end if;
  if talk.status = 'in_progress' then
    talk := private.finish_talk(talk, ends_with, caller_id);
    changed := true;
  elsif talk.status <> 'completed' then
    perform private.fail(400, 'invalid_interview_state', 'interview: ' || talk.status || ' -> completed');
  end if;
  return jsonb_build_object(
    'interview_id', talk.id, 'kind', talk.kind, 'status', talk.status, 'ended_at', talk.ended_at,
    'duration_seconds', talk.duration_seconds, 'end_reason', talk.end_reason, 'changed', changed
  );
end
$$;

revoke all on function private.lock_talk(uuid) from public;
revoke all on function private.lock_own_talk(uuid, uuid) from public;
revoke all on function private.role_over_application(uuid, uuid) from public;
revoke all on function private.role_digest(uuid) from public;
revoke all on function private.candidate_digest(uuid) from public;
revoke all on function private.plan_of(private.talk) from public;
revoke all on function private.clock_of(private.talk) from public;
revoke all on function private.last_segments(private.talk, integer) from public;
revoke all on function private.say(private.talk, text, text, text, text, integer, integer, numeric) from public;
revoke all on function private.walk_application(uuid, text) from public;
revoke all on function private.walk_invitation(uuid, text) from public;
revoke all on function private.seal_transcript(private.talk) from public;
revoke all on function private.finish_talk(private.talk, text, uuid) from public;
revoke all on function private.check_unlocked(private.talk) from public;
revoke all on function private.started_answer(private.talk, boolean) from public;
revoke all on function public.save_interview_plan(uuid, jsonb) from public;
revoke all on function public.start_interview(uuid, uuid, text, text, text, jsonb, jsonb, text) from public;
revoke all on function public.begin_turn(uuid, uuid, text, text, integer, integer, jsonb) from public;
revoke all on function public.commit_turn(uuid, text, integer, jsonb, jsonb, text, jsonb, jsonb, text) from public;
revoke all on function public.append_segments(uuid, uuid, text, jsonb) from public;
revoke all on function public.end_interview(uuid, uuid, text) from public;

-- Never for people's own tokens: begin_turn answers with the plan, which candidates never see.
grant execute on function public.save_interview_plan(uuid, jsonb) to service_role;
grant execute on function public.start_interview(uuid, uuid, text, text, text, jsonb, jsonb, text)
to service_role, talenti_turns;
grant execute on function public.begin_turn(uuid, uuid, text, text, integer, integer, jsonb)
to service_role, talenti_turns;
grant execute on function public.commit_turn(uuid, text, integer, jsonb, jsonb, text, jsonb, jsonb, text)
to service_role, talenti_turns;
grant execute on function public.append_segments(uuid, uuid, text, jsonb) to service_role, talenti_turns;
grant execute on function public.end_interview(uuid, uuid, text) to service_role, talenti_turns;
