-- Why: what every request and every pipeline leans on: limits that hold across instances, repeats
-- that do nothing twice, the outbox, the audit log, and the proof that chains are whole.

-- ---------------------------------------------------------------------------------------------
-- Rate limits: token buckets. All limits of a call hold together: either every bucket gives its
-- token or none does. Buckets are locked in the order of their keys, so that calls that share
-- several never wait for each other in a ring.
-- ---------------------------------------------------------------------------------------------

create function public.take_rate_limit_tokens(limits jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  wanted record;
  bucket private.rate_limit_buckets;
  at_time timestamptz;
  left_over double precision;
  taken jsonb := '[]';
  allowed boolean := true;
begin
  for wanted in
    select
      asked.bucket_key,
      asked.capacity::double precision as capacity,
      asked.refill_per_second,
      coalesce(asked.cost, 1)::double precision as cost
    from jsonb_to_recordset(limits) as asked (
      bucket_key text, capacity integer, refill_per_second double precision, cost integer
    )
    order by asked.bucket_key
  loop
    if wanted.bucket_key is null or not wanted.capacity >= 1 or not wanted.refill_per_second > 0
      or not wanted.cost between 0 and wanted.capacity
      or num_nulls(wanted.capacity, wanted.refill_per_second) > 0
    then
      perform private.fail(422, 'validation_error', 'limits');
    end if;
    insert into private.rate_limit_buckets (bucket_key, tokens, refilled_at, full_at)
    values (wanted.bucket_key, wanted.capacity, clock_timestamp(), clock_timestamp())
    on conflict do nothing;
    select * into bucket from private.rate_limit_buckets where bucket_key = wanted.bucket_key for update;
    -- The clock is read after the lock is held: time spent waiting for it counts.
    at_time := greatest(clock_timestamp(), bucket.refilled_at);
    left_over := least(
      wanted.capacity,
      bucket.tokens + wanted.refill_per_second * extract(epoch from at_time - bucket.refilled_at)
    );
    allowed := allowed and left_over >= wanted.cost;
    taken := taken || jsonb_build_object(
      'bucket_key', wanted.bucket_key, 'capacity', wanted.capacity, 'refill', wanted.refill_per_second,
      'cost', wanted.cost, 'tokens', left_over, 'at', at_time
    );
  end loop;

  if allowed then
    update private.rate_limit_buckets as kept
    set
      tokens = given.tokens - given.cost,
      refilled_at = given.at,
      full_at = given.at + make_interval(
        secs => (given.capacity - given.tokens + given.cost) / given.refill
      )
    from jsonb_to_recordset(taken) as given (
      bucket_key text, capacity double precision, refill double precision, cost double precision,
      tokens double precision, at timestamptz
    )
    where kept.bucket_key = given.bucket_key;
  end if;

  return jsonb_build_object(
    'allowed', allowed,
    'retry_after_seconds', (
      select coalesce(max(ceil((given.cost - given.tokens) / given.refill)) filter (
        where given.tokens < given.cost
      ), 0)
      from jsonb_to_recordset(taken) as given (
        refill double precision, cost double precision, tokens double precision
      )
    ),
    'limits', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'bucket_key', given.bucket_key,
            'limit', given.capacity,
            'remaining', floor(given.tokens - case when allowed then given.cost else 0 end),
            'reset_seconds', ceil(
              (given.capacity - given.tokens + case when allowed then given.cost else 0 end) / given.refill
            )
          )
        ),
        '[]'
      )
      from jsonb_to_recordset(taken) as given (
        bucket_key text, capacity double precision, refill double precision, cost double precision,
        tokens double precision
      )
    )
  );
end
$$;

create function public.take_rate_limit_token(
  bucket_key text,
  capacity integer,
  refill_per_second double precision,
  cost integer default 1
)
returns jsonb
language sql
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'allowed', answer -> 'allowed',
    'limit', answer #> '{limits,0,limit}',
    'remaining', answer #> '{limits,0,remaining}',
    'reset_seconds', answer #> '{limits,0,reset_seconds}',
    'retry_after_seconds', answer -> 'retry_after_seconds'
  )
  from public.take_rate_limit_tokens(
    jsonb_build_array(
      jsonb_build_object(
        'bucket_key', bucket_key, 'capacity', capacity, 'refill_per_second', refill_per_second, 'cost', cost
      )
    )
  ) as answer
$$;

-- ---------------------------------------------------------------------------------------------
-- Idempotency keys live 24 hours. Whoever began and died holds a key only until the lease ends.
-- ---------------------------------------------------------------------------------------------

