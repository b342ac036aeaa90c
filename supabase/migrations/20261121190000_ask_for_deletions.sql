-- Why: whoever asks is promised a day, and what was asked leaves its trace, whichever way it comes. And
-- somebody who is being deleted, or is gone, brings nothing back with a token that still lives.

alter table public.data_deletion_requests
add column due_at timestamptz not null default now() + interval '30 days';

create function private.tell_deletion_request()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.user_id is not null then
    perform private.record(
      'privacy.deletion_requested', 'deletion_request', new.id, null, new.user_id,
      jsonb_build_object('request_type', new.request_type)
    );
  end if;
  return null;
end
$$;

create trigger tell_deletion_request after insert on public.data_deletion_requests
for each row execute function private.tell_deletion_request();

-- An organisation is not left without an admin; whoever is the last hands it over first.
create function private.guard_deletion_request()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if not exists (select from auth.users as person where person.id = new.user_id) then
    perform private.fail(401, 'unauthorized', 'this account is gone');
  end if;
  if new.request_type = 'full_deletion' and exists (
    select from public.org_users as member
    where member.user_id = new.user_id
      and member.role = 'org_admin'
      and not exists (
        select from public.org_users as other
        where other.organisation_id = member.organisation_id
          and other.role = 'org_admin'
          and other.user_id <> member.user_id
      )
  ) then
    perform private.fail(409, 'conflict', 'you are the last admin of an organisation: name another one first');
  end if;
  return new;
end
$$;

create trigger guard_person before insert on public.data_deletion_requests
for each row when (new.user_id is not null) execute function private.guard_deletion_request();

-- For each table by which rows of a person begin: the column is the trigger's argument.
create function private.guard_leaving()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  person uuid := (to_jsonb(new) ->> tg_argv[0])::uuid;
begin
  if person is null then
    return new;
  end if;
  if exists (
    select from public.data_deletion_requests as request
    where request.user_id = person
      and request.request_type = 'full_deletion'
      and request.status in ('processing', 'failed')
  ) then
    perform private.fail(401, 'unauthorized', 'this account is being deleted');
  end if;
  if not exists (select from auth.users as known where known.id = person) then
    perform private.fail(401, 'unauthorized', 'this account is gone');
  end if;
  return new;
end
$$;

create trigger guard_leaving before insert on public.applications
for each row execute function private.guard_leaving('candidate_id');
create trigger guard_leaving before insert on public.practice_interviews
for each row execute function private.guard_leaving('user_id');
create trigger guard_leaving before insert on public.candidate_profiles
for each row execute function private.guard_leaving('user_id');
create trigger guard_leaving before insert on public.candidate_skills
for each row execute function private.guard_leaving('user_id');
create trigger guard_leaving before insert on public.education
for each row execute function private.guard_leaving('user_id');
create trigger guard_leaving before insert on public.employment_history
for each row execute function private.guard_leaving('user_id');
create trigger guard_leaving before insert on public.candidate_dei
for each row execute function private.guard_leaving('user_id');
create trigger guard_leaving before insert on public.files
for each row execute function private.guard_leaving('user_id');
create trigger guard_leaving before insert on public.parsed_profile_snapshots
for each row execute function private.guard_leaving('user_id');
create trigger guard_leaving before insert on public.data_exports
for each row execute function private.guard_leaving('user_id');
create trigger guard_leaving before insert on public.acs_identities
for each row execute function private.guard_leaving('user_id');
create trigger guard_leaving before insert on public.consents
for each row execute function private.guard_leaving('user_id');

revoke all on function private.tell_deletion_request() from public;
revoke all on function private.guard_deletion_request() from public;
revoke all on function private.guard_leaving() from public;
