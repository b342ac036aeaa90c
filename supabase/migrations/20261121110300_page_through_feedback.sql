-- Why: a list needs a key to go on from. The interview's own id is it; nothing of the run is shown.

create or replace view public.my_feedback
with (security_barrier = true) as
select
  score.interview_id,
  job_role.title as role_title,
  score.candidate_feedback as text,
  score.completed_at as at,
  score.interview_id as id
from public.interview_scores as score
join public.interviews as interview on interview.id = score.interview_id
join public.applications as application on application.id = interview.application_id
join public.job_roles as job_role on job_role.id = application.job_role_id
where score.is_current
  and score.candidate_feedback is not null
  and application.status not in (
    'applied', 'screening', 'invited', 'interviewing', 'interviewed', 'scoring'
  )
  and application.candidate_id = (select auth.uid());
