-- Why: the file of a seal is written before it is noted. Whoever is erased between the two leaves no file
-- behind: it is named by where it would be, and may not be there.

create or replace function public.blobs_of_person(user_id uuid)
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
        jsonb_build_object(
          'kind', 'transcript', 'id', seal.id,
          'blob_path', coalesce(seal.blob_path, 'transcripts/' || seal.interview_id || '.json')
        )
        order by seal.id
      ),
      '[]'
    )
    from public.applications as application
    join public.interviews as interview on interview.application_id = application.id
    join public.transcript_seals as seal on seal.interview_id = interview.id
    where application.candidate_id = blobs_of_person.user_id
  );
end
$$;
