-- Why: an invitation is watched over by a workflow, which reminds and ends it in time. It may have never
-- begun or not have lasted.

-- Keys: invitation-<interview>. Wanted is every invitation that may still lead to its interview. A watch
-- ends by itself when it next looks, so only an interview that is gone has one too many.
create function public.invitation_gaps(first_id uuid, last_id uuid, live text[], max_rows integer default 500)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with at_it as (
    select run.key, substr(run.key, 12)::uuid as id from unnest(live) as run (key)
  ),
  gaps as (
    (
      select
        'wanted' as standing, invitation.id, 'invitation-' || interview.id as key, invitation.status as state,
        invitation.created_at as since
      from public.interviews as interview
      join lateral (
        select open.id, open.status, open.created_at
        from public.invitations as open
        where open.interview_id = interview.id
          and open.status not in ('completed', 'expired', 'revoked')
          and open.expires_at > now()
        order by open.created_at desc, open.id
        limit 1
      ) as invitation on true
      where interview.id between first_id and last_id
        and interview.status in ('invited', 'scheduled')
        and not exists (select from at_it where at_it.id = interview.id)
      order by since
      limit max_rows
    )
    union all
    select 'unknown', at_it.id, at_it.key, null, null
    from at_it
    where not exists (select from public.interviews as interview where interview.id = at_it.id)
  )
  select coalesce(
    jsonb_agg(
      private.workflow_gap(
        gaps.standing, 'invitation', gaps.id, gaps.key, gaps.state, gaps.since,
        jsonb_build_object('invitation_id', gaps.id)
      )
    ),
    '[]'
  )
  from gaps
$$;

revoke all on function public.invitation_gaps(uuid, uuid, text[], integer) from public;
grant execute on function public.invitation_gaps(uuid, uuid, text[], integer) to service_role;
