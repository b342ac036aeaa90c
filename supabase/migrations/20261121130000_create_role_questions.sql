-- Why: every candidate of a role is asked the same core questions. They are chosen once for what the
-- role says (its fingerprint), kept here, and copied into the plan of each interview. Whoever comes
-- first settles them; a recruiter may change them until somebody was asked.

create table public.job_role_questions (
  id uuid primary key default gen_random_uuid(),
  job_role_id uuid not null references public.job_roles (id) on delete cascade,
  version integer not null check (version >= 1),
  fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
  origin text not null check (origin in ('composed', 'model', 'edited')),
  items jsonb not null check (
    jsonb_typeof(items) = 'array'
    and jsonb_array_length(items) between 1 and 50
    and octet_length(items::text) <= 131072
  ),
  pack_id text check (char_length(pack_id) <= 200),
  pack_version text check (char_length(pack_version) <= 50),
  model_version text check (char_length(model_version) <= 200),
  prompt_version text check (char_length(prompt_version) <= 200),
  content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
  created_by uuid,
  created_at timestamptz not null default now(),
  unique (job_role_id, version)
);

alter table public.job_role_questions enable row level security;
revoke all on public.job_role_questions from public, anon, authenticated, service_role;
grant select on public.job_role_questions to authenticated, service_role;
create policy members_read on public.job_role_questions for select to authenticated
using (job_role_id = any (array(select private.viewed_job_roles())));

-- What is asked, without what a probe is pointed at: candidates of a role differ in probes only.
create function private.core_of(items jsonb)
returns text
language sql
immutable
set search_path = ''
as $$
  select encode(
    sha256(convert_to(
      string_agg((item ->> 'order') || ' ' || (item ->> 'text'), e'\n' order by (item ->> 'order')::integer),
      'utf8'
    )),
    'hex'
  )
  from jsonb_array_elements(items) as item;
$$;

revoke all on function private.core_of(jsonb) from public;

create function private.is_core_used(job_role_id uuid, items jsonb)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from public.applications as application
    join public.interviews as interview on interview.application_id = application.id
    join public.interview_plans as plan on plan.interview_id = interview.id
    where application.job_role_id = is_core_used.job_role_id
      and interview.started_at is not null
      and private.core_of(plan.items) = private.core_of(is_core_used.items)
  );
$$;

revoke all on function private.is_core_used(uuid, jsonb) from public;

-- The current questions of a role, or null: those of the highest version, if the role still says
-- what they were chosen for.
create function public.role_questions(job_role_id uuid, fingerprint text)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found_row public.job_role_questions;
begin
  select * into found_row
  from public.job_role_questions as kept
  where kept.job_role_id = role_questions.job_role_id
  order by kept.version desc
  limit 1;
  if found_row.id is null or found_row.fingerprint <> role_questions.fingerprint then
    return null;
  end if;
  return to_jsonb(found_row)
    || jsonb_build_object('used', private.is_core_used(found_row.job_role_id, found_row.items));
end
$$;

revoke all on function public.role_questions(uuid, text) from public;
grant execute on function public.role_questions(uuid, text) to service_role;

