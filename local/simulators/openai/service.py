"""The routes of Azure OpenAI."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from local.simulators.world import World


def routes(world: World) -> list[BaseRoute]:
    del world
    return []
