"""Is it up, is it ready, and do its workflows work."""

import azure.functions as func
from fastapi import Request, Response

from shared.bootstrap import edge, services
from shared.contracts.health import Alive, Details, Healthy, Readiness
from shared.http.api import Api
from shared.http.edge import OPEN

api = Api("Health", edge, OPEN)


@api.get("/health")
async def health() -> Healthy:
    """Answer as long as the process does; asks no dependency."""
    return Healthy()


@api.get("/health/live")
async def health_live() -> Alive:
    """Answer as long as the process does, for the platform's probe."""
    return Alive()


@api.get("/health/ready", responses={503: {"model": Readiness, "description": "A dependency is down"}})
async def health_ready(response: Response) -> Readiness:
    """Ask each dependency, by name, within five seconds."""
    readiness = await services().check_readiness()
    response.status_code = 200 if readiness.status == "ready" else 503
    return readiness


def _memory_mb() -> float:
    import psutil  # noqa: PLC0415 - 10 ms that only this endpoint needs

    return round(psutil.Process().memory_info().rss / 2**20, 1)


@api.get(
    "/health/detailed",
    auth_level=func.AuthLevel.FUNCTION,
    durable_client=True,
    refuses=("upstream_unavailable",),
)
async def health_detailed(request: Request) -> Details:
    """Tell version, uptime and memory, and prove that workflows work.

    Runs a small orchestration at most once a minute. Where the app is deployed it needs a function key.
    """
    current = services()
    return Details(
        version=current.version,
        uptime_seconds=round(current.uptime_seconds, 1),
        memory_mb=_memory_mb(),
        workflows=await current.check_workflows(request.state.durable_client)(),
    )
