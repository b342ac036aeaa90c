"""A streamed turn through the whole stack, beside a bare proxy to the same model, in one run.

The model is the simulator without any delay; a turn is forty tokens of speech and an action. The
proxy sends the model what our app sent it. Whoever wants more turns says so:

    python -m tests.performance.turns --memory-turns 10000
"""

import argparse
import asyncio
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

import psutil

from tests.azurite import Azurite, free_ports
from tests.contract.database import make_turns_login, turns_url
from tests.crowd import Case, Crowd, said
from tests.e2e.conftest import environment
from tests.host_process import REPOSITORY, HostProcess
from tests.performance.load import Measured
from tests.simulators import Simulators
from tests.supabase_stack import SupabaseStack

PAIRS = 400
WARM_UP = 40
BEGINNINGS = 80
ENDS = 30
REST_AFTER_START = 0.25  # seconds
REST_AFTER_END = 1.5
CALLERS = 32
SECONDS = 10.0
MEMORY_TURNS = 1_500
TURNS_EACH = 10  # of one interview: all of them are worded by the model
ANSWER = "In March checkouts were slow. I read the plan, found a missing index and measured again. " * 3
SPOKEN = {
    "text": (
        "Thank you, that is a clear example and it helps me to see how you work. Could you tell me "
        "a little more about how you measured the effect of that change, and what you would do in "
        "another way today?"
    ),
    "action": "probe",
    "competencies": [],
    "concerns": [],
}
OUR_TOKEN = re.compile(rb"event: token")
MODEL_TOKEN = re.compile(rb'"content":"[^"]')


@dataclass(frozen=True, slots=True)
class Times:
    began: float
    first: float
    whole: float


