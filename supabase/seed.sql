-- Why: something to look at and to sign in to on a developer's machine. Never run in production:
-- the password below is known to everyone.
--
-- All people sign in with the password talenti-local-1:
--   admin@redgum.example.org, recruiter@redgum.example.org, viewer@redgum.example.org
--   admin@bluewren.example.org, recruiter@bluewren.example.org, viewer@bluewren.example.org
--   candidate1@example.org to candidate14@example.org, one for each state of an application or an
--   interview, in the order of the list in the last block; newcomer@example.org has done nothing yet.
--   operator@talenti.example.org looks after the platform, and belongs to no organisation.
-- The invitations of candidates 3 and 4 open with the tokens local-invitation-3 and -4.
-- What the workflows would end or score within minutes waits for the operator instead (candidates 5, 6
-- and 7), so that it stays to be looked at: they go on once the operator has them tried again.
--
-- Everything after the people goes through the functions of the backend, so that the seed is a
-- history that could have happened: its states are legal and its chains verify.

-- bcrypt with the smallest cost: the hash protects nothing here.
create function pg_temp.add_person(place integer, address text)
returns uuid
language plpgsql
as $$
declare
  person uuid := ('10000000-0000-4000-8000-' || lpad(place::text, 12, '0'))::uuid;
begin
  insert into auth.users (
    id, aud, role, email, encrypted_password, email_confirmed_at, raw_app_meta_data, raw_user_meta_data
  )
  values (
    person, 'authenticated', 'authenticated', address,
    '$2b$04$Io2edntqZ2t67fFjufckP.8mTLBmPMfdn32J9gHxcNPhxtZGvz5VO', now(),
    '{"provider": "email", "providers": ["email"]}', '{"email_verified": true}'
  );
  insert into auth.identities (id, provider, provider_id, user_id, identity_data)
  values (
    gen_random_uuid(), 'email', person::text, person,
    jsonb_build_object('sub', person, 'email', address, 'email_verified', true, 'phone_verified', false)
  );
  return person;
end
$$;

create function pg_temp.add_organisation(first_place integer, label text, domain text)
returns uuid
language plpgsql
as $$
declare
  admin uuid := pg_temp.add_person(first_place, 'admin@' || domain);
  recruiter uuid := pg_temp.add_person(first_place + 1, 'recruiter@' || domain);
  viewer uuid := pg_temp.add_person(first_place + 2, 'viewer@' || domain);
  organisation uuid;
begin
  organisation := (
    public.create_organisation(
      admin, label, 'A company that exists on this machine only.', 'Software', 'https://' || domain,
      'billing@' || domain, '{"values": ["Own the outcome", "Say what you think", "Learn in the open"]}'
    ) ->> 'id'
  )::uuid;
  insert into public.org_users (organisation_id, user_id, role)
  values (organisation, recruiter, 'org_recruiter'), (organisation, viewer, 'org_viewer');
  return organisation;
end
$$;

create function pg_temp.add_job_role(organisation uuid, recruiter uuid, label text, to_status text)
returns uuid
language plpgsql
as $$
declare
  job_role uuid;
  step text;
begin
  insert into public.job_roles (
    organisation_id, title, description, department, location, work_type, employment_type, industry,
    salary_range_min, salary_range_max, requirements, scoring_rubric, interview_structure, created_by
  )
  values (
    organisation, label, 'Build and run services that people rely on, together with a small team.',
    'Engineering', 'Sydney', 'hybrid', 'full-time', 'Software', 120000, 150000,
    '{
      "technical_skills": ["Python", "PostgreSQL", "Azure"],
      "soft_skills": ["clear writing"],
      "experience_years": 3
    }',
    '{
      "technical_skills": {"weight": 0.4, "label": "Technical skills", "criteria": ["Explains own work"]},
      "communication": {"weight": 0.3, "label": "Communication", "criteria": ["Is easy to follow"]},
      "problem_solving": {"weight": 0.3, "label": "Problem solving", "criteria": ["Finds causes"]}
    }',
    '{"topics": ["Services in production", "Working together"], "question_count": 6, "duration_minutes": 15}',
    recruiter
  )
  returning id into job_role;
  foreach step in array
    case to_status
      when 'draft' then '{}'
      when 'active' then '{active}'
      else array['active', to_status]
    end::text[]
  loop
    perform public.move_job_role(job_role, recruiter, step);
  end loop;
  return job_role;
end
$$;

