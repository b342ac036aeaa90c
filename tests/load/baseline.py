"""What the same machine does when nobody else calls: each route alone, and nothing in between."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Final

import httpx

from tests.azurite import free_ports
from tests.crowd import Case
from tests.e2e.talk import ANSWERS
from tests.host_process import REPOSITORY
from tests.load import sampler
from tests.load.figures import Times
from tests.load.form import Form
from tests.load.people import CV, World
from tests.load.place import Place
from tests.load.records import Route

EACH: Final = 4
"""Calls that one person makes, below every limit and before the last question."""
READY_WITHIN: Final = 10.0
SETS_OFF: Final = {Route.START: 0.05, Route.END: 1.5}
"""Seconds of rest behind each call of what goes on when it is answered: a first look, a score."""
LAST: Final = 20.0
"""Of such rests, behind the last one."""

type Ask = Callable[[], float | None]
"""Makes a call; tells how many milliseconds it took until the first token, if it streams."""


@dataclass(frozen=True, slots=True)
class Alone:
    """One caller, one call after the other."""

    times: Times
    worker: float  # ms of processor for a call, with what it sets off
    database: float
    first: Times | None = None  # until the first token


@dataclass(frozen=True, slots=True)
class Idle:
    """Seconds of processor in a second in which nobody calls."""

    worker: float
    database: float


class AloneError(Exception):
    """Not even one caller was answered as it should have been."""


def bare(repeats: int) -> Times:
    """A server that does nothing, in a process of its own."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "tests.performance.bare", str(port)]
    with subprocess.Popen(command, cwd=REPOSITORY) as process, httpx.Client() as client:
        ask = partial(_plain, client, "GET", f"http://127.0.0.1:{port}/ping")
        try:
            _await(ask)
            return Times.of(_timed(ask)[0] for _ in range(repeats))
        finally:
            process.terminate()


def _await(ask: Ask) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            ask()
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def idle(form: Form) -> Idle:
    before = sampler.cpu()
    seconds = max(0.2, form.repeats / 4)
    time.sleep(seconds)
    after = sampler.cpu()
    return Idle(*((after[part] - before[part]) / seconds for part in ("host", "database")))


def measured(place: Place, form: Form, world: World, quiet: Idle) -> dict[Route, Alone]:
    """One route after the other; the caller changes before a limit would be met."""
    with httpx.Client(base_url=place.url, timeout=30.0) as client:
        return {
            route: _alone(islice(asks, form.repeats), quiet, SETS_OFF.get(route, 0.0) if form.rests else 0.0)
            for route, asks in _asks(client, place, form, world)
        }


def _asks(
    client: httpx.Client, place: Place, form: Form, world: World
) -> Iterator[tuple[Route, Iterator[Ask]]]:
    begun = place.crowd.cases(max(form.repeats, 2), started=False)
    few = -(-form.repeats // EACH)
    ask = partial(partial, _plain, client)
    staff = [{"Authorization": f"Bearer {each}"} for each in world.staff[:few]] * EACH
    people = [each for each in begun[:few] for _ in range(EACH)]
    score = f"/api/v1/interview/{world.scored[0]}/score"
    listing = f"/api/v1/job-roles/{world.job_role_id}/applications"
    recording = f"/api/v1/recordings/{world.recordings[0]}/download"
    speech, parse, chat = "/api/v1/speech/token", "/api/v1/resume/parse", "/api/v1/interview/chat"
    yield Route.LIVE, (ask("GET", "/health/live") for _ in people)
    yield Route.HEALTH, (ask("GET", "/health") for _ in people)
    yield Route.START, (ask("POST", _of(each, "start"), headers=each.headers, json={}) for each in begun)
    yield (
        Route.CHAT,
        (
            ask("POST", chat, headers=each.headers, json=_answer(each, number))
            for each in begun[:few]
            for number in range(EACH)
        ),
    )
    yield (
        Route.STREAM,
        (partial(_streamed, client, each, number) for each in begun[few : 2 * few] for number in range(EACH)),
    )
    yield Route.SPEECH, (ask("POST", speech, headers=each.headers, json={}) for each in people)
    yield (
        Route.PARSE,
        (
            ask("POST", parse, headers=each.headers, files={"file": ("cv.txt", CV.encode())})
            for each in people
        ),
    )
    yield Route.SCORE, (ask("POST", score, headers=each, json={}) for each in staff)
    yield Route.LIST, (ask("GET", listing, headers=each) for each in staff)
    yield Route.DOWNLOAD, (ask("GET", recording, headers=each) for each in staff)
    yield Route.END, (ask("POST", _of(each, "end"), headers=each.headers, json={}) for each in begun[:few])


def _of(case: Case, verb: str) -> str:
    return f"/api/v1/interview/{case.interview_id}/{verb}"


def _answer(case: Case, number: int) -> dict[str, str]:
    return {"interview_id": str(case.interview_id), "message": ANSWERS[number]}


def _plain(client: httpx.Client, method: str, path: str, **sent: Any) -> None:
    answer = client.request(method, path, **sent)
    if answer.status_code not in {200, 302}:
        raise AloneError(f"{method} {path}: {answer.status_code} {answer.text}")


def _streamed(client: httpx.Client, case: Case, number: int) -> float:
    began, first = time.perf_counter(), 0.0
    body = _answer(case, number)
    with client.stream("POST", "/api/v1/interview/chat/stream", headers=case.headers, json=body) as answer:
        for line in answer.iter_lines():
            if not first and line == "event: token":
                first = 1000 * (time.perf_counter() - began)
    if not first:
        raise AloneError(f"no token came: {answer.status_code}")
    return first


def _alone(asks: Iterable[Ask], quiet: Idle, rest: float) -> Alone:
    before, began = sampler.cpu(), time.perf_counter()
    found = []
    for ask in asks:
        found.append(_timed(ask))
        time.sleep(rest)
    time.sleep(min(2.0, LAST * rest))
    took, after = time.perf_counter() - began, sampler.cpu()

    def used(part: str, when_idle: float) -> float:
        return max(0.0, 1000 * (after[part] - before[part] - when_idle * took) / len(found))

    firsts = [first for _, first in found if first is not None]
    return Alone(
        Times.of(ms for ms, _ in found),
        used("host", quiet.worker),
        used("database", quiet.database),
        Times.of(firsts) if firsts else None,
    )


def _timed(ask: Ask) -> tuple[float, float | None]:
    began = time.perf_counter()
    first = ask()
    return 1000 * (time.perf_counter() - began), first
