"""Every test belongs to the category of its folder; only some categories may open a socket."""

import gc
from collections.abc import Generator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from tests import authorities, clusters, real_azure

ROOT = Path(__file__).parent
# in the order in which they run: what waits for processes first, so that no long file comes last
CATEGORIES = ("e2e", "integration", "security", "contract", "performance", "architecture", "unit")
MAY_OPEN_SOCKETS = {"contract", "integration", "e2e", "security", "performance"}
LOOPBACK = ["127.0.0.1", "::1", "localhost"]

# a property holds or it does not; how long it takes says how busy the machine is
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.add_cleanup(clusters.kept_for_this_run())
        if not real_azure.is_configured():
            config.add_cleanup(authorities.one_for_this_run())


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among thousands of tests, neither while they are found nor ever after."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@cache  # thousands of tests stand in some hundred files
def _category(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


@pytest.hookimpl(trylast=True)  # after the order was shuffled; inside a category it stays so
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        category = _category(item.path)
        if category not in CATEGORIES:
            raise pytest.UsageError(f"{item.path} stands in no category folder: {sorted(CATEGORIES)}")
        item.add_marker(getattr(pytest.mark, category))
        if category in MAY_OPEN_SOCKETS:
            item.add_marker(pytest.mark.enable_socket)
            if not (real_azure.is_configured() and item.get_closest_marker("azure")):
                item.add_marker(pytest.mark.allow_hosts(LOOPBACK))
    # folder by folder, so that what a folder shares is started once and ends with it
    files = dict.fromkeys(item.path for item in items)
    folders = {folder: at for at, folder in enumerate(dict.fromkeys(file.parent for file in files))}
    place = {file: (CATEGORIES.index(_category(file)), folders[file.parent]) for file in files}
    items.sort(key=lambda item: place[item.path])
