-- Why: people. A person reads and writes the own rows; what an organisation may see of them comes
-- through the applications (next file), as each person's switches allow.

create table public.candidate_profiles (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null unique default auth.uid() references auth.users (id) on delete restrict,
  first_name text check (char_length(first_name) <= 200),
  last_name text check (char_length(last_name) <= 200),
  email text check (char_length(email) <= 320),
  phone text check (char_length(phone) <= 50),
  suburb text check (char_length(suburb) <= 200),
  state text check (char_length(state) <= 100),
  postcode text check (char_length(postcode) <= 20),
  country text default 'Australia' check (char_length(country) <= 100),
  linkedin_url text check (char_length(linkedin_url) <= 2000),
  portfolio_url text check (char_length(portfolio_url) <= 2000),
  cv_file_id uuid references public.files (id) on delete set null,
  cv_file_path text check (char_length(cv_file_path) <= 1024),
  cv_uploaded_at timestamptz,
  availability text check (availability in ('immediate', '2_weeks', '1_month', 'negotiable')),
  work_mode text check (work_mode in ('onsite', 'hybrid', 'remote')),
  work_rights text check (
    work_rights in ('citizen', 'permanent_resident', 'work_visa', 'student_visa', 'other')
  ),
  gpa_wam numeric(5, 2) check (gpa_wam between 0 and 100),
  profile_visibility text not null default 'visible' check (
    profile_visibility in ('visible', 'hidden', 'paused')
  ),
  visibility_settings jsonb not null default '{}' check (
    jsonb_typeof(visibility_settings) = 'object'
    and visibility_settings - array[
      'name', 'email', 'phone', 'location', 'education', 'employment', 'skills', 'portfolio', 'linkedin'
    ] = '{}'
    and not jsonb_path_exists(visibility_settings, '$.* ? (@.type() != "boolean")')
  ),
  paused_at timestamptz,
  profile_prefilled boolean not null default false,
  prefill_source text check (char_length(prefill_source) <= 100),
  parsed_snapshot_id uuid references public.parsed_profile_snapshots (id) on delete set null,
  profile_review_status text check (
    profile_review_status in ('pending_parse', 'needs_confirmation', 'confirmed')
  ),
  profile_confirmed_at timestamptz,
  password_setup_required boolean not null default false,
  invited_via_org uuid references public.organisations (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index candidate_profiles_cv_file_id_idx on public.candidate_profiles (cv_file_id);
create index candidate_profiles_snapshot_idx on public.candidate_profiles (parsed_snapshot_id);
create index candidate_profiles_invited_via_org_idx on public.candidate_profiles (invited_via_org);

create table public.candidate_skills (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete restrict,
  skill_name text not null check (char_length(btrim(skill_name)) between 1 and 200),
  skill_type text check (skill_type in ('hard', 'soft')),
  source text not null default 'manual' check (source in ('manual', 'resume_extracted')),
  proficiency_level text check (proficiency_level in ('beginner', 'intermediate', 'expert')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create unique index candidate_skills_name_key on public.candidate_skills (user_id, lower(btrim(skill_name)));

create table public.education (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete restrict,
  institution text not null check (char_length(btrim(institution)) between 1 and 300),
  degree text not null check (char_length(btrim(degree)) between 1 and 300),
  field_of_study text check (char_length(field_of_study) <= 300),
  start_date date,
  end_date date check (end_date >= start_date),
  is_current boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index education_user_id_idx on public.education (user_id);

create table public.employment_history (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references auth.users (id) on delete restrict,
  company_name text not null check (char_length(btrim(company_name)) between 1 and 300),
  job_title text not null check (char_length(btrim(job_title)) between 1 and 300),
  description text check (char_length(description) <= 10000),
  start_date date not null,
  end_date date check (end_date >= start_date),
  is_current boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index employment_history_user_id_idx on public.employment_history (user_id, start_date desc);

-- Never an input to any evaluation. Not even the service reads it row by row: organisations get
-- counts from a function, and only where a group is large enough to hide in.
create table public.candidate_dei (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null unique default auth.uid() references auth.users (id) on delete restrict,
  gender text check (char_length(gender) <= 100),
  ethnicity text check (char_length(ethnicity) <= 100),
  disability_status text check (char_length(disability_status) <= 100),
  veteran_status text check (char_length(veteran_status) <= 100),
  lgbtq_status text check (char_length(lgbtq_status) <= 100),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create trigger touch_updated_at before update on public.candidate_profiles
for each row execute function private.touch_updated_at();

create trigger touch_updated_at before update on public.candidate_skills
for each row execute function private.touch_updated_at();

create trigger touch_updated_at before update on public.education
for each row execute function private.touch_updated_at();

create trigger touch_updated_at before update on public.employment_history
for each row execute function private.touch_updated_at();

create trigger touch_updated_at before update on public.candidate_dei
for each row execute function private.touch_updated_at();

create trigger guard_new_status before insert on public.candidate_profiles
for each row execute function private.guard_status('profile_review', 'profile_review_status');

create trigger guard_status before update on public.candidate_profiles
for each row when (old.profile_review_status is distinct from new.profile_review_status)
execute function private.guard_status('profile_review', 'profile_review_status');

create function private.stamp_paused_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.paused_at := case
    when new.profile_visibility <> 'paused' then null
    else coalesce(old.paused_at, now())
  end;
  return new;
end
$$;

revoke all on function private.stamp_paused_at() from public;

create trigger stamp_paused_at before update of profile_visibility on public.candidate_profiles
for each row execute function private.stamp_paused_at();

-- E-mail and phone are off unless switched on; everything else is on unless switched off.
create function private.shows(settings jsonb, part text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select coalesce((settings ->> part)::boolean, part not in ('email', 'phone'))
$$;

revoke all on function private.shows(jsonb, text) from public;
grant execute on function private.shows(jsonb, text) to authenticated;

-- ---------------------------------------------------------------------------------------------
-- Rights
-- ---------------------------------------------------------------------------------------------

alter table public.candidate_profiles enable row level security;
alter table public.candidate_skills enable row level security;
alter table public.education enable row level security;
alter table public.employment_history enable row level security;
alter table public.candidate_dei enable row level security;

revoke all on
  public.candidate_profiles, public.candidate_skills, public.education, public.employment_history,
  public.candidate_dei
from public, anon, authenticated, service_role;

-- cv_file_path is a storage address; what the pipeline writes (CV, prefill, review status) is not
-- the person's to set.
grant select (
  id, user_id, first_name, last_name, email, phone, suburb, state, postcode, country, linkedin_url,
  portfolio_url, cv_file_id, cv_uploaded_at, availability, work_mode, work_rights, gpa_wam,
  profile_visibility, visibility_settings, paused_at, profile_prefilled, prefill_source,
  parsed_snapshot_id, profile_review_status, profile_confirmed_at, password_setup_required,
  invited_via_org, created_at, updated_at
) on public.candidate_profiles to authenticated;
grant insert (
  id, user_id, first_name, last_name, email, phone, suburb, state, postcode, country, linkedin_url,
  portfolio_url, availability, work_mode, work_rights, gpa_wam, profile_visibility, visibility_settings
) on public.candidate_profiles to authenticated;
grant update (
  first_name, last_name, email, phone, suburb, state, postcode, country, linkedin_url, portfolio_url,
  availability, work_mode, work_rights, gpa_wam, profile_visibility, visibility_settings
) on public.candidate_profiles to authenticated;

grant select, delete on
  public.candidate_skills, public.education, public.employment_history, public.candidate_dei
to authenticated;
grant
  insert (id, user_id, skill_name, skill_type, proficiency_level),
  update (skill_name, skill_type, proficiency_level)
on public.candidate_skills to authenticated;
grant
  insert (id, user_id, institution, degree, field_of_study, start_date, end_date, is_current),
  update (institution, degree, field_of_study, start_date, end_date, is_current)
on public.education to authenticated;
grant
  insert (id, user_id, company_name, job_title, description, start_date, end_date, is_current),
  update (company_name, job_title, description, start_date, end_date, is_current)
on public.employment_history to authenticated;
grant
  insert (id, user_id, gender, ethnicity, disability_status, veteran_status, lgbtq_status),
  update (gender, ethnicity, disability_status, veteran_status, lgbtq_status)
on public.candidate_dei to authenticated;

grant select, insert, update, delete on
  public.candidate_profiles, public.candidate_skills, public.education, public.employment_history
to service_role;
grant delete, select (id, user_id, created_at) on public.candidate_dei to service_role;

create policy own_read on public.candidate_profiles for select to authenticated
using (user_id = (select auth.uid()));
create policy own_create on public.candidate_profiles for insert to authenticated
with check (user_id = (select auth.uid()));
create policy own_update on public.candidate_profiles for update to authenticated
using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create policy own_all on public.candidate_skills for all to authenticated
using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create policy own_all on public.education for all to authenticated
using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create policy own_all on public.employment_history for all to authenticated
using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create policy own_all on public.candidate_dei for all to authenticated
using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