-- A candidate with a profile, and an application taken to where the list says.
create function pg_temp.add_case(place integer, given_name text, job_role uuid, recruiter uuid, target text)
returns void
language plpgsql
as $$
declare
  address text := 'candidate' || place || '@example.org';
  person uuid := pg_temp.add_person(100 + place, address);
  application uuid;
  invitation jsonb;
  interview uuid;
  run uuid;
  step text;
  answers text[] := array[
    'I have worked on payment services in Python for four years, most of it on PostgreSQL.',
    'We had an outage at night. I traced it to a lock in a migration and wrote the check that finds such locks.',
    'I disagreed with the plan to rewrite it, so I measured the old one first and showed the numbers to the team.'
  ];
  questions text[] := array[
    'Thank you. Tell me about a fault in production that you traced to its cause.',
    'Tell me about a time when you disagreed with a plan. What did you do, and what came of it?',
    'Thank you, that is all from me. People will read this conversation and decide; you will hear in 3 to 5 days.'
  ];
begin
  insert into public.candidate_profiles (
    user_id, first_name, last_name, email, phone, suburb, state, postcode, availability, work_mode, work_rights
  )
  values (
    person, given_name, 'Example', address, '+61 400 000 0' || lpad(place::text, 2, '0'), 'Newtown', 'NSW',
    '2042', '2_weeks', 'hybrid', 'citizen'
  );
  insert into public.candidate_skills (user_id, skill_name, skill_type)
  values (person, 'Python', 'hard'), (person, 'PostgreSQL', 'hard'), (person, 'Clear writing', 'soft');
  insert into public.education (user_id, institution, degree, end_date)
  values (person, 'A university', 'Bachelor of Science', '2019-11-30');
  insert into public.employment_history (user_id, company_name, job_title, start_date, is_current)
  values (person, 'A former company', 'Software engineer', '2020-02-01', true);
  application := (
    public.create_application(person, job_role, 'I would like to work on this.') ->> 'id'
  )::uuid;
  if target = 'applied' then
    return;
  end if;
  perform public.move_application(application, recruiter, 'screening');
  if target = 'screening' then
    return;
  end if;

  invitation := public.create_invitation(
    application, recruiter, encode(sha256(convert_to('local-invitation-' || place, 'UTF8')), 'hex'), address,
    now() + case when target = 'expired' then interval '-1 hour' else interval '7 days' end
  );
  interview := (invitation ->> 'interview_id')::uuid;
  perform public.advance_invitation((invitation ->> 'id')::uuid, 'delivered');
  perform public.save_interview_plan(
    interview,
    jsonb_build_object(
      'items',
      jsonb_build_array(
        jsonb_build_object(
          'order', 1, 'phase', 'introduction', 'source', 'bank', 'max_seconds', 120,
          'text', 'Tell me about the work you have done so far.'
        ),
        jsonb_build_object(
          'order', 2, 'phase', 'technical', 'source', 'bank', 'max_seconds', 180,
          'text', questions[1], 'competency', 'problem_solving'
        ),
        jsonb_build_object(
          'order', 3, 'phase', 'behavioural', 'source', 'bank', 'max_seconds', 180,
          'text', questions[2], 'competency', 'communication'
        )
      ),
      'content_hash', encode(sha256('seed'), 'hex'),
      'prompt_version', 'seed'
    )
  );
  if target = 'invited' then
    return;
  elsif target = 'scheduled' then
    perform public.schedule_interview(interview, person, now() + interval '2 days');
    return;
  elsif target = 'expired' then
    perform public.expire_due_invitations();
    return;
  elsif target = 'withdrawn' then
    perform public.withdraw_application(application, person, 'Found another position');
    return;
  end if;

  perform public.start_interview(
    interview, person,
    'Hello, I am an AI interviewer; people decide. Tell me about the work you have done so far.',
    progress => '{"questions_asked": 1, "phase": "introduction"}'
  );
  for turn in 1..3 loop
    exit when target = 'in_progress' and turn > 1;
    perform public.begin_turn(interview, person, 'turn-' || turn, answers[turn]);
    perform public.commit_turn(
      interview, 'turn-' || turn, 1, jsonb_build_object('text', questions[turn], 'origin', 'plan'),
      jsonb_build_object('questions_asked', least(turn + 1, 3)),
      ends_with => case when turn = 3 then 'finished' end
    );
  end loop;
  if target = 'in_progress' then
    perform public.park_workflow('interview', interview, 'interview-' || interview, 'lifecycle_gave_up');
    return;
  end if;
  update public.interviews as talk
  set started_at = talk.ended_at - interval '11 minutes', duration_seconds = 660
  where talk.id = interview;
  if target = 'interviewed' then
    perform public.park_workflow('interview', interview, 'interview-' || interview, 'scoring_not_requested');
    return;
  end if;

  run := (
    public.request_score_run(
      interview,
      inputs => '{"model_version": "seed", "prompt_version": "seed", "rubric_version": 1}'
    ) ->> 'id'
  )::uuid;
  if target = 'scoring' then
    perform public.park_workflow('score_run', run, 'score-' || interview || '-1', 'scoring_gave_up');
    return;
  end if;
  perform public.save_score_run(
    run,
    jsonb_build_object(
      'status', 'completed',
      'narrative_summary', 'Explains own work with concrete examples and measures before deciding.',
      'candidate_feedback', 'You gave concrete examples and said what came of them. Say more about how you worked with others.',
      'anti_cheat_risk_level', 'low',
      'dimensions',
      (
        select jsonb_agg(
          jsonb_build_object(
            'dimension', part.dimension, 'weight', part.weight, 'score', part.score,
            'evidence', 'Told from own experience.', 'evidence_status', 'verified', 'evidence_confidence', 1,
            'cited_quotes',
            jsonb_build_array(
              jsonb_build_object(
                'quote', segment.content, 'segment_id', segment.id, 'start', 0,
                'end', char_length(segment.content)
              )
            )
          )
        )
        from (
          values ('technical_skills', 0.4, 85, 1), ('communication', 0.3, 80, 3), ('problem_solving', 0.3, 78, 2)
        ) as part (dimension, weight, score, answer)
        join public.transcript_segments as segment
          on segment.interview_id = interview and segment.sequence = part.answer * 2
      )
    )
  );
  foreach step in array
    case target
      when 'shortlisted' then '{shortlisted}'
      when 'offered' then '{shortlisted,offered}'
      when 'hired' then '{shortlisted,offered,hired}'
      when 'rejected' then '{rejected}'
      else '{}'
    end::text[]
  loop
    perform public.move_application(
      application, recruiter, step, case when step = 'rejected' then 'Others fit this role better' end
    );
  end loop;
