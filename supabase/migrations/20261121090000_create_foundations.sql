-- Why: what every later file stands on. The private schema, closed defaults, the way an error is
-- raised, the one table of allowed moves, the guards that hold it, and the vocabulary of events.

create schema if not exists private;

-- A table or function is closed until its own file opens it. The platform's defaults are the
-- opposite; a file that forgets its grants must fail a test here, not leak in production.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;

revoke all on schema private from public;
grant usage on schema private to authenticated, service_role;

-- Holds the right to run the functions of a talk turn and nothing else. The login role of the
-- direct connection is made by whoever operates the database: grant talenti_turns to that_login.
do $$
begin
  if not exists (select from pg_roles where rolname = 'talenti_turns') then
    create role talenti_turns nologin noinherit;
  end if;
end
$$;

grant usage on schema public to talenti_turns;

-- ---------------------------------------------------------------------------------------------
-- Errors
-- ---------------------------------------------------------------------------------------------

-- PTnnn is answered as HTTP status nnn; the message is one of the application's error codes and
-- the hint says what stood in the way, never whose.
create function private.fail(status integer, code text, hint text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  raise exception using errcode = 'PT' || status, message = code, hint = hint;
end
$$;

revoke all on function private.fail(integer, text, text) from public;
grant execute on function private.fail(integer, text, text) to authenticated, service_role;

-- ---------------------------------------------------------------------------------------------
-- State machines
-- ---------------------------------------------------------------------------------------------

-- The one place that says which moves exist. '(new)' is the state before the first.
-- movers is null where any writer may move; otherwise the guard works out who moves.
create table private.state_transitions (
  machine text not null,
  from_state text not null,
  to_state text not null,
  movers text[] check (movers <@ array['candidate', 'recruiter', 'system']),
  reason_required boolean not null default false,
  primary key (machine, from_state, to_state)
);

alter table private.state_transitions enable row level security;

insert into private.state_transitions (machine, from_state, to_state)
select moves.machine, moves.from_state, unnest(moves.to_states)
from (
  values
    ('interview', '(new)', array['invited']),
    ('interview', 'invited', array['scheduled', 'in_progress', 'cancelled', 'expired']),
    ('interview', 'scheduled', array['in_progress', 'cancelled', 'expired']),
    ('interview', 'in_progress', array['completed', 'cancelled']),
    ('invitation', '(new)', array['pending']),
    ('invitation', 'pending', array['sent', 'expired', 'revoked']),
    ('invitation', 'sent', array['delivered', 'bounced', 'expired', 'revoked']),
    ('invitation', 'delivered', array['opened', 'expired', 'revoked']),
    ('invitation', 'bounced', array['sent', 'expired', 'revoked']),
    ('invitation', 'opened', array['claimed', 'completed', 'expired', 'revoked']),
    ('invitation', 'claimed', array['completed', 'expired', 'revoked']),
    ('job_role', '(new)', array['draft']),
    ('job_role', 'draft', array['active']),
    ('job_role', 'active', array['paused', 'closed']),
    ('job_role', 'paused', array['active', 'closed']),
    ('transcript', '(new)', array['initializing']),
    ('transcript', 'initializing', array['active']),
    ('transcript', 'active', array['completed']),
    ('call', '(new)', array['connecting']),
    ('call', 'connecting', array['connected']),
    ('call', 'connected', array['disconnecting', 'transferring']),
    ('call', 'disconnecting', array['disconnected']),
    ('call', 'transferring', array['transferAccepted']),
    ('recording', '(new)', array['active']),
    ('recording', 'active', array['paused', 'stopped']),
    ('recording', 'paused', array['active', 'stopped']),
    ('recording', 'stopped', array['processing']),
    ('recording', 'processing', array['completed', 'failed']),
    ('recording', 'failed', array['processing']),
    ('recording', 'completed', array['deleted']),
    ('recording_file', '(new)', array['pending']),
    ('recording_file', 'pending', array['downloading', 'failed']),
    ('recording_file', 'downloading', array['processing', 'failed']),
    ('recording_file', 'processing', array['uploading', 'failed']),
    ('recording_file', 'uploading', array['completed', 'failed']),
    ('recording_file', 'failed', array['downloading']),
    ('score_run', '(new)', array['queued']),
    ('score_run', 'queued', array['running']),
    ('score_run', 'running', array['completed', 'insufficient_evidence', 'failed']),
    ('resume_batch', '(new)', array['draft']),
    ('resume_batch', 'draft', array['processing']),
    ('resume_batch', 'processing', array['inviting']),
    ('resume_batch', 'inviting', array['completed']),
    ('item_parse', '(new)', array['pending']),
    ('item_parse', 'pending', array['parsed', 'needs_email', 'failed']),
    ('item_parse', 'needs_email', array['pending']),
    ('item_parse', 'failed', array['pending']),
    ('item_review', '(new)', array['pending_review']),
    ('item_review', 'pending_review', array['ready_for_review', 'needs_email']),
    ('item_review', 'ready_for_review', array['approved', 'rejected']),
    ('item_review', 'needs_email', array['pending_review']),
    ('item_review', 'approved', array['invited']),
    ('profile_review', '(new)', array['pending_parse']),
    ('profile_review', 'pending_parse', array['needs_confirmation']),
    ('profile_review', 'needs_confirmation', array['confirmed', 'pending_parse']),
    ('profile_review', 'confirmed', array['pending_parse']),
    ('practice', '(new)', array['pending']),
    ('practice', 'pending', array['in_progress']),
    ('practice', 'in_progress', array['completed']),
    ('deletion_request', '(new)', array['pending']),
    ('deletion_request', 'pending', array['processing']),
    ('deletion_request', 'processing', array['completed', 'failed']),
    ('deletion_request', 'failed', array['processing']),
    ('export', '(new)', array['pending']),
    ('export', 'pending', array['processing']),
    ('export', 'processing', array['completed', 'failed']),
    ('export', 'failed', array['processing']),
    ('export', 'completed', array['expired'])
) as moves (machine, from_state, to_states);

-- An application is the one machine in which it matters who moves.
insert into private.state_transitions (machine, from_state, to_state, movers, reason_required)
values
  ('application', '(new)', 'applied', null, false),
  ('application', 'applied', 'screening', array['recruiter'], false),
  ('application', 'applied', 'invited', array['recruiter', 'system'], false),
  ('application', 'screening', 'invited', array['recruiter', 'system'], false),
  ('application', 'invited', 'screening', array['recruiter', 'system'], false),
  ('application', 'interviewing', 'screening', array['recruiter', 'system'], false),
  ('application', 'invited', 'interviewing', array['system'], false),
  ('application', 'interviewing', 'interviewed', array['system'], false),
  ('application', 'interviewed', 'scoring', array['system'], false),
  ('application', 'scoring', 'reviewed', array['system'], false),
  ('application', 'scoring', 'interviewed', array['system'], false),
  ('application', 'interviewed', 'invited', array['recruiter'], true),
  ('application', 'reviewed', 'invited', array['recruiter'], true),
  ('application', 'reviewed', 'shortlisted', array['recruiter'], false),
  ('application', 'shortlisted', 'reviewed', array['recruiter'], false),
  ('application', 'shortlisted', 'offered', array['recruiter'], false),
  ('application', 'offered', 'hired', array['recruiter'], false);

insert into private.state_transitions (machine, from_state, to_state, movers, reason_required)
select 'application', opened.state, ended.state, ended.movers, true
from
  unnest(
    array[
      'applied', 'screening', 'invited', 'interviewing', 'interviewed', 'scoring', 'reviewed',
      'shortlisted', 'offered'
    ]
  ) as opened (state)
cross join (
  values
    ('rejected', array['recruiter']),
    ('archived', array['candidate', 'recruiter'])
) as ended (state, movers);

-- Arguments: the machine, the column that holds its state. Refuses what the table does not list:
-- 400 for an interview, 409 for everything else.
create function private.guard_status()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  was text := '(new)';
  becomes text := coalesce(to_jsonb(new) ->> tg_argv[1], '(new)');
  refused text;
begin
  if tg_op = 'UPDATE' then
    was := coalesce(to_jsonb(old) ->> tg_argv[1], '(new)');
  end if;
  if was = becomes or exists (
    select from private.state_transitions as move
    where move.machine = tg_argv[0] and move.from_state = was and move.to_state = becomes
  ) then
    return new;
  end if;
  refused := tg_argv[0] || ': ' || was || ' -> ' || becomes;
  if tg_argv[0] = 'interview' then
    perform private.fail(400, 'invalid_interview_state', refused);
  end if;
  perform private.fail(409, 'invalid_transition', refused);
  return null;
end
$$;

revoke all on function private.guard_status() from public;

-- The shortest way from one state to another, without its start; empty when they are the same,
-- null when there is none. Events come late and in any order: a move that only confirms what is
-- already past has no way, and is then ignored.
create function private.path_between(in_machine text, from_state text, to_state text)
returns text[]
language sql
stable
security definer
set search_path = ''
as $$
  with recursive walk (state, path) as (
    select from_state, array[]::text[]
    union all
    select move.to_state, walk.path || move.to_state
    from walk
    join private.state_transitions as move
      on move.machine = in_machine
      and move.from_state = walk.state
      and move.to_state <> all (walk.path)
      and move.to_state <> path_between.from_state
    where walk.state <> path_between.to_state
  )
  select walk.path
  from walk
  where walk.state = path_between.to_state
  order by cardinality(walk.path)
  limit 1
$$;

revoke all on function private.path_between(text, text, text) from public;

-- ---------------------------------------------------------------------------------------------
-- Guards that tables share
-- ---------------------------------------------------------------------------------------------

create function private.touch_updated_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := clock_timestamp();
  return new;
end
$$;

revoke all on function private.touch_updated_at() from public;

-- Erasure is two things at once: the setting, and running as the owner of the table, which no
-- caller of the API is. Only the erasing functions set it, and only for their own transaction.
create function private.erasing(owner_of oid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select coalesce(current_setting('talenti.erasure', true), '') = 'on'
    and current_user = (
      select pg_get_userbyid(relation.relowner)
      from pg_class as relation
      where relation.oid = owner_of
    )
$$;

revoke all on function private.erasing(oid) from public;
grant execute on function private.erasing(oid) to authenticated, service_role;

-- Arguments: columns that may still be set once, from null. Everything else stays as written.
create function private.guard_append_only()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'TRUNCATE' then
    perform private.fail(409, 'conflict', tg_table_name || ' is append-only');
  end if;
  if private.erasing(tg_relid) then
    return coalesce(new, old);
  end if;
  if tg_op = 'UPDATE' and tg_nargs > 0 then
    if to_jsonb(new) - tg_argv = to_jsonb(old) - tg_argv and not exists (
      select from unnest(tg_argv) as late (name)
      where to_jsonb(old) -> late.name <> 'null'::jsonb
        and to_jsonb(old) -> late.name <> to_jsonb(new) -> late.name
    ) then
      return new;
    end if;
  end if;
  perform private.fail(409, 'conflict', tg_table_name || ' is append-only');
  return null;
end
$$;

revoke all on function private.guard_append_only() from public;

-- ---------------------------------------------------------------------------------------------
-- The vocabulary of audit actions and domain events
-- ---------------------------------------------------------------------------------------------

create table private.event_types (
  name text primary key check (name ~ '^[a-z_]+\.[a-z_]+$')
);

alter table private.event_types enable row level security;

insert into private.event_types (name)
select vocabulary.entity || '.' || unnest(vocabulary.actions)
from (
  values
    ('auth', array['account_claimed', 'access_denied']),
    ('organisation', array['created', 'updated', 'retention_changed', 'environment_updated']),
    ('member', array['added', 'role_changed', 'removed']),
    ('job_role', array['created', 'updated', 'status_changed', 'rubric_updated', 'deleted']),
    ('application', array['created', 'status_changed', 'rejected', 'withdrawn']),
    (
      'candidate',
      array[
        'cv_uploaded', 'cv_parsed', 'cv_viewed', 'profile_prefilled', 'profile_updated',
        'profile_confirmed', 'visibility_changed'
      ]
    ),
    (
      'invitation',
      array['created', 'sent', 'resent', 'opened', 'claimed', 'revoked', 'bounced', 'expired']
    ),
    (
      'interview',
      array['scheduled', 'started', 'resumed', 'completed', 'cancelled', 'expired', 'degraded']
    ),
    ('consent', array['granted', 'withdrawn']),
    ('transcript', array['viewed', 'exported']),
    ('report', array['viewed', 'exported']),
    ('recording', array['started', 'stopped', 'completed', 'failed', 'downloaded', 'deleted']),
    ('scoring', array['requested']),
    ('score', array['completed', 'failed', 'reviewed', 'overridden']),
    ('shortlist', array['generated']),
    ('decision', array['evaluated', 'reviewed']),
    ('outcome', array['recorded']),
    (
      'resume_batch',
      array['created', 'processing_requested', 'item_parsed', 'item_reviewed', 'invite_requested']
    ),
    (
      'privacy',
      array[
        'export_requested', 'export_completed', 'deletion_requested', 'deletion_completed',
        'deletion_failed'
      ]
    ),
    ('retention', array['purged']),
    ('audit', array['exported'])
) as vocabulary (entity, actions);
