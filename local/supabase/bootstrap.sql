-- What every hosted database has before its first migration. Run once, on an empty database.

do $$
begin
  if to_regrole('anon') is null then
    create role anon nologin noinherit;
  end if;
  if to_regrole('authenticated') is null then
    create role authenticated nologin noinherit;
  end if;
  if to_regrole('service_role') is null then
    create role service_role nologin noinherit bypassrls;
  end if;
exception
  when duplicate_object or unique_violation then
    null; -- roles belong to the whole server: another database was set up at the same time
end
$$;

create schema extensions;
grant usage on schema public, extensions to anon, authenticated, service_role;

-- As permissive as hosted: a migration that forgets a REVOKE fails a test here, and does not leak there.
alter default privileges for role postgres in schema public
  grant all on tables to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on sequences to anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on functions to anon, authenticated, service_role;
