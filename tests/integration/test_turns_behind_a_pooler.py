"""The direct way to the database through a transaction pooler: every transaction on another connection."""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from shared.adapters.supabase.functions import DirectFunctions
from shared.adapters.supabase.turns import SupabaseTurns
from shared.domain.turns import Answer, OpenTurn, Reply
from tests.azurite import free_ports
from tests.contract import database
from tests.supabase_stack import SupabaseStack

pytestmark = pytest.mark.database
PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")


@pytest.fixture(scope="module")
def stack() -> Iterator[SupabaseStack]:
    with SupabaseStack() as stack:
        database.make_turns_login(stack)
        yield stack


@pytest.fixture(scope="module")
def pooled_url(stack: SupabaseStack) -> Iterator[str]:
    if PGBOUNCER is None:
        pytest.skip("pgbouncer is not installed")
    (port,) = free_ports(1)
    folder = Path(tempfile.mkdtemp(prefix="talenti-pooler-"))
    folder.chmod(0o755)
    (folder / "users.txt").write_text(f'"{database.TURNS_LOGIN}" ""\n')
    target = psycopg.conninfo.conninfo_to_dict(stack.database_url)
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host=127.0.0.1 port={target['port']}\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n"
        f"auth_type = trust\nauth_file = {folder}/users.txt\npool_mode = transaction\n"
        "default_pool_size = 3\nmax_client_conn = 100\n"
    )
    user = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    process = subprocess.Popen(
        [PGBOUNCER, "-u", user, str(folder / "pgbouncer.ini")], stderr=subprocess.DEVNULL
    )
    url = f"postgresql://{database.TURNS_LOGIN}@127.0.0.1:{port}/{target['dbname']}"
    _await(url)
    yield url
    process.terminate()
    process.wait(10)
    shutil.rmtree(folder)


def _await(url: str) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "the pooler did not start"
            time.sleep(0.05)
        else:
            return


async def test_twenty_four_talks_at_once_lose_and_mix_nothing(stack: SupabaseStack, pooled_url: str) -> None:
    people = [database.a_person(stack) for _ in range(24)]
    talks = [(database.a_talk(stack, each), each) for each in people]
    functions = DirectFunctions(pooled_url)
    turns = SupabaseTurns(functions)

    async def talk(number: int) -> list[str]:
        talk_id, candidate_id = talks[number]
        said: list[str] = []
        for step in range(10):
            turn = await turns.begin(Answer(talk_id, candidate_id, str(uuid4()), f"{number}: {step}"))
            assert isinstance(turn, OpenTurn)
            said = [each.content for each in turn.segments]
            await turns.commit(turn, Reply(f"reply {number}: {step}", "model"))
        return said

    try:
        heard = await asyncio.gather(*(talk(number) for number in range(24)))
    finally:
        await functions.close()

    for number, said in enumerate(heard):
        assert said[-1] == f"{number}: 9"
        assert all(f"{number}: " in each for each in said if each != "Welcome.")
