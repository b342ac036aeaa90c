create function public.fail(code text) returns void language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = code, message = 'what', detail = 'why', hint = 'how';
end
$$;

create function public.nap(seconds double precision) returns void language sql set search_path = '' as
  $$ select pg_catalog.pg_sleep(seconds) $$;

create function public.setting(name text) returns text language sql set search_path = '' as
  $$ select pg_catalog.current_setting(name) $$;

create function public.claims() returns jsonb language sql set search_path = '' as
  $$ select auth.jwt() $$;

-- A trigger on the users sees their metadata as an object, as in production.
create table public.profiles (id uuid primary key, plan text);
create function public.make_profile() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles values (new.id, new.raw_user_meta_data ->> 'plan');
  return new;
end
$$;
create trigger make_profile after insert on auth.users for each row execute function public.make_profile();