end
$$;

do $$
declare
  redgum uuid := pg_temp.add_organisation(1, 'Red Gum Software', 'redgum.example.org');
  bluewren uuid := pg_temp.add_organisation(11, 'Blue Wren Health', 'bluewren.example.org');
  recruiter uuid := '10000000-0000-4000-8000-000000000002';
  other_recruiter uuid := '10000000-0000-4000-8000-000000000012';
  engineer uuid := pg_temp.add_job_role(redgum, recruiter, 'Backend engineer', 'active');
  other_role uuid := pg_temp.add_job_role(bluewren, other_recruiter, 'Platform engineer', 'active');
begin
  perform pg_temp.add_job_role(redgum, recruiter, 'Data engineer', 'draft');
  perform pg_temp.add_job_role(redgum, recruiter, 'Site reliability engineer', 'paused');
  perform pg_temp.add_job_role(redgum, recruiter, 'Support engineer', 'closed');
  perform pg_temp.add_person(200, 'newcomer@example.org');
  insert into public.user_roles (user_id, role)
  values (pg_temp.add_person(201, 'operator@talenti.example.org'), 'platform_operator');

  perform pg_temp.add_case(1, 'Ada', engineer, recruiter, 'applied');
  perform pg_temp.add_case(2, 'Bo', engineer, recruiter, 'screening');
  perform pg_temp.add_case(3, 'Cleo', engineer, recruiter, 'invited');
  perform pg_temp.add_case(4, 'Dev', engineer, recruiter, 'scheduled');
  perform pg_temp.add_case(5, 'Eve', engineer, recruiter, 'in_progress');
  perform pg_temp.add_case(6, 'Finn', engineer, recruiter, 'interviewed');
  perform pg_temp.add_case(7, 'Gus', engineer, recruiter, 'scoring');
  perform pg_temp.add_case(8, 'Hana', engineer, recruiter, 'reviewed');
  perform pg_temp.add_case(9, 'Ivo', engineer, recruiter, 'shortlisted');
  perform pg_temp.add_case(10, 'Jun', engineer, recruiter, 'offered');
  perform pg_temp.add_case(11, 'Kit', engineer, recruiter, 'hired');
  perform pg_temp.add_case(12, 'Lou', engineer, recruiter, 'rejected');
  perform pg_temp.add_case(13, 'Mai', engineer, recruiter, 'withdrawn');
  perform pg_temp.add_case(14, 'Noa', other_role, other_recruiter, 'expired');
end
$$;

-- The history above is told already: a publisher that starts on this machine has nothing to do.
update public.domain_events set published_at = now() where published_at is null;

drop function pg_temp.add_case(integer, text, uuid, uuid, text);
drop function pg_temp.add_job_role(uuid, uuid, text, text);
drop function pg_temp.add_organisation(integer, text, text);
drop function pg_temp.add_person(integer, text);
