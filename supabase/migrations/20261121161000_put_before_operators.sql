-- Why: what no workflow can help any more must be seen by a person, and stay seen until somebody has
-- done something about it. And somebody has to be allowed to: a right over the platform, which no
-- organisation gives and no call of the API grants.

alter table public.user_roles drop constraint user_roles_role_check;
alter table public.user_roles add constraint user_roles_role_check check (
  role in ('org_admin', 'org_recruiter', 'org_viewer', 'candidate', 'platform_operator')
);

insert into private.event_types (name)
values ('attention.retried'), ('attention.resolved'), ('reconciliation.requested');

-- One open row for each thing. reason and resolution are stable words, never anybody's text.
create table public.workflow_attention (
  id uuid primary key default gen_random_uuid(),
  subject text not null check (subject in ('interview', 'score_run', 'recording', 'file', 'invitation')),
  subject_id uuid not null,
  instance_id text not null check (char_length(instance_id) between 1 and 200),
  reason text not null check (reason ~ '^[a-z][a-z0-9_]{0,99}$'),
  attempts integer not null check (attempts >= 1),
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  resolved_at timestamptz,
  resolution text check (resolution in ('went_on', 'retried', 'settled', 'accepted')),
  resolved_by uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check ((resolved_at is null) = (resolution is null))
);

create unique index workflow_attention_one_open_idx on public.workflow_attention (subject, subject_id)
where resolved_at is null;
create index workflow_attention_subject_idx on public.workflow_attention (subject, subject_id, last_seen_at);
create index workflow_attention_seen_idx on public.workflow_attention (first_seen_at desc, id desc);

create trigger touch_updated_at before update on public.workflow_attention
for each row execute function private.touch_updated_at();

alter table public.workflow_attention enable row level security;
revoke all on public.workflow_attention from public, anon, authenticated, service_role;
grant select on public.workflow_attention to service_role;
create policy service_only on public.workflow_attention for select to service_role using (true);

-- Said again, it is the same row, seen later. attempts counts how often it was put here, one more
-- after each time that somebody had it tried again.
create function public.park_workflow(subject text, subject_id uuid, instance_id text, reason text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  kept public.workflow_attention;
begin
  update public.workflow_attention as known
  set
    last_seen_at = clock_timestamp(),
    instance_id = park_workflow.instance_id,
    reason = park_workflow.reason
  where known.subject = park_workflow.subject
    and known.subject_id = park_workflow.subject_id
    and known.resolved_at is null
  returning * into kept;
  if found then
    return to_jsonb(kept) || jsonb_build_object('opened', false);
  end if;
  insert into public.workflow_attention (subject, subject_id, instance_id, reason, attempts)
  select
    park_workflow.subject, park_workflow.subject_id, park_workflow.instance_id, park_workflow.reason,
    1 + count(*)
  from public.workflow_attention as earlier
  where earlier.subject = park_workflow.subject
    and earlier.subject_id = park_workflow.subject_id
    and earlier.resolution = 'retried'
  on conflict do nothing
  returning * into kept;
  if kept.id is null then -- somebody else was quicker by a moment
    return public.park_workflow(subject, subject_id, instance_id, reason);
  end if;
  return to_jsonb(kept) || jsonb_build_object('opened', true);
end
$$;

create function public.unpark_workflow(subject text, subject_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.workflow_attention as known
  set resolved_at = clock_timestamp(), resolution = 'went_on'
  where known.subject = unpark_workflow.subject
    and known.subject_id = unpark_workflow.subject_id
    and known.resolved_at is null;
  return found;
end
$$;

create function public.find_attention(attention_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select to_jsonb(kept) from public.workflow_attention as kept where kept.id = attention_id
$$;

-- Newest first. is_open null is both. One more than a page holds tells that there is another.
create function public.list_attention(
  subject text default null,
  reason text default null,
  is_open boolean default null,
  seen_before timestamptz default null,
  id_before uuid default null,
  max_rows integer default 26
)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(to_jsonb(page) order by page.first_seen_at desc, page.id desc), '[]')
  from (
    select kept.*
    from public.workflow_attention as kept
    where (list_attention.subject is null or kept.subject = list_attention.subject)
      and (list_attention.reason is null or kept.reason = list_attention.reason)
      and (is_open is null or (kept.resolved_at is null) = is_open)
      and (seen_before is null or (kept.first_seen_at, kept.id) < (seen_before, id_before))
    order by kept.first_seen_at desc, kept.id desc
    limit least(max_rows, 101)
  ) as page
$$;

create function public.count_attention(
  subject text default null,
  reason text default null,
  is_open boolean default null
)
returns integer
language sql
stable
security definer
set search_path = ''
as $$
  select count(*)::integer
  from public.workflow_attention as kept
  where (count_attention.subject is null or kept.subject = count_attention.subject)
    and (count_attention.reason is null or kept.reason = count_attention.reason)
    and (is_open is null or (kept.resolved_at is null) = is_open)
$$;

-- What an operator decided. The first decision stands; the same one again is given as it is.
create function public.resolve_attention(attention_id uuid, resolution text, caller_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  kept public.workflow_attention;
begin
  select * into kept from public.workflow_attention as known where known.id = attention_id for update;
  if not found then
    perform private.fail(404, 'not_found', 'entry');
  end if;
  if not public.has_role(caller_id, 'platform_operator') then
    perform private.fail(403, 'forbidden', 'entry');
  end if;
  if kept.resolved_at is not null then
    if kept.resolution is distinct from resolve_attention.resolution then
      perform private.fail(409, 'conflict', 'the entry is resolved: ' || kept.resolution);
    end if;
    return to_jsonb(kept);
  end if;
  if coalesce(resolve_attention.resolution, '') not in ('retried', 'settled', 'accepted') then
    perform private.fail(422, 'validation_error', 'resolution');
  end if;
  update public.workflow_attention as known
  set
    resolved_at = clock_timestamp(),
    resolution = resolve_attention.resolution,
    resolved_by = caller_id
  where known.id = kept.id
  returning * into kept;
  perform public.write_audit(
    case kept.resolution when 'retried' then 'attention.retried' else 'attention.resolved' end,
    kept.subject, kept.subject_id, caller_id, null,
    new_values => jsonb_build_object(
      'attention_id', kept.id, 'reason', kept.reason, 'resolution', kept.resolution
    ),
    request_id => private.request_id()
  );
  return to_jsonb(kept);
end
$$;

revoke all on function public.park_workflow(text, uuid, text, text) from public;
revoke all on function public.unpark_workflow(text, uuid) from public;
revoke all on function public.find_attention(uuid) from public;
revoke all on function public.list_attention(text, text, boolean, timestamptz, uuid, integer) from public;
revoke all on function public.count_attention(text, text, boolean) from public;
revoke all on function public.resolve_attention(uuid, text, uuid) from public;
grant execute on function public.park_workflow(text, uuid, text, text) to service_role;
grant execute on function public.unpark_workflow(text, uuid) to service_role;
grant execute on function public.find_attention(uuid) to service_role;
grant execute on function public.list_attention(text, text, boolean, timestamptz, uuid, integer) to service_role;
grant execute on function public.count_attention(text, text, boolean) to service_role;
grant execute on function public.resolve_attention(uuid, text, uuid) to service_role;
