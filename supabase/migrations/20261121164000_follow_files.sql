-- Why: an uploaded CV has a way: awaited, received, read, or refused on it. Who uploads asks where
-- the file stands, and what got stuck has to be found again. Uploads of one person are in order of
-- their arrival: what is read of an older one never overwrites what a newer one said.

insert into private.state_transitions (machine, from_state, to_state)
select 'file', moves.from_state, unnest(moves.to_states)
from (
  values
    ('(new)', array['awaiting_upload', 'received']),
    ('awaiting_upload', array['received', 'superseded', 'refused', 'failed', 'parked']),
    ('received', array['reading', 'superseded', 'refused', 'failed', 'parked', 'removed']),
    (
      'reading',
      array['parsed', 'scanned_needs_reader', 'superseded', 'refused', 'failed', 'parked', 'removed']
    ),
    ('scanned_needs_reader', array['reading', 'superseded', 'failed', 'parked', 'removed']),
    ('parked', array['received', 'reading', 'superseded', 'refused', 'failed', 'removed']),
    ('parsed', array['removed']),
    ('superseded', array['removed']),
    ('refused', array['removed']),
    ('failed', array['removed'])
) as moves (from_state, to_states);

-- Null for what has no such way: recordings, and what organisations take in.
alter table public.files
add column status text check (
  status in (
    'awaiting_upload', 'received', 'reading', 'parsed', 'scanned_needs_reader', 'superseded', 'refused',
    'failed', 'parked', 'removed'
  )
),
add column status_reason text check (status_reason ~ '^[a-z][a-z_]{0,59}$'),
add column uploaded_at timestamptz;

grant select (status, status_reason, uploaded_at) on public.files to authenticated;

create trigger guard_new_status before insert on public.files
for each row execute function private.guard_status('file', 'status');

create trigger guard_status before update on public.files
for each row when (old.status is distinct from new.status)
execute function private.guard_status('file', 'status');

-- What is under way, for whoever looks for what got stuck.
create index files_under_way_idx on public.files (updated_at)
where status in ('awaiting_upload', 'received', 'reading');

-- What the same parser reads of the same file is kept once, however often it is read.
create unique index parsed_profile_snapshots_reading_key
on public.parsed_profile_snapshots (file_id, parser_version);

create function private.file_facts(file public.files)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'file_id', file.id,
    'user_id', file.user_id,
    'purpose', file.purpose,
    'blob_path', file.blob_path,
    'original_name', file.original_name,
    'content_type', file.content_type,
    'size_bytes', file.size_bytes,
    'status', file.status,
    'status_reason', file.status_reason,
    'created_at', file.created_at,
    'uploaded_at', file.uploaded_at,
    'is_current', exists (
      select from public.candidate_profiles as profile where profile.cv_file_id = file.id
    ),
    'snapshot_id', (
      select snapshot.id
      from public.parsed_profile_snapshots as snapshot
      where snapshot.file_id = file.id
      order by snapshot.created_at desc
      limit 1
    )
  )
$$;

-- Everything that changes a file of a person locks the profile first, then the file.
create function private.lock_profile(person_id uuid)
returns public.candidate_profiles
language plpgsql
security definer
set search_path = ''
as $$
declare
  profile public.candidate_profiles;
begin
  select * into profile
  from public.candidate_profiles as known
  where known.user_id = person_id
  for no key update;
  return profile;
end
$$;

