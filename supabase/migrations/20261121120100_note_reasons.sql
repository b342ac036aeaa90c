-- Why: who ends or cancels an interview may say why. People of the organisation read it; no state,
-- no score and no audit row depends on it.

create function public.note_reason(interview_id uuid, caller_id uuid, reason text)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  talk private.talk := private.lock_talk(interview_id);
begin
  if talk.id is null or talk.kind <> 'live' then
    perform private.fail(404, 'not_found', 'interview');
  end if;
  if talk.candidate_id <> caller_id and private.role_over_application(talk.application_id, caller_id) is null
  then
    perform private.fail(403, 'forbidden', 'interview');
  end if;
  if coalesce(char_length(reason), 0) not between 1 and 500 then
    perform private.fail(422, 'validation_error', 'reason');
  end if;
  update public.interviews as interview
  set metadata = interview.metadata || jsonb_build_object('reason', note_reason.reason)
  where interview.id = talk.id
    and interview.status in ('completed', 'cancelled')
    and not interview.metadata ? 'reason';
  return found;
end
$$;

revoke all on function public.note_reason(uuid, uuid, text) from public;
grant execute on function public.note_reason(uuid, uuid, text) to service_role;
