-- Why: admins change their organisation, its members and its roles with their own token, and may do
-- so past our API. The row and its trace are one transaction. And what an organisation may decide
-- for all of its interviews gets a place.

alter table public.organisations
add column time_zone text not null default 'Australia/Sydney' check (char_length(time_zone) <= 64),
add column languages text[] not null default '{en-AU}' check (
  cardinality(languages) between 1 and 10 and char_length(array_to_string(languages, '')) <= 200
),
add column consent_text_version text check (char_length(consent_text_version) between 1 and 50);

grant update (time_zone, languages, consent_text_version) on public.organisations to authenticated;

create function private.guard_time_zone()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if not exists (select from pg_catalog.pg_timezone_names as zone where zone.name = new.time_zone) then
    perform private.fail(422, 'validation_error', 'time_zone');
  end if;
  return new;
end
$$;

revoke all on function private.guard_time_zone() from public;

create trigger guard_time_zone before insert or update of time_zone on public.organisations
for each row execute function private.guard_time_zone();

-- ---------------------------------------------------------------------------------------------
-- Traces. Who acts is the person of the token, or the one whom a function names that acts for
-- them; a change without a person is the service's, whose functions leave their own traces.
-- ---------------------------------------------------------------------------------------------

create function private.acting_person()
returns uuid
language sql
stable
set search_path = ''
as $$
  select coalesce((select auth.uid()), nullif(current_setting('talenti.acting_person', true), '')::uuid)
$$;

-- Fields that differ between two rows, in alphabetical order.
create function private.changed_fields(was jsonb, becomes jsonb, ignored text[])
returns text[]
language sql
immutable
set search_path = ''
as $$
  select coalesce(array_agg(field.key order by field.key), '{}')
  from jsonb_each(becomes) as field
  where field.value is distinct from was -> field.key and field.key <> all (ignored)
$$;

create function private.tell_organisation_change()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  person uuid := private.acting_person();
  fields text[] := private.changed_fields(
    to_jsonb(old), to_jsonb(new), array['updated_at', 'recording_retention_days']
  );
begin
  if person is null then
    return null;
  end if;
  if new.recording_retention_days is distinct from old.recording_retention_days then
    perform private.record(
      'organisation.retention_changed', 'organisation', new.id, new.id, person,
      jsonb_build_object('from', old.recording_retention_days, 'to', new.recording_retention_days)
    );
  end if;
  if fields <> '{}' then
    perform private.record(
      'organisation.updated', 'organisation', new.id, new.id, person, jsonb_build_object('fields', fields)
    );
  end if;
  return null;
end
$$;

create function private.tell_member_change()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  person uuid := private.acting_person();
  member public.org_users := coalesce(new, old);
begin
  if person is null then
    return null;
  end if;
  case tg_op
    when 'INSERT' then
      perform private.record(
        'member.added', 'member', member.user_id, member.organisation_id, person,
        jsonb_build_object('role', new.role)
      );
    when 'DELETE' then
      perform private.record(
        'member.removed', 'member', member.user_id, member.organisation_id, person,
        jsonb_build_object('role', old.role)
      );
    else
      if new.role <> old.role then
        perform private.record(
          'member.role_changed', 'member', member.user_id, member.organisation_id, person,
          jsonb_build_object('from', old.role, 'to', new.role)
        );
      end if;
  end case;
  return null;
end
$$;

revoke all on function private.acting_person() from public;
revoke all on function private.changed_fields(jsonb, jsonb, text[]) from public;
revoke all on function private.tell_organisation_change() from public;
revoke all on function private.tell_member_change() from public;

create trigger tell_change after update on public.organisations
for each row execute function private.tell_organisation_change();
create trigger tell_change after insert or update or delete on public.org_users
for each row execute function private.tell_member_change();

-- ---------------------------------------------------------------------------------------------
-- Reading
-- ---------------------------------------------------------------------------------------------

-- Members with their addresses, which the identity service keeps.
create view public.organisation_members
with (security_barrier = true) as
select
  member.id,
  member.organisation_id,
  member.user_id,
  person.email::text as email,
  member.role,
  member.created_at,
  member.updated_at
from public.org_users as member
join auth.users as person on person.id = member.user_id
where member.organisation_id = any (array(select private.viewed_organisations()));

revoke all on public.organisation_members from public, anon, authenticated, service_role;
grant select on public.organisation_members to authenticated;

create function public.organisation_stats(organisation_id uuid, caller_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_role(
    organisation_stats.organisation_id, caller_id,
    array['org_viewer', 'org_recruiter', 'org_admin'], 'organisation'
  );
  return (
    with roles as (
      select job_role.id, job_role.status
      from public.job_roles as job_role
      where job_role.organisation_id = organisation_stats.organisation_id
    ),
    candidacies as (
      select application.id, application.candidate_id, application.match_score
      from public.applications as application
      where application.job_role_id in (select roles.id from roles)
    ),
    talks as (
      select interview.id
      from public.interviews as interview
      where interview.application_id in (select candidacies.id from candidacies)
        and interview.status = 'completed'
    )
    select jsonb_build_object(
      'active_roles', (select count(*) from roles where roles.status = 'active'),
      'total_candidates', (select count(distinct candidacies.candidate_id) from candidacies),
      'completed_interviews', (select count(*) from talks),
      'average_match_score', (select round(avg(candidacies.match_score), 1) from candidacies),
      'average_overall_score', (
        select round(avg(score.overall_score), 1)
        from public.interview_scores as score
        where score.is_current and score.interview_id in (select talks.id from talks)
      )
    )
  );
end
$$;

revoke all on function public.organisation_stats(uuid, uuid) from public;
grant execute on function public.organisation_stats(uuid, uuid) to service_role;
