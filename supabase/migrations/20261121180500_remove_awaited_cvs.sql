-- Why: who removes their CV removes what they have sent and nobody has received yet as well: else it would
-- become their CV a moment later.

insert into private.state_transitions (machine, from_state, to_state)
values ('file', 'awaiting_upload', 'removed');

-- What has to be gone from storage before `remove_cv`: every CV of the person that has arrived or may.
create or replace function public.cvs_of_person(person_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(private.file_facts(file) order by file.uploaded_at, file.created_at, file.id), '[]')
  from public.files as file
  where file.user_id = cvs_of_person.person_id
    and file.purpose = 'candidate_cv'
    and file.status <> 'removed'
$$;

-- As before, and those that are awaited: what comes by their links is no CV any more.
create or replace function public.remove_cv(person_id uuid, file_ids uuid[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  profile public.candidate_profiles;
  removed integer;
begin
  profile := private.lock_profile(person_id);
  update public.files as file
  set status = 'removed', status_reason = null, original_name = null
  where file.user_id = person_id
    and file.id = any (file_ids)
    and file.purpose = 'candidate_cv'
    and file.status <> 'removed';
  get diagnostics removed = row_count;
  if profile.cv_file_id = any (file_ids) then
    update public.candidate_profiles
    set cv_file_id = null, cv_file_path = null, cv_uploaded_at = null
    where id = profile.id;
    if profile.profile_review_status = 'pending_parse' then
      perform private.review_profile(profile.id, 'needs_confirmation');
    end if;
  end if;
  return to_jsonb(removed);
end
$$;
