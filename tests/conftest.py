"""Every test belongs to the category of its folder; only some categories may open a socket."""

from pathlib import Path

import pytest

from tests import real_azure

ROOT = Path(__file__).parent
CATEGORIES = {"unit", "contract", "integration", "e2e", "security", "architecture", "performance"}
MAY_OPEN_SOCKETS = {"contract", "integration", "e2e", "security", "performance"}
LOOPBACK = ["127.0.0.1", "::1", "localhost"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        category = item.path.relative_to(ROOT).parts[0]
        if category not in CATEGORIES:
            raise pytest.UsageError(f"{item.path} stands in no category folder: {sorted(CATEGORIES)}")
        item.add_marker(getattr(pytest.mark, category))
        if category in MAY_OPEN_SOCKETS:
            item.add_marker(pytest.mark.enable_socket)
            if not (real_azure.is_configured() and item.get_closest_marker("azure")):
                item.add_marker(pytest.mark.allow_hosts(LOOPBACK))
