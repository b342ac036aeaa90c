-- Why: the items of a résumé batch. They come after invitations, to which they lead.

create table public.resume_ingestion_items (
  id uuid primary key default gen_random_uuid(),
  batch_id uuid not null references public.resume_ingestion_batches (id) on delete cascade,
  file_id uuid references public.files (id) on delete set null,
  parse_status text not null default 'pending' check (
    parse_status in ('pending', 'parsed', 'needs_email', 'failed')
  ),
  recruiter_review_status text not null default 'pending_review' check (
    recruiter_review_status in (
      'pending_review', 'ready_for_review', 'needs_email', 'approved', 'rejected', 'invited'
    )
  ),
  candidate_email text check (char_length(candidate_email) between 3 and 320),
  candidate_name text check (char_length(candidate_name) <= 300),
  parse_confidence numeric(4, 3) check (parse_confidence between 0 and 1),
  parse_error text check (char_length(parse_error) <= 2000),
  attempts integer not null default 0 check (attempts >= 0),
  matched_user_id uuid references auth.users (id) on delete set null,
  candidate_profile_id uuid references public.candidate_profiles (id) on delete set null,
  application_id uuid references public.applications (id) on delete set null,
  snapshot_id uuid references public.parsed_profile_snapshots (id) on delete set null,
  invitation_id uuid references public.invitations (id) on delete set null,
  uploaded_at timestamptz,
  processed_at timestamptz,
  invited_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create index resume_ingestion_items_list_idx on public.resume_ingestion_items (batch_id, created_at desc, id desc);
create index resume_ingestion_items_state_idx on public.resume_ingestion_items (batch_id, parse_status);
create unique index resume_ingestion_items_file_id_key on public.resume_ingestion_items (file_id);
create index resume_ingestion_items_matched_user_id_idx on public.resume_ingestion_items (matched_user_id);
create index resume_ingestion_items_profile_idx on public.resume_ingestion_items (candidate_profile_id);
create index resume_ingestion_items_application_id_idx on public.resume_ingestion_items (application_id);
create index resume_ingestion_items_snapshot_id_idx on public.resume_ingestion_items (snapshot_id);
create index resume_ingestion_items_invitation_id_idx on public.resume_ingestion_items (invitation_id);

create trigger touch_updated_at before update on public.resume_ingestion_items
for each row execute function private.touch_updated_at();

create trigger guard_new_parse before insert on public.resume_ingestion_items
for each row execute function private.guard_status('item_parse', 'parse_status');
create trigger guard_parse before update on public.resume_ingestion_items
for each row when (old.parse_status is distinct from new.parse_status)
execute function private.guard_status('item_parse', 'parse_status');

create trigger guard_new_review before insert on public.resume_ingestion_items
for each row execute function private.guard_status('item_review', 'recruiter_review_status');
create trigger guard_review before update on public.resume_ingestion_items
for each row when (old.recruiter_review_status is distinct from new.recruiter_review_status)
execute function private.guard_status('item_review', 'recruiter_review_status');

-- ---------------------------------------------------------------------------------------------
-- Rights. A recruiter corrects the address and the name and gives the own verdict; whether an item
-- is invited, parsed or failed is the system's to say.
-- ---------------------------------------------------------------------------------------------

alter table public.resume_ingestion_items enable row level security;

revoke all on public.resume_ingestion_items from public, anon, authenticated, service_role;

grant select on public.resume_ingestion_items to authenticated;
grant insert (id, batch_id, candidate_email, candidate_name) on public.resume_ingestion_items to authenticated;
grant update (candidate_email, candidate_name, recruiter_review_status)
on public.resume_ingestion_items to authenticated;
grant select, insert, update, delete on public.resume_ingestion_items to service_role;

create policy members_read on public.resume_ingestion_items for select to authenticated
using (batch_id = any (array(select private.viewed_batches())));

create policy recruiters_create on public.resume_ingestion_items for insert to authenticated
with check (batch_id = any (array(select private.recruited_batches())));

create policy recruiters_update on public.resume_ingestion_items for update to authenticated
using (batch_id = any (array(select private.recruited_batches())))
with check (
  batch_id = any (array(select private.recruited_batches())) and recruiter_review_status <> 'invited'
);
