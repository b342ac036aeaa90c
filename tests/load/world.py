"""What is there before the load comes: people with invitations, scored interviews, and recordings."""

import hashlib
import io
import time
import wave
from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID, uuid4

import httpx
import psycopg
from azure.storage.blob import BlobServiceClient

from shared.domain.files import Store
from tests.chaos import ledger
from tests.crowd import Case
from tests.load.form import Form
from tests.load.people import Person, World
from tests.load.place import Place

SOUND: Final = (16_000, 2, 4)  # samples a second, bytes of one, seconds
FINISHED_WITHIN: Final = 90.0
LOOKED_EVERY: Final = 0.25
BATCH: Final = 200
"""As many workflows as a comparison begins before its caller loses patience."""
OLD: Final = "update public.invitations set created_at = now() - interval '1 hour' where status = 'sent'"
SAID_BEFORE: Final = (
    "I have written payment services in Python for four years, mostly alone on the database side.",
    "In March checkouts were slow. I read the plan, found a missing index, added it and measured again.",
)
RECORDED: Final = """
with agreed as (
  insert into public.consents (interview_id, user_id, granted, text_version, text_hash, locale)
  select interview.id, application.candidate_id, true, '1', %(hash)s, 'en-AU'
  from public.interviews as interview
  join public.applications as application on application.id = interview.application_id
  where interview.id = %(interview)s
  returning id
)
insert into public.recordings (
  id, interview_id, consent_id, provider_recording_id, status, file_step, blob_path, size_bytes, sha256,
  stopped_at, processed_at
)
select %(recording)s, %(interview)s, id, %(provider)s, 'completed', 'completed', %(path)s, %(size)s, %(hash)s,
  now(), now()
from agreed
"""


def prepared(place: Place, form: Form) -> tuple[World, list[Case]]:
    """For the mix, and for those who hold whole interviews."""
    held = place.crowd.cases(form.scored, started=False)
    _hold(place, held)
    scored = [str(each.interview_id) for each in held]
    invited, talks = (_watched(place, many) for many in (form.interviews, form.talks))
    world = World(
        url=place.url,
        job_role_id=str(place.crowd.job_role),
        invited=[Person(str(each.interview_id), each.token) for each in invited],
        staff=place.crowd.colleagues(form.staff),
        scored=scored,
        recordings=[str(each) for each in _recorded(place, held)],
        thinking=form.thinking,
        hasty_every=form.hasty_every,
        seed=form.seed,
    )
    return world, talks


def _watched(place: Place, how_many: int) -> list[Case]:
    """People who are invited, each with the workflow that an invitation has."""
    operator, made = place.crowd.operator(), list[Case]()
    while len(made) < how_many:
        made += place.crowd.cases(min(BATCH, how_many - len(made)), started=False)
        with psycopg.connect(place.supabase.database_url) as connection:
            connection.execute("set local session_replication_role = replica")
            connection.execute(OLD.encode())  # what is new is let be by the comparison
        while ledger.compare(place, operator):
            pass
    return made


def _hold(place: Place, cases: Sequence[Case]) -> None:
    """Interviews of two answers, up to their scores."""
    with httpx.Client(base_url=place.url, timeout=30.0) as client:
        for case in cases:
            path = f"/api/v1/interview/{case.interview_id}"
            client.post(f"{path}/start", json={}, headers=case.headers).raise_for_status()
            for words in SAID_BEFORE:
                body = {"interview_id": str(case.interview_id), "message": words}
                client.post("/api/v1/interview/chat", json=body, headers=case.headers).raise_for_status()
            client.post(f"{path}/end", json={}, headers=case.headers).raise_for_status()
    _await_scores(place, [each.interview_id for each in cases])


def _await_scores(place: Place, ids: Sequence[UUID]) -> None:
    without = (
        "select count(*) from unnest(%s::uuid[]) as wanted (id) where not exists ("
        "select from public.interview_scores as run where run.interview_id = wanted.id and run.is_current)"
    )
    deadline = time.monotonic() + FINISHED_WITHIN
    while left := place.one(without, list(ids)):
        if time.monotonic() > deadline:
            raise RuntimeError(f"{left} of {len(ids)} interviews were not scored")
        time.sleep(LOOKED_EVERY)


def _recorded(place: Place, cases: Sequence[Case]) -> Iterator[UUID]:
    """A recording of each, as it lies there once it was fetched."""
    content = _silence()
    digest = hashlib.sha256(content).hexdigest()
    with (
        BlobServiceClient.from_connection_string(place.azurite.connection_string) as service,
        psycopg.connect(place.supabase.database_url) as connection,
    ):
        connection.execute("set local session_replication_role = replica")
        container = service.get_container_client(Store.RECORDINGS.value)
        if not container.exists():
            container.create_container()
        for case in cases:
            recording = uuid4()
            name = f"{case.interview_id}/{recording}.wav"
            container.upload_blob(name, content)
            facts = {
                "recording": recording,
                "interview": case.interview_id,
                "provider": f"load-{recording}",
                "path": f"{Store.RECORDINGS.value}/{name}",
                "size": len(content),
                "hash": digest,
            }
            connection.execute(RECORDED.encode(), facts)
            yield recording


def _silence() -> bytes:
    rate, width, seconds = SOUND
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(width)
        sound.setframerate(rate)
        sound.writeframes(bytes(rate * width * seconds))
    return written.getvalue()
