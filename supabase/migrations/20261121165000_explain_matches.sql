-- Why: a match says of each requirement whether the CV shows it and where. What was found for a
-- snapshot, the requirements and the versions is kept as it was, so that a score can be explained
-- long after. A row holds places in a text and not a word of it.

create table public.application_matches (
  id uuid primary key default gen_random_uuid(),
  application_id uuid not null references public.applications (id) on delete cascade,
  fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
  score numeric(4, 1) check (score between 0 and 100),
  result jsonb not null check (jsonb_typeof(result) = 'object' and octet_length(result::text) <= 262144),
  created_at timestamptz not null default now(),
  unique (application_id, fingerprint)
);

alter table public.application_matches enable row level security;
revoke all on public.application_matches from public, anon, authenticated, service_role;
grant select on public.application_matches to service_role;
create policy service_only on public.application_matches for select to service_role using (true);

create function public.match_brief(application_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'job_role_id', job_role.id,
    'requirements', job_role.requirements,
    'job_profile', job_role.job_profile
  )
  from public.applications as application
  join public.job_roles as job_role on job_role.id = application.job_role_id
  where application.id = match_brief.application_id
$$;

create function private.take_over_match(kept public.application_matches)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  role_id uuid;
begin
  select application.job_role_id into role_id
  from public.applications as application
  where application.id = kept.application_id and application.match_score is distinct from kept.score;
  if role_id is not null then
    perform public.save_match_scores(
      role_id,
      jsonb_build_array(
        jsonb_build_object('application_id', kept.application_id, 'match_score', kept.score)
      )
    );
  end if;
end
$$;

-- Also makes it the score of the application again, should another have been since: requirements may be
-- changed and changed back.
create function public.kept_match(application_id uuid, fingerprint text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  kept public.application_matches;
begin
  select * into kept
  from public.application_matches as found
  where found.application_id = kept_match.application_id
    and found.fingerprint = kept_match.fingerprint;
  if kept.id is not null then
    perform private.take_over_match(kept);
  end if;
  return kept.result;
end
$$;

-- The first of two who found the same at once stands; the score of the application is its score.
create function public.keep_match(application_id uuid, fingerprint text, score numeric, result jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  kept public.application_matches;
begin
  perform from public.applications as application
  where application.id = keep_match.application_id
  for no key update;
  if not found then
    perform private.fail(404, 'not_found', 'application');
  end if;
  insert into public.application_matches (application_id, fingerprint, score, result)
  values (keep_match.application_id, keep_match.fingerprint, keep_match.score, keep_match.result)
  on conflict on constraint application_matches_application_id_fingerprint_key do nothing;
  select * into kept
  from public.application_matches as found
  where found.application_id = keep_match.application_id
    and found.fingerprint = keep_match.fingerprint;
  perform private.take_over_match(kept);
  return kept.result;
end
$$;

revoke all on function private.take_over_match(public.application_matches) from public;
revoke all on function public.match_brief(uuid) from public;
revoke all on function public.kept_match(uuid, text) from public;
revoke all on function public.keep_match(uuid, text, numeric, jsonb) from public;
grant execute on function public.match_brief(uuid) to service_role;
grant execute on function public.kept_match(uuid, text) to service_role;
grant execute on function public.keep_match(uuid, text, numeric, jsonb) to service_role;
