-- Why: people change their own profile, skills, education and employment with their own token, and
-- may do so past our API. The row and its trace are one transaction: fields are named, never their
-- content; of the visibility also what it became.

create function private.tell_profile_change()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  person uuid := (select auth.uid());
  fields text[];
  visibility constant text[] := array['profile_visibility', 'visibility_settings'];
begin
  if person is null or person <> new.user_id then
    return null;
  end if;
  fields := array(
    select field.key
    from jsonb_each(to_jsonb(new)) as field
    where field.value is distinct from to_jsonb(old) -> field.key
      and field.key not in ('updated_at', 'paused_at')
    order by field.key
  );
  if fields && visibility then
    perform private.record(
      'candidate.visibility_changed', 'candidate', person, null, person,
      jsonb_build_object('profile_visibility', new.profile_visibility)
    );
  end if;
  if not fields <@ visibility then
    perform private.record(
      'candidate.profile_updated', 'candidate', person, null, person,
      jsonb_build_object('fields', array(select unnest(fields) except select unnest(visibility) order by 1))
    );
  end if;
  return null;
end
$$;

-- Argument: what the rows are called in the profile.
create function private.tell_profile_part_change()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  person uuid := (select auth.uid());
begin
  if person is not null and person = coalesce(new.user_id, old.user_id) then
    perform private.record(
      'candidate.profile_updated', 'candidate', person, null, person,
      jsonb_build_object('fields', jsonb_build_array(tg_argv[0]))
    );
  end if;
  return null;
end
$$;

revoke all on function private.tell_profile_change() from public;
revoke all on function private.tell_profile_part_change() from public;

create trigger tell_change after update on public.candidate_profiles
for each row execute function private.tell_profile_change();
create trigger tell_change after insert or update or delete on public.candidate_skills
for each row execute function private.tell_profile_part_change('skills');
create trigger tell_change after insert or update or delete on public.education
for each row execute function private.tell_profile_part_change('education');
create trigger tell_change after insert or update or delete on public.employment_history
for each row execute function private.tell_profile_part_change('employment');
