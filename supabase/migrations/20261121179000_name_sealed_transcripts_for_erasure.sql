-- Why: the file of a sealed transcript holds what somebody said. Whatever else is to be deleted of a
-- person is named as before.

alter function public.blobs_of_person(uuid) set schema private;

create function public.blobs_of_person(user_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return private.blobs_of_person(blobs_of_person.user_id) || (
    select coalesce(
      jsonb_agg(
        jsonb_build_object('kind', 'transcript', 'id', seal.id, 'blob_path', seal.blob_path)
        order by seal.id
      ),
      '[]'
    )
    from public.applications as application
    join public.interviews as interview on interview.application_id = application.id
    join public.transcript_seals as seal on seal.interview_id = interview.id
    where application.candidate_id = blobs_of_person.user_id and seal.blob_path is not null
  );
end
$$;

revoke all on function private.blobs_of_person(uuid) from service_role;
revoke all on function public.blobs_of_person(uuid) from public;
grant execute on function public.blobs_of_person(uuid) to service_role;
