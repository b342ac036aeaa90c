-- Why: a file without a status was never taken in by us, and is nobody's CV. What got stuck is found by
-- the comparison of files with their workflows (`files_gaps`), which looks at runs as well.

create or replace function public.current_cv(person_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select private.file_facts(file)
  from public.candidate_profiles as profile
  join public.files as file on file.id = profile.cv_file_id
  where profile.user_id = current_cv.person_id and file.status <> 'removed'
$$;

drop function public.stuck_files(interval, integer);