-- questions: {origin, items, content_hash, pack_id?, pack_version?, model_version?, prompt_version?}.
-- Without a caller it is the system: what is there for this fingerprint stays, unless a model worked
-- on it and nobody was asked or edited it yet. With one it is an edit by a recruiter, who names the
-- version that was read. What was asked of somebody stands until the role itself changes.
create function public.keep_role_questions(
  job_role_id uuid,
  fingerprint text,
  questions jsonb,
  caller_id uuid default null,
  expected_version integer default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  job_role public.job_roles;
  current_row public.job_role_questions;
  standing boolean := false;
  used boolean := false;
begin
  select * into job_role
  from public.job_roles as locked
  where locked.id = keep_role_questions.job_role_id
  for no key update;
  if not found then
    perform private.fail(404, 'not_found', 'job role');
  end if;
  if caller_id is not null then
    perform private.require_role(
      job_role.organisation_id, caller_id, array['org_recruiter', 'org_admin'], 'job role'
    );
  end if;
  select * into current_row
  from public.job_role_questions as kept
  where kept.job_role_id = job_role.id
  order by kept.version desc
  limit 1;
  standing := current_row.id is not null and current_row.fingerprint = keep_role_questions.fingerprint;
  used := standing and private.is_core_used(job_role.id, current_row.items);
  if caller_id is null then
    if standing and (used or current_row.origin <> 'composed' or questions ->> 'origin' <> 'model') then
      return to_jsonb(current_row) || jsonb_build_object('kept', false, 'used', used);
    end if;
  else
    if expected_version is not null and expected_version <> coalesce(current_row.version, 0) then
      perform private.fail(409, 'conflict', 'somebody changed the questions first');
    end if;
    if standing and current_row.content_hash = questions ->> 'content_hash' then
      return to_jsonb(current_row) || jsonb_build_object('kept', false, 'used', used);
    end if;
    if used then
      perform private.fail(409, 'conflict', 'the questions stand once a candidate was asked them');
    end if;
  end if;
  insert into public.job_role_questions (
    job_role_id, version, fingerprint, origin, items, pack_id, pack_version, model_version,
    prompt_version, content_hash, created_by
  )
  values (
    job_role.id, coalesce(current_row.version, 0) + 1, keep_role_questions.fingerprint,
    questions ->> 'origin', questions -> 'items', questions ->> 'pack_id', questions ->> 'pack_version',
    questions ->> 'model_version', questions ->> 'prompt_version', questions ->> 'content_hash', caller_id
  )
  returning * into current_row;
  if caller_id is not null then
    perform private.record(
      'job_role.updated', 'job_role', job_role.id, job_role.organisation_id, caller_id,
      jsonb_build_object('fields', jsonb_build_array('questions'), 'version', current_row.version)
    );
  end if;
  return to_jsonb(current_row) || jsonb_build_object('kept', true, 'used', false);
end
$$;

revoke all on function public.keep_role_questions(uuid, text, jsonb, uuid, integer) from public;
grant execute on function public.keep_role_questions(uuid, text, jsonb, uuid, integer) to service_role;

-- Interviews of the role that were not begun: their plans follow a change of the questions.
create function public.unstarted_interviews(job_role_id uuid, max_interviews integer default 500)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(found.id order by found.created_at, found.id), '[]')
  from (
    select interview.id, interview.created_at
    from public.applications as application
    join public.interviews as interview on interview.application_id = application.id
    where application.job_role_id = unstarted_interviews.job_role_id
      and interview.status in ('invited', 'scheduled')
    order by interview.created_at, interview.id
    limit max_interviews
  ) as found;
$$;

revoke all on function public.unstarted_interviews(uuid, integer) from public;
grant execute on function public.unstarted_interviews(uuid, integer) to service_role;

-- What planning needs of a role: what it says about its questions, and nothing of who applies.
create function public.role_brief(job_role_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'job_role_id', job_role.id,
    'title', job_role.title,
    'requirements', job_role.requirements,
    'interview_structure', job_role.interview_structure
  )
  from public.job_roles as job_role
  where job_role.id = role_brief.job_role_id;
$$;

revoke all on function public.role_brief(uuid) from public;
grant execute on function public.role_brief(uuid) to service_role;

-- The same for one interview, with what the candidate can do. Skills only: no names, no employers.
create function public.planning_brief(interview_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'role', public.role_brief(application.job_role_id),
    'status', interview.status,
    'skills', coalesce(
      (
        select jsonb_agg(skill.skill_name order by skill.created_at, skill.id)
        from public.candidate_skills as skill
        where skill.user_id = application.candidate_id
      ),
      '[]'
    )
  )
  from public.interviews as interview
  join public.applications as application on application.id = interview.application_id
  where interview.id = planning_brief.interview_id;
$$;

revoke all on function public.planning_brief(uuid) from public;
grant execute on function public.planning_brief(uuid) to service_role;

-- Who was asked what: the interviews of the role that were begun, newest first.
create function public.role_parity(job_role_id uuid, max_interviews integer default 500)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(to_jsonb(found) order by found.started_at desc, found.interview_id), '[]')
  from (
    select
      interview.id as interview_id,
      interview.application_id,
      interview.status,
      interview.end_reason,
      interview.started_at,
      interview.metadata -> 'asked' as asked,
      coalesce((interview.metadata ->> 'questions_asked')::integer, 0) as questions_asked,
      private.core_of(plan.items) as core,
      (
        select jsonb_agg(
          jsonb_build_object('order', item -> 'order', 'text', item ->> 'text')
          order by (item ->> 'order')::integer
        )
        from jsonb_array_elements(plan.items) as item
      ) as questions
    from public.applications as application
    join public.interviews as interview on interview.application_id = application.id
    join public.interview_plans as plan on plan.interview_id = interview.id
    where application.job_role_id = role_parity.job_role_id and interview.started_at is not null
    order by interview.started_at desc, interview.id
    limit max_interviews
  ) as found;
$$;

revoke all on function public.role_parity(uuid, integer) from public;
grant execute on function public.role_parity(uuid, integer) to service_role;
