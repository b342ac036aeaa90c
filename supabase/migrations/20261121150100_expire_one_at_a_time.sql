-- Why: one run writes into the audit chains of several organisations. Two at once may want the same
-- two chains in opposite order, and the database would end one of them.

create or replace function public.expire_due_invitations(max_invitations integer default 100)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  due uuid;
  all_due uuid[];
  expired integer := 0;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('expire_due_invitations', 0)) then
    return 0; -- somebody is at it
  end if;
  -- All are locked before the first is moved; what somebody works on now is left for the next run.
  all_due := array(
    select invitation.id
    from public.invitations as invitation
    join public.interviews as interview on interview.id = invitation.interview_id
    where invitation.expires_at <= clock_timestamp()
      and invitation.status not in ('completed', 'expired', 'revoked')
      and interview.status <> 'in_progress'
    order by invitation.expires_at
    limit max_invitations
    for no key update of interview, invitation skip locked
  );
  foreach due in array all_due loop
    expired := expired + private.expire_invitation(due)::integer;
  end loop;
  return expired;
end
$$;
