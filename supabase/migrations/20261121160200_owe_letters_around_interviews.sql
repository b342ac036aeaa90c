-- Why: candidates are reminded before an invitation ends and before the time they chose, told how to
-- begin when that time has passed, and thanked. Each letter is owed once, whoever asks for it and
-- how often, and is sent when the pace allows. Before it goes it is asked whether it still holds.

create table public.candidate_letters (
  id uuid primary key default gen_random_uuid(),
  interview_id uuid not null references public.interviews (id) on delete cascade,
  kind text not null check (kind in ('thanks', 'expiring', 'upcoming', 'no_show')),
  -- the moment it is about, so that another moment gets a letter of its own
  about timestamptz not null,
  status text not null default 'owed' check (status in ('owed', 'sent', 'refused', 'dropped')),
  due_at timestamptz not null default clock_timestamp(),
  attempts integer not null default 0 check (attempts >= 0),
  sent_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (interview_id, kind, about)
);

create index candidate_letters_due_idx on public.candidate_letters (due_at, id) where status = 'owed';

create trigger touch_updated_at before update on public.candidate_letters
for each row execute function private.touch_updated_at();

alter table public.candidate_letters enable row level security;

revoke all on public.candidate_letters from public, anon, authenticated, service_role;
grant select on public.candidate_letters to service_role;

create policy service_only on public.candidate_letters for all to service_role using (true) with check (true);

-- Owes a letter; asked again, it is the same one. Null where there is no such interview any more.
create function public.owe_letter(interview_id uuid, kind text, about timestamptz)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  letter_id uuid;
begin
  perform from public.interviews as interview where interview.id = owe_letter.interview_id for key share;
  if not found then
    return null;
  end if;
  insert into public.candidate_letters (interview_id, kind, about)
  values (owe_letter.interview_id, owe_letter.kind, owe_letter.about)
  on conflict do nothing;
  select letter.id into letter_id
  from public.candidate_letters as letter
  where letter.interview_id = owe_letter.interview_id
    and letter.kind = owe_letter.kind
    and letter.about = owe_letter.about;
  return letter_id;
end
$$;

-- Thanks are owed for an interview that was held, and only for one that was.
create function public.owe_thanks(interview_id uuid)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
begin
  return (
    select public.owe_letter(interview.id, 'thanks', interview.ended_at)
    from public.interviews as interview
    where interview.id = owe_thanks.interview_id and interview.status = 'completed'
  );
end
$$;

create function private.letter_holds(letter public.candidate_letters)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  interview public.interviews;
  expires_at timestamptz;
begin
  if letter.created_at < clock_timestamp() - interval '3 days' then
    return false;
  end if;
  select * into interview from public.interviews as kept where kept.id = letter.interview_id;
  if letter.kind = 'thanks' then
    return interview.status = 'completed';
  end if;
  select invitation.expires_at into expires_at
  from public.invitations as invitation
  where invitation.interview_id = interview.id
    and invitation.status not in ('completed', 'expired', 'revoked');
  if interview.status not in ('invited', 'scheduled') or coalesce(expires_at, '-infinity') <= clock_timestamp() then
    return false;
  end if;
  return case letter.kind
    when 'expiring' then expires_at = letter.about
    when 'upcoming' then interview.scheduled_at = letter.about and letter.about > clock_timestamp()
    else interview.scheduled_at = letter.about
  end;
end
$$;

