"""The adapters of the local Supabase, for contract tests: over REST, and by the direct connection."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from shared.adapters.supabase.functions import DirectFunctions, Functions, RestFunctions
from shared.adapters.supabase.rest import Rest
from shared.domain.identity import AppRole, Membership
from shared.domain.secret import Secret
from tests.supabase_stack import SupabaseStack

TURNS_LOGIN = "talenti_turns_login"


def make_turns_login(stack: SupabaseStack) -> None:
    """Make the login of the direct connection: it may execute the turn functions and nothing else."""
    with psycopg.connect(stack.database_url) as connection:
        connection.execute(f"create role {TURNS_LOGIN} login in role talenti_turns".encode())


def rest_of(stack: SupabaseStack) -> Rest:
    return Rest(stack.url, stack.publishable_key, Secret(stack.secret_key))


def turns_url(stack: SupabaseStack) -> str:
    """Connect as the role that may execute the turn functions and nothing else."""
    return stack.database_url.replace("postgres@", f"{TURNS_LOGIN}@", 1)


@asynccontextmanager
async def functions_of(stack: SupabaseStack, way: str) -> AsyncIterator[Functions]:
    if way == "direct":
        direct = DirectFunctions(turns_url(stack))
        try:
            yield direct
        finally:
            await direct.close()
        return
    rest = rest_of(stack)
    try:
        yield RestFunctions(rest)
    finally:
        await rest.close()


def a_person(stack: SupabaseStack) -> UUID:
    user_id, _ = stack.sign_up(f"{uuid4()}@example.com")
    return UUID(user_id)


def an_operator(stack: SupabaseStack) -> UUID:
    """Give somebody the role that no call of the API gives."""
    user_id = a_person(stack)
    with psycopg.connect(stack.database_url) as connection:
        connection.execute(
            "insert into public.user_roles (user_id, role) values (%s, 'platform_operator')", (user_id,)
        )
    return user_id


def a_membership(stack: SupabaseStack, user_id: UUID, role: AppRole) -> Membership:
    """Make the person a member of a new organisation."""
    with psycopg.connect(stack.database_url) as connection:
        row = connection.execute(
            "insert into public.organisations (name) values ('Acme') returning id"
        ).fetchone()
        assert row
        connection.execute(
            "insert into public.org_users (organisation_id, user_id, role) values (%s, %s, %s)",
            (row[0], user_id, role.value),
        )
    return Membership(row[0], role)


def a_talk(stack: SupabaseStack, candidate_id: UUID) -> UUID:
    """A practice interview that runs: it goes through the same functions as a live one."""
    with psycopg.connect(stack.database_url) as connection:
        row = connection.execute(
            "insert into public.practice_interviews (user_id, sample_role_type, plan) "
            "values (%s, 'software-engineer', %s) returning id",
            (candidate_id, Jsonb({"items": [{"order": 1, "text": "Tell me about yourself."}]})),
        ).fetchone()
        assert row
        talk_id: UUID = row[0]
        connection.execute("select public.start_interview(%s, %s, 'Welcome.')", (talk_id, candidate_id))
    return talk_id


def end_leases(stack: SupabaseStack, talk_id: UUID) -> None:
    """Let the lease of whatever turn is open be over."""
    with psycopg.connect(stack.database_url) as connection:
        connection.execute(
            "update public.interview_turns set lease_expires_at = now() - interval '1 second' "
            "where practice_interview_id = %s and state = 'open'",
            (talk_id,),
        )


def finish(stack: SupabaseStack, talk_id: UUID) -> None:
    with psycopg.connect(stack.database_url) as connection:
        connection.execute("select public.end_interview(%s)", (talk_id,))
