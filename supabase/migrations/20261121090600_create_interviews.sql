-- Why: the interview itself: its row, its plan, its turns, what was said, and the invitation that
-- leads to it. The transcript is a chain: no row can be changed, left out or put in unnoticed.

create table public.interviews (
  id uuid primary key default gen_random_uuid(),
  application_id uuid not null references public.applications (id) on delete restrict,
  status text not null default 'invited' check (
    status in ('invited', 'scheduled', 'in_progress', 'completed', 'cancelled', 'expired')
  ),
  mode text not null default 'text' check (mode in ('text', 'voice')),
  scheduled_at timestamptz,
  started_at timestamptz,
  ended_at timestamptz,
  last_seen_at timestamptz,
  duration_seconds integer check (duration_seconds >= 0),
  end_reason text check (
    end_reason in (
      'finished', 'ended_by_candidate', 'ended_by_organisation', 'time_up', 'idle', 'disconnected',
      'withdrawn', 'fault'
    )
  ),
  language text not null default 'en-AU' check (language ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  transcript_status text not null default 'initializing' check (
    transcript_status in ('initializing', 'active', 'completed')
  ),
  summary text check (char_length(summary) <= 20000),
  metadata jsonb not null default '{}' check (
    jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 131072
  ),
  instance_id text check (char_length(instance_id) <= 200),
  recording_url text check (recording_url like '/api/v1/recordings/%' and char_length(recording_url) <= 200),
  recording_deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (status not in ('in_progress', 'completed') or started_at is not null),
  check (
    status <> 'completed'
    or (ended_at is not null and ended_at >= started_at and end_reason is not null)
  )
);

create unique index interviews_one_live_idx on public.interviews (application_id)
where status in ('invited', 'scheduled', 'in_progress');
create index interviews_application_id_idx on public.interviews (application_id, created_at desc, id desc);
create index interviews_running_idx on public.interviews (started_at) where status = 'in_progress';

create table public.practice_interviews (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete restrict,
  sample_role_type text not null check (
    sample_role_type in ('software-engineer', 'marketing-manager', 'customer-success')
  ),
  status text not null default 'pending' check (status in ('pending', 'in_progress', 'completed')),
  mode text not null default 'text' check (mode in ('text', 'voice')),
  language text not null default 'en-AU' check (language ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  plan jsonb check (jsonb_typeof(plan) = 'object' and octet_length(plan::text) <= 131072),
  started_at timestamptz,
  ended_at timestamptz,
  last_seen_at timestamptz,
  duration_seconds integer check (duration_seconds >= 0),
  end_reason text check (char_length(end_reason) <= 50),
  summary text check (char_length(summary) <= 20000),
  metadata jsonb not null default '{}' check (
    jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 131072
  ),
  instance_id text check (char_length(instance_id) <= 200),
  feedback jsonb check (jsonb_typeof(feedback) = 'object' and octet_length(feedback::text) <= 65536),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index practice_interviews_list_idx on public.practice_interviews (user_id, created_at desc, id desc);

create table public.interview_plans (
  id uuid primary key default gen_random_uuid(),
  interview_id uuid not null unique references public.interviews (id) on delete restrict,
  version integer not null default 1 check (version >= 1),
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
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table public.invitations (
  id uuid primary key default gen_random_uuid(),
  application_id uuid not null references public.applications (id) on delete restrict,
  interview_id uuid not null references public.interviews (id) on delete restrict,
  token_hash text not null unique check (token_hash ~ '^[0-9a-f]{64}$'),
  status text not null default 'pending' check (
    status in (
      'pending', 'sent', 'delivered', 'opened', 'claimed', 'completed', 'bounced', 'expired', 'revoked'
    )
  ),
  email_template text check (char_length(email_template) <= 200),
  candidate_email text not null check (char_length(candidate_email) between 3 and 320),
  invitation_kind text not null default 'candidate_invite' check (
    invitation_kind in ('candidate_invite', 'prefilled_candidate_invite')
  ),
  claim_required boolean not null default false,
  profile_completion_required boolean not null default false,
  expires_at timestamptz not null,
  sent_at timestamptz,
  delivered_at timestamptz,
  opened_at timestamptz,
  claimed_at timestamptz,
  mail_operation_id text check (char_length(mail_operation_id) <= 200),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create unique index invitations_one_live_idx on public.invitations (interview_id)
where status not in ('completed', 'expired', 'revoked');
create index invitations_application_id_idx on public.invitations (application_id, created_at desc, id desc);
create index invitations_interview_id_idx on public.invitations (interview_id);
create index invitations_due_idx on public.invitations (expires_at)
where status not in ('completed', 'expired', 'revoked');
create index invitations_mail_operation_id_idx on public.invitations (mail_operation_id);

-- One answer and its reply. While a turn is open its lease says for how long nobody else may open
-- another; attempt is the fence: who was overtaken can no longer commit.
create table public.interview_turns (
  id uuid primary key default gen_random_uuid(),
  interview_id uuid references public.interviews (id) on delete restrict,
  practice_interview_id uuid references public.practice_interviews (id) on delete restrict,
  turn_id text not null check (char_length(turn_id) between 1 and 100),
  state text not null default 'open' check (state in ('open', 'committed', 'abandoned')),
  attempt integer not null default 1 check (attempt >= 1),
  lease_expires_at timestamptz not null,
  reply text check (char_length(reply) <= 20000),
  reply_origin text check (reply_origin in ('model', 'plan')),
  degraded boolean not null default false,
  finished boolean not null default false,
  progress jsonb not null default '{}' check (jsonb_typeof(progress) = 'object'),
  usage jsonb not null default '{}' check (
    jsonb_typeof(usage) = 'object' and octet_length(usage::text) <= 8192
  ),
  timings jsonb not null default '{}' check (
    jsonb_typeof(timings) = 'object' and octet_length(timings::text) <= 8192
  ),
  committed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (num_nonnulls(interview_id, practice_interview_id) = 1),
  check (state <> 'committed' or (reply is not null and committed_at is not null)),
  unique (interview_id, turn_id),
  unique (practice_interview_id, turn_id)
);

create unique index interview_turns_one_open_idx on public.interview_turns (interview_id)
where state = 'open';
create unique index interview_turns_one_open_practice_idx on public.interview_turns (practice_interview_id)
where state = 'open';

-- Final pieces of recognised speech, held until the turn they belong to is begun.
create table public.speech_finals (
  id uuid primary key default gen_random_uuid(),
  interview_id uuid references public.interviews (id) on delete restrict,
  practice_interview_id uuid references public.practice_interviews (id) on delete restrict,
  turn_id text not null check (char_length(turn_id) between 1 and 100),
  segment_key text not null check (char_length(segment_key) between 1 and 100),
  sequence integer not null check (sequence >= 1),
  content text not null check (char_length(content) between 1 and 50000),
  start_time_ms integer check (start_time_ms >= 0),
  end_time_ms integer check (end_time_ms >= start_time_ms),
  confidence numeric(4, 3) check (confidence between 0 and 1),
  created_at timestamptz not null default now(),
  check (num_nonnulls(interview_id, practice_interview_id) = 1),
  unique (interview_id, segment_key),
  unique (practice_interview_id, segment_key),
  unique (interview_id, sequence),
  unique (practice_interview_id, sequence)
);

-- content_hash covers content and salt; row_hash covers everything else, content_hash and the row
-- before. So a text can be masked for privacy, its salt with it, and the chain still verifies.
create table public.transcript_segments (
  id uuid primary key default gen_random_uuid(),
  interview_id uuid references public.interviews (id) on delete restrict,
  practice_interview_id uuid references public.practice_interviews (id) on delete restrict,
  sequence integer not null check (sequence >= 1),
  turn_id text check (char_length(turn_id) between 1 and 100),
  speaker text not null check (speaker in ('interviewer', 'candidate')),
  content text not null check (char_length(content) between 1 and 50000),
  start_time_ms integer check (start_time_ms >= 0),
  end_time_ms integer check (end_time_ms >= start_time_ms),
  confidence numeric(4, 3) check (confidence between 0 and 1),
  origin text not null check (origin in ('typed', 'speech', 'model', 'plan')),
  masked_at timestamptz,
  content_salt text,
  content_hash text not null,
  previous_hash text not null,
  row_hash text not null,
  created_at timestamptz not null default now(),
  check (num_nonnulls(interview_id, practice_interview_id) = 1),
  check (origin = 'speech' or confidence is null),
  unique (interview_id, sequence),
  unique (practice_interview_id, sequence)
);

-- Where each chain stands: its lock, its last number, its last hash. A row cut off at the end of a
-- transcript is missed here.
create table private.transcript_heads (
  talk_id uuid primary key,
  last_sequence integer not null default 0,
  last_hash text not null default repeat('0', 64),
  last_final integer not null default 0,
  sealed boolean not null default false
);

create table public.interview_signals (
  id uuid primary key default gen_random_uuid(),
  interview_id uuid not null references public.interviews (id) on delete restrict,
  type text not null check (type in ('tab_switch', 'silence', 'latency', 'copy_paste')),
  occurred_at timestamptz not null,
  duration_ms integer check (duration_ms >= 0),
  received_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);

create index interview_signals_interview_id_idx on public.interview_signals (interview_id, occurred_at);

create trigger touch_updated_at before update on public.interviews
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.practice_interviews
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.interview_plans
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.invitations
for each row execute function private.touch_updated_at();
create trigger touch_updated_at before update on public.interview_turns
for each row execute function private.touch_updated_at();

create trigger guard_new_status before insert on public.interviews
for each row execute function private.guard_status('interview', 'status');
create trigger guard_status before update on public.interviews
for each row when (old.status is distinct from new.status)
execute function private.guard_status('interview', 'status');

create trigger guard_new_transcript before insert on public.interviews
for each row execute function private.guard_status('transcript', 'transcript_status');
create trigger guard_transcript before update on public.interviews
for each row when (old.transcript_status is distinct from new.transcript_status)
execute function private.guard_status('transcript', 'transcript_status');

create trigger guard_new_status before insert on public.practice_interviews
for each row execute function private.guard_status('practice', 'status');
create trigger guard_status before update on public.practice_interviews
for each row when (old.status is distinct from new.status)
execute function private.guard_status('practice', 'status');

create trigger guard_new_status before insert on public.invitations
for each row execute function private.guard_status('invitation', 'status');
create trigger guard_status before update on public.invitations
for each row when (old.status is distinct from new.status)
execute function private.guard_status('invitation', 'status');

create trigger guard_append_only before update or delete on public.transcript_segments
for each row execute function private.guard_append_only();
create trigger guard_truncate before truncate on public.transcript_segments
for each statement execute function private.guard_append_only();

create trigger guard_append_only before update or delete on public.interview_signals
for each row execute function private.guard_append_only();
create trigger guard_truncate before truncate on public.interview_signals
for each statement execute function private.guard_append_only();

-- The plan is what the interview keeps to when everything else fails: it never changes after the
-- start.
create function private.guard_plan()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if private.erasing(tg_relid) then
    return coalesce(new, old);
  end if;
  if tg_op = 'UPDATE' and new.interview_id <> old.interview_id or not exists (
    select from public.interviews as interview
    where interview.id = coalesce(new.interview_id, old.interview_id)
      and interview.status in ('invited', 'scheduled')
  ) then
    perform private.fail(409, 'conflict', 'the plan stands once the interview has started');
  end if;
  return coalesce(new, old);
end
$$;

revoke all on function private.guard_plan() from public;

create trigger guard_plan before update or delete on public.interview_plans
for each row execute function private.guard_plan();

-- ---------------------------------------------------------------------------------------------
-- The transcript's chain
-- ---------------------------------------------------------------------------------------------

create function private.hash_text(content text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select encode(sha256(convert_to(content, 'UTF8')), 'hex')
  );
end
$$;

create function private.hash_segment(segment public.transcript_segments)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
    select private.hash_text(
      jsonb_build_array(
        segment.previous_hash, segment.id, segment.interview_id, segment.practice_interview_id,
        segment.sequence, segment.turn_id, segment.speaker, segment.content_hash, segment.start_time_ms,
        segment.end_time_ms, segment.confidence, segment.origin
      )::text
    )
  );
end
$$;

revoke all on function private.hash_text(text) from public;
revoke all on function private.hash_segment(public.transcript_segments) from public;

-- Hands out the sequence and the hashes, whatever the writer sent: the row of the head is locked,
-- so that parallel writers never repeat or skip a number.
create function private.chain_segment()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  head private.transcript_heads;
  talk uuid := coalesce(new.interview_id, new.practice_interview_id);
begin
  insert into private.transcript_heads (talk_id) values (talk) on conflict do nothing;
  select * into head from private.transcript_heads where talk_id = talk for update;
  if head.sealed then
    perform private.fail(400, 'interview_not_in_progress', 'the transcript is completed');
  end if;
  new.sequence := head.last_sequence + 1;
  new.masked_at := null;
  new.previous_hash := head.last_hash;
  new.content_salt := replace(gen_random_uuid()::text, '-', '');
  new.content_hash := private.hash_text(new.content_salt || new.content);
  new.row_hash := private.hash_segment(new);
  update private.transcript_heads
  set last_sequence = new.sequence, last_hash = new.row_hash
  where talk_id = talk;
  if new.sequence = 1 then
    update public.interviews
    set transcript_status = 'active'
    where id = new.interview_id and transcript_status = 'initializing';
  end if;
  return new;
end
$$;

revoke all on function private.chain_segment() from public;

create trigger chain_segment before insert on public.transcript_segments
for each row execute function private.chain_segment();

-- ---------------------------------------------------------------------------------------------
-- Row sets
-- ---------------------------------------------------------------------------------------------

create function private.own_interviews()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select interview.id
  from public.interviews as interview
  where interview.application_id = any (array(select private.own_applications()))
$$;

create function private.viewed_interviews()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select interview.id
  from public.interviews as interview
  where interview.application_id = any (array(select private.viewed_applications()))
$$;

create function private.recruited_interviews()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select interview.id
  from public.interviews as interview
  where interview.application_id = any (array(select private.recruited_applications()))
$$;

create function private.visible_interviews()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select private.own_interviews()
  union all
  select private.viewed_interviews()
$$;

create function private.own_practice_interviews()
returns setof uuid
language sql
stable
security definer
set search_path = ''
as $$
  select practice.id
  from public.practice_interviews as practice
  where practice.user_id = (select auth.uid())
$$;

revoke all on function private.own_interviews() from public;
revoke all on function private.viewed_interviews() from public;
revoke all on function private.recruited_interviews() from public;
revoke all on function private.visible_interviews() from public;
revoke all on function private.own_practice_interviews() from public;
grant execute on function private.own_interviews() to authenticated;
grant execute on function private.viewed_interviews() to authenticated;
grant execute on function private.recruited_interviews() to authenticated;
grant execute on function private.visible_interviews() to authenticated;
grant execute on function private.own_practice_interviews() to authenticated;

-- ---------------------------------------------------------------------------------------------
-- Rights. Candidates read my_interviews: the table holds the summary and the inner progress.
-- Turns, held finals and chain heads are the engine's own.
-- ---------------------------------------------------------------------------------------------

alter table public.interviews enable row level security;
alter table public.practice_interviews enable row level security;
alter table public.interview_plans enable row level security;
alter table public.invitations enable row level security;
alter table public.interview_turns enable row level security;
alter table public.speech_finals enable row level security;
alter table public.transcript_segments enable row level security;
alter table public.interview_signals enable row level security;
alter table private.transcript_heads enable row level security;

revoke all on
  public.interviews, public.practice_interviews, public.interview_plans, public.invitations,
  public.interview_turns, public.speech_finals, public.transcript_segments, public.interview_signals
from public, anon, authenticated, service_role;

grant select on public.interviews, public.interview_plans, public.interview_signals to authenticated;
grant select (
  id, user_id, sample_role_type, status, mode, language, started_at, ended_at, duration_seconds,
  end_reason, feedback, created_at, updated_at
), insert (id, user_id, sample_role_type) on public.practice_interviews to authenticated;
grant select (
  id, application_id, interview_id, status, candidate_email, invitation_kind, claim_required,
  profile_completion_required, expires_at, sent_at, delivered_at, opened_at, claimed_at, created_at,
  updated_at
) on public.invitations to authenticated;
grant select (
  id, interview_id, practice_interview_id, sequence, turn_id, speaker, content, start_time_ms,
  end_time_ms, confidence, origin, masked_at, row_hash, created_at
) on public.transcript_segments to authenticated;

grant select, insert, update, delete on
  public.interviews, public.practice_interviews, public.interview_plans, public.invitations
to service_role;
grant select, delete on public.interview_turns, public.speech_finals to service_role;
grant select, insert on public.transcript_segments, public.interview_signals to service_role;

create policy members_read on public.interviews for select to authenticated
using (id = any (array(select private.viewed_interviews())));

create policy own_read on public.practice_interviews for select to authenticated
using (user_id = (select auth.uid()));
create policy own_create on public.practice_interviews for insert to authenticated
with check (user_id = (select auth.uid()));

create policy members_read on public.interview_plans for select to authenticated
using (interview_id = any (array(select private.viewed_interviews())));

create policy parties_read on public.invitations for select to authenticated
using (interview_id = any (array(select private.visible_interviews())));

create policy service_only on public.interview_turns for all to service_role using (true) with check (true);
create policy service_only on public.speech_finals for all to service_role using (true) with check (true);

create policy parties_read on public.transcript_segments for select to authenticated
using (interview_id = any (array(select private.visible_interviews())));
create policy own_practice_read on public.transcript_segments for select to authenticated
using (practice_interview_id = any (array(select private.own_practice_interviews())));

create policy recruiters_read on public.interview_signals for select to authenticated
using (interview_id = any (array(select private.recruited_interviews())));

create view public.my_interviews
with (security_barrier = true) as
select
  interview.id,
  interview.application_id,
  interview.status,
  interview.mode,
  interview.scheduled_at,
  interview.started_at,
  interview.ended_at,
  interview.duration_seconds,
  interview.end_reason,
  interview.language,
  interview.transcript_status,
  interview.metadata ->> 'phase' as phase,
  coalesce((interview.metadata ->> 'questions_asked')::integer, 0) as questions_asked,
  interview.recording_deleted_at,
  interview.created_at,
  interview.updated_at
from public.interviews as interview
where interview.application_id = any (array(select private.own_applications()));

-- The interview is unlocked when the application is open, claimed if it has to be, and the profile
-- confirmed if it has to be; all of it by the invitation that is in force.
create view public.my_applications
with (security_barrier = true) as
select
  application.id,
  application.job_role_id,
  application.candidate_id,
  application.status,
  application.cover_letter,
  application.source,
  application.profile_review_status,
  application.profile_confirmed_at,
  live.id as interview_id,
  live.status as interview_status,
  invitation.id as invitation_id,
  invitation.status as invitation_status,
  invitation.expires_at as invitation_expires_at,
  application.status not in ('hired', 'rejected', 'archived')
  and (not coalesce(invitation.claim_required, false) or invitation.claimed_at is not null)
  and (
    not coalesce(invitation.profile_completion_required, false)
    or coalesce(profile.profile_review_status, '') = 'confirmed'
  ) as interview_unlocked,
  application.created_at,
  application.updated_at
from public.applications as application
left join public.interviews as live
  on live.application_id = application.id and live.status in ('invited', 'scheduled', 'in_progress')
left join public.invitations as invitation
  on invitation.interview_id = live.id and invitation.status not in ('completed', 'expired', 'revoked')
left join public.candidate_profiles as profile on profile.user_id = application.candidate_id
where application.candidate_id = (select auth.uid());

revoke all on public.my_interviews, public.my_applications from public, anon, authenticated, service_role;
grant select on public.my_interviews, public.my_applications to authenticated;