class Line:
    """One connection that is kept, and on it one request after the other."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)

    async def __aenter__(self) -> Self:
        place = (self._address.hostname, self._address.port)
        self._reader, self._writer = await asyncio.open_connection(*place)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()

    async def post(self, path: str, body: dict[str, Any], token: str, mark: re.Pattern[bytes]) -> Times:
        """How long until the mark came, and until all was there."""
        sent = json.dumps(body).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {self._address.netloc}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n"
        )
        began = time.perf_counter()
        self._writer.write(head.encode() + sent)
        first = await self._answer(mark)
        return Times(began, first - began, time.perf_counter() - began)

    async def _answer(self, mark: re.Pattern[bytes]) -> float:
        head = await self._reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"unexpected answer: {head!r} {await self._reader.read(2000)!r}")
        found = re.search(rb"content-length: (\d+)", head.lower())
        if found:
            await self._reader.readexactly(int(found[1]))
            return time.perf_counter()
        first, read = 0.0, b""
        while size := int(await self._reader.readline(), 16):
            read += (await self._reader.readexactly(size + 2))[:size]
            if not first and mark.search(read):
                first = time.perf_counter()
        await self._reader.readline()
        if not first or b"event: error" in read:
            raise RuntimeError(f"no token in {read[:2000]!r}")
        return first


async def turn(line: Line, case: Case) -> Times:
    body = {"interview_id": str(case.interview_id), "message": ANSWER, "turn_id": str(uuid4())}
    return await line.post("/api/v1/interview/chat/stream", body, case.token, OUR_TOKEN)


@dataclass
class Stage:
    """What runs, and whose work is whose."""

    supabase: SupabaseStack
    simulators: Simulators
    azurite: Azurite
    crowd: Crowd
    warm: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def host(self, way: str, module: Sequence[str] = ("local.host",)) -> Iterator[HostProcess]:
        """The app, whose turns go to the database in this way."""
        url = turns_url(self.supabase) if way == "direct" else ""
        env = environment(self.azurite, self.supabase, self.simulators)
        env |= {"SUPABASE_DB_URL": url, "LOG_LEVEL": "WARNING"}
        with HostProcess(REPOSITORY, env=env, module=module) as host:
            asyncio.run(self._warm_up(host))
            yield host

    @contextlib.contextmanager
    def bare(self) -> Iterator[str]:
        """The proxy, which sends the model the body of the last turn."""
        (port,) = free_ports(1)
        with tempfile.NamedTemporaryFile(suffix=".json") as prompt:
            asked = self.simulators.journal("openai", limit=1)[-1]["text"]
            Path(prompt.name).write_text(asked, encoding="utf-8")
            arguments = [str(port), self.simulators.url, self.simulators.keys.openai, prompt.name]
            with subprocess.Popen(
                [sys.executable, "-m", "tests.performance.bare_model", *arguments], cwd=REPOSITORY
            ) as process:
                asyncio.run(_listening(port))
                yield f"http://127.0.0.1:{port}"
                process.terminate()

    async def _warm_up(self, host: HostProcess) -> None:
        async with Line(host.url) as line:
            for case in self.crowd.cases(WARM_UP // TURNS_EACH, started=True):
                for _ in range(TURNS_EACH):
                    await turn(line, case)


async def _listening(port: int) -> None:
    for _ in range(500):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
    raise RuntimeError("the proxy did not start")


# ---- one caller ----


def one_caller(stage: Stage) -> None:
    """Each way in turn, so that whatever else the machine does meets all of them."""
    with stage.host("direct") as direct, stage.host("rest") as rest, stage.bare() as bare:
        found = asyncio.run(_in_turn(stage, bare, {"direct": direct.url, "REST": rest.url}))
        print(f"\n{'streamed turn, one caller':<36}{'p50 ms':>10}{'p95 ms':>10}{'whole p50':>12}{_load()}")
        for name, times in found.items():
            firsts = [each.first for each in times]
            whole = statistics.median(each.whole for each in times)
            print(f"{name:<36}{_ms(firsts, 0.5)}{_ms(firsts, 0.95)}{1000 * whole:>12.2f}")
        for name in ("direct", "REST"):
            pairs = zip(found[name], found["bare proxy"], strict=True)
            added = [mine.first - theirs.first for mine, theirs in pairs]
            print(f"{f'added before the first token, {name}':<36}{_ms(added, 0.5)}{_ms(added, 0.95)}")
        _beginnings_and_ends(stage, direct.url)


async def _in_turn(stage: Stage, bare: str, ours: dict[str, str]) -> dict[str, list[Times]]:
    found: dict[str, list[Times]] = {"bare proxy": [], **{name: [] for name in ours}}
    cases = {name: iter(stage.crowd.cases(-(-PAIRS // TURNS_EACH), started=True)) for name in ours}
    async with contextlib.AsyncExitStack() as lines:
        proxy = await lines.enter_async_context(Line(bare))
        open_lines = {name: await lines.enter_async_context(Line(url)) for name, url in ours.items()}
        now: dict[str, Case] = {}
        await proxy.post("/turn", {"message": ANSWER}, "", MODEL_TOKEN)
        for number in range(PAIRS):
            found["bare proxy"].append(await proxy.post("/turn", {"message": ANSWER}, "", MODEL_TOKEN))
            for name, line in open_lines.items():
                if number % TURNS_EACH == 0:
                    now[name] = next(cases[name])
                found[name].append(await turn(line, now[name]))
    return found


def _beginnings_and_ends(stage: Stage, url: str) -> None:
    """Each on its own: behind a start comes a first look at the talk, behind an end its closing and score."""

    async def both() -> tuple[list[float], list[float]]:
        starts, ends = [], []
        cases = stage.crowd.cases(BEGINNINGS, started=False)
        async with Line(url) as line:
            for case in cases:
                path = f"/api/v1/interview/{case.interview_id}"
                starts.append((await line.post(f"{path}/start", {}, case.token, OUR_TOKEN)).whole)
                await asyncio.sleep(REST_AFTER_START)
            for case in cases[:ENDS]:
                path = f"/api/v1/interview/{case.interview_id}"
                ends.append((await line.post(f"{path}/end", {}, case.token, OUR_TOKEN)).whole)
                await asyncio.sleep(REST_AFTER_END)
        return starts[5:], ends[2:]

    for name, times in zip(("start", "end"), asyncio.run(both()), strict=True):
        print(f"{name:<36}{_ms(times, 0.5)}{_ms(times, 0.95)}")


# ---- where the time goes ----


def timeline(stage: Stage) -> None:
    """What a turn passes on its way to the first words, a bare turn between each two as above."""
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as notes:
        module = ("tests.performance.timed_host", notes.name)
        with stage.host("direct", module) as host, stage.bare() as bare:
            times = asyncio.run(_in_turn(stage, bare, {"direct": host.url}))["direct"]
        passed = [json.loads(line) for line in notes.readlines()][-len(times) :]
    print(f"\n{'a turn until its first words, p50':<44}{'ms':>8}{'since':>8}{_load()}")
    before = 0.0
    for place in passed[-1]:
        at = statistics.median(
            1000 * (each[place] - turn.began) for each, turn in zip(passed, times, strict=True)
        )
        print(f"{place:<44}{at:>8.2f}{at - before:>+8.2f}")
        before = at
    print(f"{'they are there':<44}{_ms([each.first for each in times], 0.5)[2:]}")


# ---- many callers ----


def many_callers(stage: Stage) -> None:
    print(
        f"\n{f'streamed turns, {CALLERS} callers':<36}{'turns/s':>10}{'p50 ms':>10}{'p95 ms':>10}"
        f"{'p95 first':>11}{'lost':>7}{_load()}"
    )
    with stage.host("direct") as first:
        _row("one host process", stage, [first.url])
        with stage.host("direct") as second:
            _row("two host processes", stage, [first.url, second.url])


def _row(name: str, stage: Stage, urls: list[str]) -> None:
    before = Work.now()
    run = asyncio.run(_talk(stage, urls, seconds=SECONDS))
    work = Work.now().since(before)
    firsts = sorted(each.first for each in run.times)
    measured = Measured(len(run.times), run.seconds, sorted(each.whole for each in run.times))
    lost = _lost(stage.supabase, run.answers)
    print(
        f"{name:<36}{measured.per_second:>10.0f}{_ms(measured.latencies, 0.5)}"
        f"{_ms(measured.latencies, 0.95)}{_ms(firsts, 0.95)} {lost:>6}"
    )
    print(f"{'':<4}CPU ms a turn: {work.told(measured.requests)}")


@dataclass
class Run:
    """Turns that were answered, and how many of each interview."""

    seconds: float = 0.0
    times: list[Times] = field(default_factory=list)
    answers: dict[Case, int] = field(default_factory=dict)


async def _talk(stage: Stage, urls: list[str], *, seconds: float, most: int = 10**9) -> Run:
    """From so many callers at once, each interview for ten turns, until the time or the number is over."""
    run, unused = Run(), iter(_cases(stage.crowd, most))
    began = time.perf_counter()

    async def caller(url: str) -> None:
        async with Line(url) as line:
            for case in unused:
                for _ in range(TURNS_EACH):
                    if time.perf_counter() - began > seconds or len(run.times) >= most:
                        return
                    run.times.append(await turn(line, case))
                    run.answers[case] = run.answers.get(case, 0) + 1

    await asyncio.gather(*(caller(urls[number % len(urls)]) for number in range(CALLERS)))
    run.seconds = time.perf_counter() - began
    return run


def _cases(crowd: Crowd, most: int) -> list[Case]:
    """More than can be used up in the time."""
    return crowd.cases(min(400, most // TURNS_EACH + CALLERS), started=True)


def _lost(supabase: SupabaseStack, answers: dict[Case, int]) -> int:
    """Answers and replies that are not in the transcript, or are there twice."""
    rows = zip(answers.values(), said(supabase, list(answers)), strict=True)
    return sum(max(abs(sent - each) for each in stored) for sent, stored in rows)


@dataclass(frozen=True, slots=True)
class Work:
    """Seconds of processor time by part of the stack, and of the whole machine."""

    parts: dict[str, float]
    busy: float

    @classmethod
    def now(cls) -> Self:
        parts = dict.fromkeys(("worker", "database", "REST", "model", "callers"), 0.0)
        own = psutil.Process()
        for process in (own, *own.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                used = process.cpu_times()
                parts[_part(process, own.pid)] += used.user + used.system
        times = psutil.cpu_times()
        return cls(parts, times.user + times.system + times.softirq + times.irq + times.nice)

    def since(self, before: Self) -> "Work":
        return Work(
            {name: used - before.parts[name] for name, used in self.parts.items()}, self.busy - before.busy
        )

    def told(self, turns: int) -> str:
        ours = sum(self.parts.values())
        named = ", ".join(f"{name} {1000 * used / turns:.1f}" for name, used in self.parts.items())
        return f"{named}; of others {1000 * max(0.0, self.busy - ours) / turns:.1f}"


def _part(process: psutil.Process, own: int) -> str:
    if process.pid == own:
        return "callers"
    command = " ".join(process.cmdline())
    if "local.host" in command:
        return "worker"
    if "local.simulators" in command:
        return "model"
    return "REST" if "launcher.mjs" in command else "database"


# ---- memory ----


def memory(stage: Stage, turns: int) -> None:
    with stage.host("direct") as host:
        process = psutil.Process(host.pid)
        part = max(CALLERS * TURNS_EACH, turns // 10)
        sizes, done = [], 0
        asyncio.run(_talk(stage, [host.url], seconds=300, most=part))
        sizes.append(process.memory_info().rss / 2**20)
        while done < turns:
            run = asyncio.run(_talk(stage, [host.url], seconds=300, most=part))
            done += len(run.times)
            sizes.append(process.memory_info().rss / 2**20)
    grown = 2**20 * (sizes[-1] - sizes[0]) / done
    print(f"\nmemory of the worker over {done} turns, after {part} to warm up{_load()}")
    print(f"  {' '.join(f'{each:.1f}' for each in sizes)} MB, {grown:.0f} bytes a turn")


def _ms(seconds: list[float], share: float) -> str:
    ordered = sorted(seconds)
    return f"{1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]:>10.2f}"


def _load() -> str:
    return f"    (load {os.getloadavg()[0]:.1f})"


@contextlib.contextmanager
def staged() -> Iterator[Stage]:
    with Azurite() as azurite, SupabaseStack() as supabase, Simulators() as simulators:
        make_turns_login(supabase)
        simulators.options(token_delay=0)
        simulators.script("openai", json=SPOKEN, times=None)
        yield Stage(supabase, simulators, azurite, Crowd(supabase))


def run(memory_turns: int = MEMORY_TURNS) -> None:
    with staged() as stage:
        one_caller(stage)
        timeline(stage)
        many_callers(stage)
        memory(stage, memory_turns)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--memory-turns", type=int, default=MEMORY_TURNS)
    run(parser.parse_args().memory_turns)
