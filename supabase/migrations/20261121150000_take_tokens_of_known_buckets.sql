-- Why: every turn takes tokens of three buckets, which are there from the caller's first call on. The
-- insert that finds its row already there was a third of the work; now it is for new buckets only.

create or replace function public.take_rate_limit_tokens(limits jsonb)
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
    select * into bucket from private.rate_limit_buckets where bucket_key = wanted.bucket_key for update;
    if not found then
      insert into private.rate_limit_buckets (bucket_key, tokens, refilled_at, full_at)
      values (wanted.bucket_key, wanted.capacity, clock_timestamp(), clock_timestamp())
      on conflict do nothing;
      select * into bucket
      from private.rate_limit_buckets
      where bucket_key = wanted.bucket_key
      for update;
    end if;
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