create function public.begin_idempotent(
  scope text,
  key text,
  body_hash text,
  lease_seconds integer default 60
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  kept private.idempotency_keys;
  lease_until timestamptz;
begin
  insert into private.idempotency_keys (scope, key, body_hash, lease_expires_at, expires_at)
  values (
    begin_idempotent.scope, begin_idempotent.key, begin_idempotent.body_hash,
    clock_timestamp() + make_interval(secs => lease_seconds),
    clock_timestamp() + interval '24 hours'
  )
  on conflict do nothing;
  if found then
    return jsonb_build_object('state', 'new', 'attempt', 1);
  end if;

  select * into kept
  from private.idempotency_keys as entry
  where entry.scope = begin_idempotent.scope and entry.key = begin_idempotent.key
  for update;
  lease_until := clock_timestamp() + make_interval(secs => lease_seconds);
  if kept.expires_at > clock_timestamp() then
    if kept.body_hash <> begin_idempotent.body_hash then
      perform private.fail(409, 'idempotency_key_reused', 'the key was sent with another body');
    end if;
    if kept.state = 'finished' then
      return jsonb_build_object(
        'state', 'replay', 'attempt', kept.attempt, 'status', kept.response_status, 'response', kept.response
      );
    end if;
    if kept.lease_expires_at > clock_timestamp() then
      perform private.fail(409, 'conflict', 'the first request with this key is still running');
    end if;
  end if;

  update private.idempotency_keys as entry
  set
    body_hash = begin_idempotent.body_hash,
    state = 'running',
    attempt = entry.attempt + 1,
    lease_expires_at = lease_until,
    response_status = null,
    response = null,
    expires_at = clock_timestamp() + interval '24 hours'
  where entry.scope = begin_idempotent.scope and entry.key = begin_idempotent.key;
  return jsonb_build_object('state', 'new', 'attempt', kept.attempt + 1);
end
$$;

-- False when somebody else has taken the key over in the meantime.
create function public.finish_idempotent(
  scope text,
  key text,
  attempt integer,
  status integer,
  response jsonb
)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  update private.idempotency_keys as entry
  set state = 'finished', response_status = status, response = finish_idempotent.response
  where entry.scope = finish_idempotent.scope
    and entry.key = finish_idempotent.key
    and entry.attempt = finish_idempotent.attempt
    and entry.state = 'running';
  return found;
end
$$;

-- For a request that failed without an effect: the next one with the key may try at once.
create function public.forget_idempotent(scope text, key text, attempt integer)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from private.idempotency_keys as entry
  where entry.scope = forget_idempotent.scope
    and entry.key = forget_idempotent.key
    and entry.attempt = forget_idempotent.attempt
    and entry.state = 'running';
  return found;
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Events: in once, out at least once
-- ---------------------------------------------------------------------------------------------

-- True for the first who reports the event. Called in the transaction of its effect, or before an
-- effect that is itself repeatable.
create function public.record_event_once(source text, event_id text)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.processed_events (source, event_id)
  values (record_event_once.source, record_event_once.event_id)
  on conflict do nothing;
  return found;
end
$$;

create function public.enqueue_event(
  event_type text,
  aggregate_type text,
  aggregate_id uuid,
  payload jsonb default '{}',
  correlation_id text default null,
  dedupe_key text default null
)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  event_id uuid;
begin
  insert into public.domain_events (
    event_type, aggregate_type, aggregate_id, payload, correlation_id, dedupe_key
  )
  values (
    enqueue_event.event_type, enqueue_event.aggregate_type, enqueue_event.aggregate_id,
    coalesce(enqueue_event.payload, '{}'), enqueue_event.correlation_id, enqueue_event.dedupe_key
  )
  on conflict do nothing
  returning id into event_id;
  if event_id is null then
    select event.id into event_id
    from public.domain_events as event
    where event.dedupe_key = enqueue_event.dedupe_key;
  end if;
  return event_id;
end
$$;

-- Hands out the oldest events that nobody holds, under a lease; several publishers never get the
-- same one at the same time.
create function public.claim_events(max_events integer default 100, lease_seconds integer default 60)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  events jsonb;
begin
  with due as (
    select event.id
    from public.domain_events as event
    where event.published_at is null
      and (event.claimed_until is null or event.claimed_until < clock_timestamp())
    order by event.position
    limit max_events
    for update skip locked
  ),
  claimed as (
    update public.domain_events as event
    set
      attempts = event.attempts + 1,
      claimed_until = clock_timestamp() + make_interval(secs => lease_seconds)
    from due
    where event.id = due.id
    returning event.*
  )
  select
    coalesce(
      jsonb_agg(
        jsonb_build_object(
          'id', claimed.id, 'position', claimed.position, 'event_type', claimed.event_type,
          'aggregate_type', claimed.aggregate_type, 'aggregate_id', claimed.aggregate_id,
          'payload', claimed.payload, 'correlation_id', claimed.correlation_id,
          'attempts', claimed.attempts, 'created_at', claimed.created_at
        )
        order by claimed.position
      ),
      '[]'
    )
  into events
  from claimed;
  return events;
end
$$;

create function public.publish_events(event_ids uuid[])
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  published integer;
begin
  update public.domain_events as event
  set published_at = clock_timestamp(), claimed_until = null
  where event.id = any (event_ids) and event.published_at is null;
  get diagnostics published = row_count;
  return published;
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Audit
-- ---------------------------------------------------------------------------------------------

create function public.write_audit(
  action text,
  entity_type text,
  entity_id uuid default null,
  user_id uuid default null,
  organisation_id uuid default null,
  old_values jsonb default null,
  new_values jsonb default null,
  ip_address inet default null,
  request_id text default null
)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  entry_id uuid;
begin
  insert into public.audit_log (
    action, entity_type, entity_id, user_id, organisation_id, old_values, new_values, ip_address,
    request_id
  )
  values (
    write_audit.action, write_audit.entity_type, write_audit.entity_id, write_audit.user_id,
    write_audit.organisation_id, write_audit.old_values, write_audit.new_values,
    write_audit.ip_address, write_audit.request_id
  )
  returning id into entry_id;
  return entry_id;
end
$$;

-- The id of the request, where the way in gives it: a setting on the direct way, a header over REST.
create function private.request_id()
returns text
language sql
stable
set search_path = ''
as $$
  select left(
    coalesce(
      nullif(current_setting('talenti.request_id', true), ''),
      nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-request-id'
    ),
    200
  )
$$;

-- A change of state leaves its audit row and its event in the same transaction: neither can be
-- missing. Called last, because the head of the audit chain stays locked until the end.
create function private.record(
  action text,
  entity_type text,
  entity_id uuid,
  organisation_id uuid,
  user_id uuid,
  new_values jsonb default null
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform public.enqueue_event(
    action, entity_type, entity_id,
    jsonb_strip_nulls(
      jsonb_build_object('organisation_id', organisation_id, 'user_id', user_id)
    ) || coalesce(new_values, '{}'),
    private.request_id()
  );
  perform public.write_audit(
    action, entity_type, entity_id, user_id, organisation_id,
    new_values => new_values, request_id => private.request_id()
  );
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Proof that chains are whole: valid, how many rows, how many masked, and where it breaks first
-- ---------------------------------------------------------------------------------------------

create function public.verify_transcript(interview_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  segment public.transcript_segments;
  head private.transcript_heads;
  expected_hash text := repeat('0', 64);
  counted integer := 0;
  masked integer := 0;
  fault text;
begin
  for segment in
    select * from public.transcript_segments as kept
    where kept.interview_id = verify_transcript.interview_id
      or kept.practice_interview_id = verify_transcript.interview_id
    order by kept.sequence
  loop
    counted := counted + 1;
    fault := case
      when segment.sequence <> counted then 'sequence'
      when segment.previous_hash <> expected_hash then 'previous_hash'
      when segment.masked_at is null
        and segment.content_hash is distinct from private.hash_text(segment.content_salt || segment.content)
        then 'content'
      when segment.row_hash <> private.hash_segment(segment) then 'row_hash'
    end;
    exit when fault is not null;
    masked := masked + case when segment.masked_at is null then 0 else 1 end;
    expected_hash := segment.row_hash;
  end loop;
  select * into head from private.transcript_heads where talk_id = verify_transcript.interview_id;
  if fault is null and (
    coalesce(head.last_sequence, 0) <> counted
    or coalesce(head.last_hash, repeat('0', 64)) <> expected_hash
  ) then
    fault := 'end';
    counted := counted + 1;
  end if;
  return jsonb_build_object(
    'valid', fault is null,
    'rows', coalesce(head.last_sequence, 0),
    'masked', masked,
    'head', head.last_hash,
    'first_broken', case when fault is not null then counted end,
    'fault', fault
  );
end
$$;

create function public.verify_audit_log(organisation_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  entry public.audit_log;
  head private.audit_heads;
  expected_hash text := repeat('0', 64);
  counted bigint := 0;
  masked bigint := 0;
  fault text;
begin
  for entry in
    select * from public.audit_log as kept
    where kept.organisation_id is not distinct from verify_audit_log.organisation_id
    order by kept.sequence
  loop
    counted := counted + 1;
    fault := case
      when entry.sequence <> counted then 'sequence'
      when entry.previous_hash <> expected_hash then 'previous_hash'
      when entry.masked_at is null and entry.personal_hash <> private.hash_audit_person(entry)
        then 'content'
      when entry.row_hash <> private.hash_audit_row(entry) then 'row_hash'
    end;
    exit when fault is not null;
    masked := masked + case when entry.masked_at is null then 0 else 1 end;
    expected_hash := entry.row_hash;
  end loop;
  select * into head
  from private.audit_heads
  where chain_id = coalesce(verify_audit_log.organisation_id, '00000000-0000-0000-0000-000000000000');
  if fault is null and (
    coalesce(head.last_sequence, 0) <> counted
    or coalesce(head.last_hash, repeat('0', 64)) <> expected_hash
  ) then
    fault := 'end';
    counted := counted + 1;
  end if;
  return jsonb_build_object(
    'valid', fault is null,
    'rows', coalesce(head.last_sequence, 0),
    'masked', masked,
    'head', head.last_hash,
    'first_broken', case when fault is not null then counted end,
    'fault', fault
  );
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Clearing what has served: by index, never by reading whole tables
-- ---------------------------------------------------------------------------------------------

create function public.purge_expired(older_than interval default '30 days')
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  keys integer;
  buckets integer;
  seen integer;
  events integer;
begin
  delete from private.idempotency_keys where expires_at < now();
  get diagnostics keys = row_count;
  delete from private.rate_limit_buckets where full_at < now();
  get diagnostics buckets = row_count;
  delete from public.processed_events where created_at < now() - older_than;
  get diagnostics seen = row_count;
  delete from public.domain_events where published_at < now() - older_than;
  get diagnostics events = row_count;
  return jsonb_build_object(
    'idempotency_keys', keys, 'rate_limit_buckets', buckets, 'processed_events', seen, 'domain_events', events
  );
end
$$;

create index domain_events_published_at_idx on public.domain_events (published_at);

revoke all on function public.take_rate_limit_tokens(jsonb) from public;
revoke all on function public.take_rate_limit_token(text, integer, double precision, integer) from public;
revoke all on function public.begin_idempotent(text, text, text, integer) from public;
revoke all on function public.finish_idempotent(text, text, integer, integer, jsonb) from public;
revoke all on function public.forget_idempotent(text, text, integer) from public;
revoke all on function public.record_event_once(text, text) from public;
revoke all on function public.enqueue_event(text, text, uuid, jsonb, text, text) from public;
revoke all on function public.claim_events(integer, integer) from public;
revoke all on function public.publish_events(uuid[]) from public;
revoke all on function public.write_audit(text, text, uuid, uuid, uuid, jsonb, jsonb, inet, text) from public;
revoke all on function private.request_id() from public;
revoke all on function private.record(text, text, uuid, uuid, uuid, jsonb) from public;
revoke all on function public.verify_transcript(uuid) from public;
revoke all on function public.verify_audit_log(uuid) from public;
revoke all on function public.purge_expired(interval) from public;

-- A turn takes its limits in begin_turn; the direct connection may take others as well, because
-- every request waits for them.
grant execute on function public.take_rate_limit_tokens(jsonb) to service_role, talenti_turns;
grant execute on function public.take_rate_limit_token(text, integer, double precision, integer)
to service_role, talenti_turns;
grant execute on function public.begin_idempotent(text, text, text, integer) to service_role;
grant execute on function public.finish_idempotent(text, text, integer, integer, jsonb) to service_role;
grant execute on function public.forget_idempotent(text, text, integer) to service_role;
grant execute on function public.record_event_once(text, text) to service_role;
grant execute on function public.enqueue_event(text, text, uuid, jsonb, text, text) to service_role;
grant execute on function public.claim_events(integer, integer) to service_role;
grant execute on function public.publish_events(uuid[]) to service_role;
grant execute on function public.write_audit(text, text, uuid, uuid, uuid, jsonb, jsonb, inet, text)
to service_role;
grant execute on function public.verify_transcript(uuid) to service_role;
grant execute on function public.verify_audit_log(uuid) to service_role;
grant execute on function public.purge_expired(interval) to service_role;