-- The letter that has waited longest, or this one, with all it tells; null when none is due. It is
-- then the caller's until it is due again. What holds no more is dropped on the way.
create function public.claim_candidate_letter(letter_id uuid default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  letter public.candidate_letters;
begin
  loop
    select due.* into letter
    from public.candidate_letters as due
    where due.status = 'owed'
      and due.due_at <= clock_timestamp()
      and (claim_candidate_letter.letter_id is null or due.id = claim_candidate_letter.letter_id)
    order by due.due_at, due.id
    limit 1
    for no key update of due skip locked;
    if not found then
      return null;
    end if;
    exit when private.letter_holds(letter);
    update public.candidate_letters set status = 'dropped' where id = letter.id;
  end loop;
  update public.candidate_letters as claimed
  set
    due_at = clock_timestamp() + least(interval '2 minutes' * power(2, claimed.attempts), interval '1 hour'),
    attempts = claimed.attempts + 1
  where claimed.id = letter.id;
  return (
    select jsonb_build_object(
      'letter_id', letter.id,
      'kind', letter.kind,
      'candidate_email', coalesce(invitation.candidate_email, person.email),
      'first_name', profile.first_name,
      'language', interview.language,
      'role_title', job_role.title,
      'organisation_name', organisation.name,
      'time_zone', organisation.time_zone,
      'scheduled_at', interview.scheduled_at,
      'expires_at', invitation.expires_at,
      'minutes', coalesce((job_role.interview_structure ->> 'duration_minutes')::integer, 15)
    )
    from public.interviews as interview
    join public.applications as application on application.id = interview.application_id
    join public.job_roles as job_role on job_role.id = application.job_role_id
    join public.organisations as organisation on organisation.id = job_role.organisation_id
    left join auth.users as person on person.id = application.candidate_id
    left join public.candidate_profiles as profile on profile.user_id = application.candidate_id
    left join lateral (
      select sent.candidate_email, sent.expires_at
      from public.invitations as sent
      where sent.interview_id = interview.id
      order by sent.created_at desc
      limit 1
    ) as invitation on true
    where interview.id = letter.interview_id
  );
end
$$;

create function public.settle_candidate_letter(letter_id uuid, to_status text)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  if to_status not in ('sent', 'refused') then
    perform private.fail(422, 'validation_error', 'to_status');
  end if;
  update public.candidate_letters
  set status = to_status, sent_at = case when to_status = 'sent' then clock_timestamp() end
  where id = letter_id and status = 'owed';
  return found;
end
$$;

-- ---------------------------------------------------------------------------------------------
-- Watching over an invitation
-- ---------------------------------------------------------------------------------------------

-- The facts by which it is decided what is due; null where there is no such invitation any more.
create function public.watch_invitation(invitation_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'now', clock_timestamp(),
      'is_open', invitation.status not in ('completed', 'expired', 'revoked')
      and interview.status in ('invited', 'scheduled'),
      'interview_id', interview.id,
      'invited_at', invitation.created_at,
      'expires_at', invitation.expires_at,
      'scheduled_at', interview.scheduled_at
    )
    from public.invitations as invitation
    join public.interviews as interview on interview.id = invitation.interview_id
    where invitation.id = watch_invitation.invitation_id
  );
end
$$;

-- One whose time is over. What is moved already, or runs, is left as it is.
create function public.expire_invitation(invitation_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  if not exists (
    select from public.invitations as invitation
    where invitation.id = expire_invitation.invitation_id and invitation.expires_at <= clock_timestamp()
  ) then
    return false;
  end if;
  return private.expire_invitation(expire_invitation.invitation_id);
end
$$;

revoke all on function public.owe_letter(uuid, text, timestamptz) from public;
revoke all on function public.owe_thanks(uuid) from public;
revoke all on function private.letter_holds(public.candidate_letters) from public;
revoke all on function public.claim_candidate_letter(uuid) from public;
revoke all on function public.settle_candidate_letter(uuid, text) from public;
revoke all on function public.watch_invitation(uuid) from public;
revoke all on function public.expire_invitation(uuid) from public;

grant execute on function public.owe_letter(uuid, text, timestamptz) to service_role;
grant execute on function public.owe_thanks(uuid) to service_role;
grant execute on function public.claim_candidate_letter(uuid) to service_role;
grant execute on function public.settle_candidate_letter(uuid, text) to service_role;
grant execute on function public.watch_invitation(uuid) to service_role;
grant execute on function public.expire_invitation(uuid) to service_role;
