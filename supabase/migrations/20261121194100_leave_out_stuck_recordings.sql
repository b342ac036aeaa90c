-- Why: the reconciler compares recordings with their workflows; nobody asks for this list.
drop function public.stuck_recordings(interval, integer);