create function private.review_profile(profile_id uuid, status text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  current_status text;
  step text;
begin
  select coalesce(profile_review_status, '(new)') into current_status
  from public.candidate_profiles
  where id = profile_id;
  foreach step in array private.path_between('profile_review', current_status, status)
  loop
    update public.candidate_profiles
    set profile_review_status = step, profile_confirmed_at = null
    where id = profile_id;
  end loop;
end
$$;

create function public.expect_upload(
  file_id uuid, person_id uuid, blob_path text, original_name text, content_type text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  file public.files;
begin
  insert into public.files (id, user_id, purpose, blob_path, original_name, content_type, status)
  values (file_id, person_id, 'candidate_cv', blob_path, original_name, content_type, 'awaiting_upload')
  returning * into file;
  return private.file_facts(file);
end
$$;

create function public.uploaded_file(file_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select private.file_facts(file)
  from public.files as file
  where file.id = uploaded_file.file_id and file.status is not null
$$;

create function public.current_cv(person_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select private.file_facts(file)
  from public.candidate_profiles as profile
  join public.files as file on file.id = profile.cv_file_id
  where profile.user_id = current_cv.person_id and file.status is distinct from 'removed'
$$;

-- A file that has arrived and can be read becomes the CV of its person, unless a newer one did.
-- Told again, it changes nothing.
create function public.take_in_cv(
  file_id uuid,
  person_id uuid,
  blob_path text,
  original_name text,
  content_type text,
  size_bytes bigint,
  sha256 text,
  uploaded_at timestamptz default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  profile public.candidate_profiles;
  file public.files;
  arrived_at timestamptz := coalesce(take_in_cv.uploaded_at, clock_timestamp());
begin
  insert into public.candidate_profiles (user_id, email)
  select person.id, nullif(person.email, '')
  from auth.users as person
  where person.id = person_id
  on conflict (user_id) do nothing;
  profile := private.lock_profile(person_id);
  if profile.id is null then
    perform private.fail(404, 'not_found', 'person');
  end if;
  select * into file from public.files as known where known.id = take_in_cv.file_id for no key update;
  if file.id is null then
    insert into public.files (
      id, user_id, purpose, blob_path, original_name, content_type, size_bytes, sha256, status, uploaded_at
    )
    values (
      take_in_cv.file_id, person_id, 'candidate_cv', take_in_cv.blob_path, take_in_cv.original_name,
      take_in_cv.content_type, take_in_cv.size_bytes, take_in_cv.sha256, 'received', arrived_at
    )
    returning * into file;
  elsif file.user_id is distinct from person_id or file.status is null then
    perform private.fail(404, 'not_found', 'file');
  elsif file.uploaded_at is not null or file.status not in ('awaiting_upload', 'parked') then
    return private.file_facts(file);
  else
    update public.files as known
    set
      blob_path = take_in_cv.blob_path,
      content_type = take_in_cv.content_type,
      size_bytes = take_in_cv.size_bytes,
      sha256 = take_in_cv.sha256,
      status = 'received',
      status_reason = null,
      uploaded_at = arrived_at
    where known.id = file.id
    returning * into file;
  end if;
  if profile.cv_file_id is not null and profile.cv_uploaded_at > arrived_at then
    update public.files as known
    set status = 'superseded', status_reason = 'newer_upload'
    where known.id = file.id
    returning * into file;
    return private.file_facts(file);
  end if;
  update public.files as older
  set status = 'superseded', status_reason = 'newer_upload'
  where older.user_id = person_id
    and older.id <> file.id
    and older.status in ('received', 'reading', 'scanned_needs_reader', 'parked')
    and older.uploaded_at is not null;
  update public.candidate_profiles
  set cv_file_id = file.id, cv_file_path = file.blob_path, cv_uploaded_at = arrived_at
  where id = profile.id;
  perform private.review_profile(profile.id, 'pending_parse');
  perform private.record(
    'candidate.cv_uploaded', 'candidate', person_id, null, person_id,
    jsonb_build_object('file_id', file.id, 'content_type', file.content_type, 'size_bytes', file.size_bytes)
  );
  return private.file_facts(file);
end
$$;

-- Where a file stands by now. What comes late changes nothing: the answer tells how it stands. A
-- profile never waits for a file that will not be read soon.
create function public.settle_file(file_id uuid, status text, reason text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  profile public.candidate_profiles;
  file public.files;
begin
  profile := private.lock_profile(
    (select known.user_id from public.files as known where known.id = settle_file.file_id)
  );
  select * into file from public.files as known where known.id = settle_file.file_id for no key update;
  if file.id is null or file.status is null then
    perform private.fail(404, 'not_found', 'file');
  end if;
  if not exists (
    select from private.state_transitions as move
    where move.machine = 'file' and move.from_state = file.status and move.to_state = settle_file.status
  ) then
    return private.file_facts(file);
  end if;
  update public.files as known
  set status = settle_file.status, status_reason = settle_file.reason
  where known.id = file.id
  returning * into file;
  if profile.cv_file_id = file.id
    and profile.profile_review_status = 'pending_parse'
    and file.status in ('scanned_needs_reader', 'refused', 'failed', 'parked')
  then
    perform private.review_profile(profile.id, 'needs_confirmation');
  end if;
  return private.file_facts(file);
end
$$;

-- What was read, kept once. Null for a file that nobody waits for any more.
create function public.keep_snapshot(
  file_id uuid,
  parser_version text,
  source_kind text,
  data jsonb,
  confidence double precision,
  raw_text text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  file public.files;
  snapshot_id uuid;
begin
  select * into file from public.files as known where known.id = keep_snapshot.file_id for no key update;
  if file.id is null then
    perform private.fail(404, 'not_found', 'file');
  end if;
  select snapshot.id into snapshot_id
  from public.parsed_profile_snapshots as snapshot
  where snapshot.file_id = file.id and snapshot.parser_version = keep_snapshot.parser_version;
  if snapshot_id is null and file.status = 'reading' then
    insert into public.parsed_profile_snapshots (
      user_id, file_id, parser_version, source_kind, data, confidence, raw_text
    )
    values (
      file.user_id, file.id, keep_snapshot.parser_version, keep_snapshot.source_kind, keep_snapshot.data,
      to_jsonb(keep_snapshot.confidence), keep_snapshot.raw_text
    )
    returning id into snapshot_id;
    perform private.record(
      'candidate.cv_parsed', 'candidate', file.user_id, null, file.user_id,
      jsonb_build_object(
        'file_id', file.id, 'snapshot_id', snapshot_id, 'parser_version', keep_snapshot.parser_version,
        'source_kind', keep_snapshot.source_kind
      )
    );
  end if;
  return to_jsonb(snapshot_id);
end
$$;

create function public.profile_snapshot(snapshot_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'snapshot_id', snapshot.id, 'file_id', snapshot.file_id, 'user_id', snapshot.user_id,
    'parser_version', snapshot.parser_version, 'source_kind', snapshot.source_kind,
    'data', snapshot.data, 'raw_text', snapshot.raw_text
  )
  from public.parsed_profile_snapshots as snapshot
  where snapshot.id = profile_snapshot.snapshot_id
$$;

-- Fills in what is empty, and nothing else, in one transaction with what tells of it. The lock on the
-- person holds back who adds a position at this moment: their row is seen, or comes after.
create function public.prefill_profile(
  snapshot_id uuid, fields jsonb, skills jsonb, employment jsonb, education jsonb
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  snapshot public.parsed_profile_snapshots;
  profile public.candidate_profiles;
  file public.files;
  filled text[];
  added_skills integer := 0;
  added_employment integer := 0;
  added_education integer := 0;
begin
  select * into snapshot
  from public.parsed_profile_snapshots as known
  where known.id = prefill_profile.snapshot_id;
  if snapshot.file_id is null or snapshot.user_id is null then
    perform private.fail(404, 'not_found', 'snapshot');
  end if;
  profile := private.lock_profile(snapshot.user_id);
  -- who adds a row of their own holds their account: after the profile, as in all that writes both
  perform from auth.users as person where person.id = snapshot.user_id for update;
  select * into file from public.files as known where known.id = snapshot.file_id for no key update;
  if file.status <> 'reading' or profile.cv_file_id is distinct from file.id then
    return private.file_facts(file);
  end if;
  -- a name is one thing: half of another one is never put beside what the person wrote
  if coalesce(profile.first_name, profile.last_name) is not null then
    fields := fields - array['first_name', 'last_name'];
  end if;
  filled := array(
    select field.key
    from jsonb_each_text(fields) as field
    where field.value is not null
      and field.key = any (
        array[
          'first_name', 'last_name', 'email', 'phone', 'suburb', 'state', 'postcode', 'linkedin_url',
          'portfolio_url'
        ]
      )
      and coalesce(to_jsonb(profile) ->> field.key, '') = ''
    order by field.key
  );
  update public.candidate_profiles
  set
    first_name = case when 'first_name' = any (filled) then fields ->> 'first_name' else first_name end,
    last_name = case when 'last_name' = any (filled) then fields ->> 'last_name' else last_name end,
    email = case when 'email' = any (filled) then fields ->> 'email' else email end,
    phone = case when 'phone' = any (filled) then fields ->> 'phone' else phone end,
    suburb = case when 'suburb' = any (filled) then fields ->> 'suburb' else suburb end,
    state = case when 'state' = any (filled) then fields ->> 'state' else state end,
    postcode = case when 'postcode' = any (filled) then fields ->> 'postcode' else postcode end,
    linkedin_url = case when 'linkedin_url' = any (filled) then fields ->> 'linkedin_url' else linkedin_url end,
    portfolio_url = case
      when 'portfolio_url' = any (filled) then fields ->> 'portfolio_url' else portfolio_url
    end
  where id = profile.id;

  with wanted as (
    select each.skill_name, each.skill_type, each.place
    from rows from (
      jsonb_to_recordset(skills) as (skill_name text, skill_type text)
    ) with ordinality as each (skill_name, skill_type, place)
    where not exists (
      select from public.candidate_skills as own
      where own.user_id = profile.user_id
        and lower(btrim(own.skill_name)) = lower(btrim(each.skill_name))
    )
    order by each.place
    limit greatest(
      0, 20 - (select count(*) from public.candidate_skills as own where own.user_id = profile.user_id)
    )
  )
  insert into public.candidate_skills (user_id, skill_name, skill_type, source)
  select profile.user_id, wanted.skill_name, wanted.skill_type, 'resume_extracted'
  from wanted
  order by wanted.place
  on conflict do nothing;
  get diagnostics added_skills = row_count;

  if not exists (select from public.employment_history as own where own.user_id = profile.user_id) then
    insert into public.employment_history (
      user_id, company_name, job_title, description, start_date, end_date, is_current
    )
    select
      profile.user_id, each.company_name, each.job_title, each.description, each.start_date, each.end_date,
      each.is_current
    from jsonb_to_recordset(employment) as each (
      company_name text, job_title text, description text, start_date date, end_date date, is_current boolean
    )
    limit 3;
    get diagnostics added_employment = row_count;
  end if;
  if not exists (select from public.education as own where own.user_id = profile.user_id) then
    insert into public.education (user_id, institution, degree, field_of_study, start_date, end_date)
    select
      profile.user_id, each.institution, each.degree, each.field_of_study, each.start_date, each.end_date
    from jsonb_to_recordset(education) as each (
      institution text, degree text, field_of_study text, start_date date, end_date date
    )
    limit 2;
    get diagnostics added_education = row_count;
  end if;

  update public.candidate_profiles
  set parsed_snapshot_id = snapshot.id
  where id = profile.id;
  update public.files as known
  set status = 'parsed', status_reason = null
  where known.id = file.id
  returning * into file;
  if cardinality(filled) + added_skills + added_employment + added_education > 0 then
    update public.candidate_profiles
    set profile_prefilled = true, prefill_source = 'resume'
    where id = profile.id;
    -- confirmed meanwhile, but not this: it is asked again
    if profile.profile_review_status = 'confirmed' then
      perform private.review_profile(profile.id, 'pending_parse');
    end if;
    perform private.review_profile(profile.id, 'needs_confirmation');
    perform private.record(
      'candidate.profile_prefilled', 'candidate', profile.user_id, null, profile.user_id,
      jsonb_build_object(
        'file_id', file.id, 'snapshot_id', snapshot.id, 'fields', to_jsonb(filled),
        'skills', added_skills, 'employment', added_employment, 'education', added_education
      )
    );
  elsif profile.profile_review_status = 'pending_parse' then
    perform private.review_profile(profile.id, 'needs_confirmation');
  end if;
  return private.file_facts(file);
end
$$;

-- What has to be gone from storage before `remove_cv`: every CV of the person that ever arrived.
create function public.cvs_of_person(person_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(jsonb_agg(private.file_facts(file) order by file.uploaded_at, file.id), '[]')
  from public.files as file
  where file.user_id = cvs_of_person.person_id
    and file.purpose = 'candidate_cv'
    and file.status not in ('awaiting_upload', 'removed')
$$;

-- The rows stay, as what was read refers to them; the name that the person gave goes with the file.
create function public.remove_cv(person_id uuid, file_ids uuid[])
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  profile public.candidate_profiles;
  removed integer;
begin
  profile := private.lock_profile(person_id);
  update public.files as file
  set status = 'removed', status_reason = null, original_name = null
  where file.user_id = person_id
    and file.id = any (file_ids)
    and file.purpose = 'candidate_cv'
    and file.status not in ('awaiting_upload', 'removed');
  get diagnostics removed = row_count;
  if profile.cv_file_id = any (file_ids) then
    update public.candidate_profiles
    set cv_file_id = null, cv_file_path = null, cv_uploaded_at = null
    where id = profile.id;
    if profile.profile_review_status = 'pending_parse' then
      perform private.review_profile(profile.id, 'needs_confirmation');
    end if;
  end if;
  return to_jsonb(removed);
end
$$;

-- The CV of who applied, with what they chose to show; whether it may be seen is decided by the caller.
create function public.cv_of_application(application_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'profile_visibility', profile.profile_visibility,
    'visibility_settings', profile.visibility_settings,
    'file', public.current_cv(application.candidate_id)
  )
  from public.applications as application
  join public.candidate_profiles as profile on profile.user_id = application.candidate_id
  where application.id = cv_of_application.application_id
$$;

-- Files that should have gone on and have not: received and not read, or awaited after their link has
-- ended. Whoever finds them starts the workflow of this key, which may be there already.
create function public.stuck_files(older_than interval default '15 minutes', max_files integer default 100)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(
    jsonb_agg(
      jsonb_build_object(
        'file_id', stuck.id, 'instance_id', 'resume-' || stuck.id, 'status', stuck.status,
        'since', stuck.updated_at
      )
      order by stuck.updated_at, stuck.id
    ),
    '[]'
  )
  from (
    select file.id, file.status, file.updated_at
    from public.files as file
    where file.status in ('awaiting_upload', 'received', 'reading')
      and file.updated_at < now() - case
        when file.status = 'awaiting_upload' then greatest(older_than, interval '30 minutes')
        else older_than
      end
    order by file.updated_at, file.id
    limit max_files
  ) as stuck
$$;

revoke all on function private.file_facts(public.files) from public;
revoke all on function private.lock_profile(uuid) from public;
revoke all on function private.review_profile(uuid, text) from public;
revoke all on function public.expect_upload(uuid, uuid, text, text, text) from public;
revoke all on function public.uploaded_file(uuid) from public;
revoke all on function public.current_cv(uuid) from public;
revoke all on function public.take_in_cv(uuid, uuid, text, text, text, bigint, text, timestamptz) from public;
revoke all on function public.settle_file(uuid, text, text) from public;
revoke all on function public.keep_snapshot(uuid, text, text, jsonb, double precision, text) from public;
revoke all on function public.profile_snapshot(uuid) from public;
revoke all on function public.prefill_profile(uuid, jsonb, jsonb, jsonb, jsonb) from public;
revoke all on function public.cvs_of_person(uuid) from public;
revoke all on function public.remove_cv(uuid, uuid[]) from public;
revoke all on function public.cv_of_application(uuid) from public;
revoke all on function public.stuck_files(interval, integer) from public;

grant execute on function public.expect_upload(uuid, uuid, text, text, text) to service_role;
grant execute on function public.uploaded_file(uuid) to service_role;
grant execute on function public.current_cv(uuid) to service_role;
grant execute on function public.take_in_cv(uuid, uuid, text, text, text, bigint, text, timestamptz)
to service_role;
grant execute on function public.settle_file(uuid, text, text) to service_role;
grant execute on function public.keep_snapshot(uuid, text, text, jsonb, double precision, text)
to service_role;
grant execute on function public.profile_snapshot(uuid) to service_role;
grant execute on function public.prefill_profile(uuid, jsonb, jsonb, jsonb, jsonb) to service_role;
grant execute on function public.cvs_of_person(uuid) to service_role;
grant execute on function public.remove_cv(uuid, uuid[]) to service_role;
grant execute on function public.cv_of_application(uuid) to service_role;
grant execute on function public.stuck_files(interval, integer) to service_role;
