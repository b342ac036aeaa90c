"""Azurite for tests: its own process on free ports, all in memory, on this machine only."""

import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

PROGRAM = Path(__file__).parents[1] / "local" / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"
ACCOUNT = "devstoreaccount1"
# the emulator's published key: the same on every machine, no secret
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
SERVICES = ("blob", "queue", "table")
PORTS = range(12_000, 20_000)  # between those of the stack and those of a stage, where no connection begins


class Azurite:
    """`with Azurite() as azurite:` gives a running one; stop() and start() keep its ports."""

    def __init__(self, *options: str) -> None:
        self.ports = ports_by_service()
        self._more = options
        self._process: subprocess.Popen[bytes] | None = None
        self._was_ready = False  # from then on the ports are known to others and must stay

    @property
    def connection_string(self) -> str:
        endpoints = ";".join(
            f"{service.capitalize()}Endpoint=http://127.0.0.1:{port}/{ACCOUNT}"
            for service, port in self.ports.items()
        )
        return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};{endpoints};"

    def start(self, timeout: float = 40.0) -> Self:
        node = shutil.which("node")
        if node is None or not PROGRAM.is_file():
            raise RuntimeError("Azurite is not installed: run `make install`")
        for attempt in range(3):
            if attempt and not self._was_ready:  # another process was quicker to take a port
                self.ports = ports_by_service()
            self._process = self._launch(node)
            if self._is_ready(time.monotonic() + timeout):
                self._was_ready = True
                return self
            self.kill()
        raise RuntimeError(f"Azurite did not start on {self.ports}")

    def _launch(self, node: str) -> subprocess.Popen[bytes]:
        places = [
            argument
            for service, port in self.ports.items()
            for argument in (f"--{service}Host", "127.0.0.1", f"--{service}Port", str(port))
        ]
        options = ["--silent", "--skipApiVersionCheck", "--disableTelemetry", "--inMemoryPersistence"]
        return subprocess.Popen(
            [node, str(PROGRAM), *options, *self._more, *places],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        """Let it end; everything it held is gone."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def _end(self, with_signal: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(with_signal)
        try:
            self._process.wait(5.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _is_ready(self, deadline: float) -> bool:
        assert self._process is not None
        while not all(accepts(port) for port in self.ports.values()):
            if self._process.poll() is not None or time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return self._process.poll() is None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def ports_by_service() -> dict[str, int]:
    return dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))


def free_ports(count: int) -> list[int]:
    """Find ports that stay free until their server starts.

    They are none that the system gives away by itself: between the asking and the start, one of those may go
    to any connection of the tests beside this one.
    """
    found: list[int] = []
    while len(found) < count:
        port = PORTS[secrets.randbelow(len(PORTS))]  # `random` has the same seed in every worker
        if port not in found and _is_free(port):
            found.append(port)
    return found


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
