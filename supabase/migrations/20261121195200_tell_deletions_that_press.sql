-- Why: thirty days are promised. What failed is put before operators, but what one of them has put aside is
-- tried no more, and nobody was reminded of the day.

-- What is not done and was promised for within this time, whatever anybody decided about it.
create function public.pressing_deletions(within interval default interval '7 days')
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(request.id order by request.due_at, request.id), '[]')
  from public.data_deletion_requests as request
  where request.status <> 'completed' and request.due_at < now() + within
$$;

revoke all on function public.pressing_deletions(interval) from public;
grant execute on function public.pressing_deletions(interval) to service_role;
