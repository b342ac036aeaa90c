"""`make bench`: figures side by side, in one run on one machine. Quote ratios, not single figures."""

import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import psutil

from tests.azurite import free_ports
from tests.host_process import APPS, REPOSITORY, HostProcess
from tests.performance import database, documents, language_model, scoring, turns
from tests.performance.load import run
from tests.sample_settings import SAMPLE

SECONDS = 3.0
CALLERS = (1, 16)
STREAMS = 10_000
WARM_UP = 1_000
ENVIRONMENT = SAMPLE | {"LOG_LEVEL": "WARNING"}
EXTENSION = "import azurefunctions.extensions.http.fastapi"
APP = "import function_app"


@dataclass
class Served:
    name: str
    url: str
    ready_after: float


@contextlib.contextmanager
def bare() -> Iterator[Served]:
    (port,) = free_ports(1)
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.performance.bare", str(port)], cwd=REPOSITORY
    ) as process:
        url = f"http://127.0.0.1:{port}/ping"
        while not _answers(url):
            time.sleep(0.01)
        yield Served("bare Starlette", url, time.perf_counter() - started)
        process.terminate()


@contextlib.contextmanager
def hosted(name: str, app: str, path: str) -> Iterator[Served]:
    started = time.perf_counter()
    folder = REPOSITORY if app == "." else APPS / app
    with HostProcess(folder, env=ENVIRONMENT) as host:
        yield Served(name, host.url + path, time.perf_counter() - started)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).status_code == 200
    except httpx.TransportError:
        return False


def requests() -> None:
    print(f"{'':<36}{'callers':>8}{'req/s':>10}{'p50 ms':>10}{'p99 ms':>10}{'start s':>10}")
    for serve in (
        bare(),
        hosted("classic function", "bench_classic", "/ping"),
        hosted("streaming function", "bench_streaming", "/ping"),
        hosted("our endpoint on the edge kit", ".", "/health/live"),
    ):
        with serve as served:
            run(served.url, callers=4, seconds=0.5)
            for callers in CALLERS:
                _row(served, callers)


def _row(served: Served, callers: int) -> None:
    measured = run(served.url, callers=callers, seconds=SECONDS)
    p50, p99 = (1000 * measured.percentile(share) for share in (0.5, 0.99))
    start = f"{served.ready_after:>10.2f}" if callers == CALLERS[0] else ""
    print(f"{served.name:<36}{callers:>8}{measured.per_second:>10.0f}{p50:>10.2f}{p99:>10.2f}{start}")


def imports(rounds: int = 7) -> None:
    extension, app = [], []
    for _ in range(rounds):
        extension.append(_import_seconds(EXTENSION))
        app.append(_import_seconds(APP))
    ratio = statistics.median(mine / theirs for mine, theirs in zip(app, extension, strict=True))
    print("\nimport, median of pairs in turn")
    print(f"  the HTTP extension alone {statistics.median(extension) * 1000:>8.0f} ms")
    print(f"  function_app             {statistics.median(app) * 1000:>8.0f} ms   ratio {ratio:.2f}")


def _import_seconds(statement: str) -> float:
    code = f"import time; started = time.perf_counter(); {statement}; print(time.perf_counter() - started)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def memory() -> None:
    with HostProcess(APPS / "edge_lab") as host:
        process = psutil.Process(host.pid)
        url = f"{host.url}/api/v1/stream/3"
        run(url, callers=8, seconds=120, most=WARM_UP)
        before = process.memory_info().rss
        measured = run(url, callers=8, seconds=300, most=STREAMS)
        after = process.memory_info().rss
    grown = (after - before) / measured.requests
    print(f"\nmemory over {measured.requests} streamed answers of three events")
    print(f"  {before / 2**20:.1f} MB -> {after / 2**20:.1f} MB, {grown:.0f} bytes a request")
    print(f"  {measured.per_second:.0f} streams/s, p50 {1000 * measured.percentile(0.5):.1f} ms")


if __name__ == "__main__":
    requests()
    imports()
    memory()
    database.run()
    documents.run()
    language_model.run()
    turns.run()
    scoring.run()
