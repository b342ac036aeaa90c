"""A small closed-loop HTTP load generator: keep-alive connections, each sends when it has its answer."""

import asyncio
import time
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Measured:
    """What a run gave; latencies are in seconds, in ascending order."""

    requests: int
    seconds: float
    latencies: list[float]

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    def percentile(self, share: float) -> float:
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * share))]


async def _read_answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"unexpected answer: {head[:200]!r}")
    lower = head.lower()
    if b"content-length:" in lower:
        length = int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        await reader.readexactly(length)
        return
    while size := int((await reader.readline()).strip(), 16):
        await reader.readexactly(size + 2)
    await reader.readline()


async def _caller(url: str, until: float, most: int) -> list[float]:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    request = f"GET {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\n\r\n".encode()
    latencies: list[float] = []
    try:
        while len(latencies) < most and time.perf_counter() < until:
            started = time.perf_counter()
            writer.write(request)
            await _read_answer(reader)
            latencies.append(time.perf_counter() - started)
    finally:
        writer.close()
    return latencies


async def _run(url: str, callers: int, seconds: float, most: int) -> Measured:
    started = time.perf_counter()
    share = -(-most // callers)
    found = await asyncio.gather(*(_caller(url, started + seconds, share) for _ in range(callers)))
    latencies = sorted(latency for each in found for latency in each)
    return Measured(len(latencies), time.perf_counter() - started, latencies)


def run(url: str, *, callers: int, seconds: float, most: int = 10_000_000) -> Measured:
    """Call this address from so many callers until the time or the number is reached."""
    return asyncio.run(_run(url, callers, seconds, most))
