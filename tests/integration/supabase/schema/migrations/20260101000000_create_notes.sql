create table public.notes (
  id bigint generated always as identity primary key,
  owner uuid default auth.uid() references auth.users on delete cascade,
  body text not null check (length(body) > 2),
  slug text unique
);
alter table public.notes enable row level security;
revoke all on public.notes from anon;
revoke truncate on public.notes from authenticated;
create policy notes_of_their_owner on public.notes to authenticated
  using (owner = (select auth.uid())) with check (owner = (select auth.uid()));

create table public.values_of_all_kinds (
  id int primary key,
  amount numeric,
  at timestamptz,
  plain timestamp,
  raw bytea,
  document jsonb
);

create table public.colours (name text primary key);
insert into public.colours values ('red'), ('green');
