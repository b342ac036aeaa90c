"""The schema as sorted lines, one per fact, to compare with `schema.golden`.

After a wanted change of the schema: `python -m tests.integration.database.golden` writes the file anew.
Read the difference before committing it: it is what the change means.
"""

from pathlib import Path

import psycopg

from tests.integration.database.database import Connection
from tests.supabase_stack import SupabaseStack

GOLDEN = Path(__file__).with_name("schema.golden")
FACTS = r"""
with ours as (
  select oid, relnamespace::regnamespace::text || '.' || relname as name, relkind, relacl, relrowsecurity
  from pg_class
  where relnamespace in ('public'::regnamespace, 'private'::regnamespace)
),
grants as (
  select ours.name || ' to ' || coalesce(r.rolname, 'public') as target, a.privilege_type
  from ours
  cross join lateral aclexplode(ours.relacl) as a
  left join pg_roles as r on r.oid = a.grantee
  where coalesce(r.rolname, 'public') <> 'postgres'
)
select 'table ' || name || case when relrowsecurity then ' with row security' else ' OPEN' end
from ours where relkind = 'r'
union all
select 'column ' || ours.name || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
  || case when a.attnotnull then ' not null' else '' end
  || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
from ours
join pg_attribute as a on a.attrelid = ours.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef as d on d.adrelid = ours.oid and d.adnum = a.attnum
where relkind = 'r'
union all
select 'constraint ' || ours.name || ' ' || c.conname || ' ' || pg_get_constraintdef(c.oid)
from ours join pg_constraint as c on c.conrelid = ours.oid
where c.contype <> 'n'
union all
select 'index ' || pg_get_indexdef(i.indexrelid)
from ours join pg_index as i on i.indrelid = ours.oid
where not exists (select from pg_constraint as c where c.conindid = i.indexrelid and c.contype in ('p', 'u'))
union all
select 'trigger ' || ours.name || ' ' || pg_get_triggerdef(t.oid)
from ours join pg_trigger as t on t.tgrelid = ours.oid where not t.tgisinternal
union all
select 'policy ' || ours.name || ' ' || p.polname || ' ' || p.polcmd::text
  || ' to '
  || array_to_string(array(select rolname from pg_roles where oid = any (p.polroles) order by 1), ',')
  || coalesce(' using ' || pg_get_expr(p.polqual, p.polrelid), '')
  || coalesce(' check ' || pg_get_expr(p.polwithcheck, p.polrelid), '')
from ours join pg_policy as p on p.polrelid = ours.oid
union all
select 'grant ' || string_agg(privilege_type, ',' order by privilege_type) || ' on ' || target
from grants group by target
union all
select 'column grant ' || string_agg(distinct a.attname::text, ',' order by a.attname::text) || ' '
  || x.privilege_type || ' on ' || ours.name || ' to ' || coalesce(r.rolname, 'public')
from ours
join pg_attribute as a on a.attrelid = ours.oid and a.attacl is not null and not a.attisdropped
cross join lateral aclexplode(a.attacl) as x
left join pg_roles as r on r.oid = x.grantee
group by x.privilege_type, ours.name, r.rolname
union all
select 'view ' || ours.name || ' ' || coalesce(array_to_string(c.reloptions, ','), '') || ' '
  || md5(pg_get_viewdef(ours.oid))
from ours join pg_class as c on c.oid = ours.oid where ours.relkind = 'v'
union all
select 'function ' || p.oid::regprocedure || ' returns ' || pg_get_function_result(p.oid)
  || case when p.prosecdef then ' as owner' else ' as caller' end
  || ' set ' || coalesce(array_to_string(p.proconfig, ','), 'nothing')
  || ' for ' || coalesce(
    (
      select string_agg(coalesce(r.rolname, 'public'), ',' order by r.rolname)
      from aclexplode(p.proacl) as a left join pg_roles as r on r.oid = a.grantee
      where coalesce(r.rolname, 'public') <> 'postgres'
    ),
    'nobody'
  )
  || ' body ' || md5(p.prosrc)
from pg_proc as p
where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
union all
select 'move ' || machine || ': ' || from_state || ' -> ' || to_state
  || coalesce(' by ' || array_to_string(movers, ','), '')
  || case when reason_required then ' with a reason' else '' end
from private.state_transitions
"""


def dump(connection: Connection) -> list[str]:
    lines = [" ".join(fact.split()) for (fact,) in connection.execute(FACTS.encode())]
    return sorted(lines)


def main() -> None:
    with SupabaseStack() as stack, psycopg.connect(stack.database_url) as connection:
        GOLDEN.write_text("\n".join(dump(connection)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
