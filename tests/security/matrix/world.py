"""Two organisations with people of every role, and fresh rows of the red one for every request."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import jwt
import psycopg

from shared.domain.identity import AppRole, Membership, Person, PlatformRole, Principal
from shared.domain.permissions import Thing
from tests.integration.database import world
from tests.integration.database.world import TENANTS, key, rows
from tests.supabase_stack import SupabaseStack

ANONYMOUS: Final = "anonymous"
STRANGER: Final = "stranger"
OPERATOR: Final = "operator"
RED: Final = key("red", "organisations")
BLUE: Final = key("blue", "organisations")
CANDIDATE: Final = key("red", "candidate")
OTHER_CANDIDATE: Final = key("blue", "candidate")

OF_RED: Final = Thing(owner_id=CANDIDATE, organisation_id=RED)
"""What belongs to the red organisation and is about its candidate."""
OF_CANDIDATE: Final = Thing(owner_id=CANDIDATE)
"""What belongs to the red candidate alone."""


def _principal(tenant: str, name: str) -> Principal:
    person = Person(key(tenant, name), f"{name}@{tenant}.example.org")
    if name not in world.ROLES:
        return Principal(person)
    return Principal(person, (Membership(key(tenant, "organisations"), AppRole(world.ROLES[name])),))


PERSONAS: Final[dict[str, Principal]] = {
    **{f"{tenant} {name}": _principal(tenant, name) for tenant in TENANTS for name in world.PEOPLE},
    STRANGER: Principal(Person(key("none", "stranger"), "stranger@example.org")),
    OPERATOR: Principal(
        Person(key("none", "operator"), "operator@example.org"), (), frozenset({PlatformRole.OPERATOR})
    ),
}


@dataclass
class World:
    """Rows are put in past the triggers, so that each may begin in the state a request needs."""

    stack: SupabaseStack

    def build(self) -> None:
        self.stack.clear()
        with psycopg.connect(self.stack.database_url) as connection:
            world.build(connection)
            operator = PERSONAS[OPERATOR].person
            world.add_user(connection, operator.user_id, operator.email)
            connection.execute(
                "insert into public.user_roles (user_id, role) values (%s, 'platform_operator')",
                [operator.user_id],
            )
            # put in past the triggers, they stand in no chain that could go on
            connection.execute("set local session_replication_role = replica")
            connection.execute("delete from public.audit_log")

    def fresh(self, table: str, **values: Any) -> UUID:
        """Put in one more row of the red organisation, as the first but for these values."""
        row_id = uuid4()
        self.connection.execute("set session_replication_role = replica")
        world.insert(self.connection, table, {"id": row_id} | rows("red")[table] | values)
        self.connection.execute("set session_replication_role = origin")
        return row_id

    def fresh_person(self, name: str = "person") -> UUID:
        """Make somebody who belongs nowhere yet."""
        user_id = uuid4()
        world.add_user(self.connection, user_id, f"{name}-{user_id}@example.org")
        return user_id

    def fresh_application(self, **values: Any) -> UUID:
        """Put in an application of the red candidate to an active role of its own."""
        role = self.fresh("job_roles", status="active")
        begun = {"status": "applied", "status_changed_by": None} | values
        return self.fresh("applications", job_role_id=role, **begun)

    def settle(self) -> None:
        """Take back what people became by asking: members of organisations, applicants, senders of CVs."""
        self.connection.execute("set session_replication_role = replica")
        self.connection.execute(
            "delete from public.org_users where organisation_id <> all (%s)", [[RED, BLUE]]
        )
        self.connection.execute(
            "delete from public.applications using public.job_roles "
            "where job_roles.id = job_role_id and organisation_id = %s and candidate_id <> %s",
            [RED, CANDIDATE],
        )
        self.connection.execute("update public.candidate_profiles set profile_review_status = null")
        self.connection.execute("set session_replication_role = origin")

    @cached_property
    def connection(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.stack.database_url, autocommit=True)

    @cached_property
    def token_of(self) -> Callable[[Principal], str]:
        """Sign as the identity service does."""
        signing = jwt.PyJWK(json.loads(self.stack.key_file.read_text()), "ES256").key
        published = httpx.get(f"{self.stack.issuer}/.well-known/jwks.json").json()["keys"]
        now = int(time.time())

        def token(principal: Principal) -> str:
            claims = {
                "sub": str(principal.user_id),
                "email": principal.person.email,
                "aud": "authenticated",
                "role": "authenticated",
                "iss": self.stack.issuer,
                "iat": now,
                "exp": now + 3600,
            }
            return jwt.encode(claims, signing, "ES256", {"kid": published[0]["kid"]})

        return token
