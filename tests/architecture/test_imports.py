"""What a cold start does not pay for: what only a call needs is loaded by the first that needs it."""

import subprocess
import sys

from tests.host_process import REPOSITORY

HEAVY = [
    "openai",
    "httpx2",
    "tiktoken",
    "jiter",
    "stamina",
    "aiohttp",
    "azure.ai",
    "azure.cognitiveservices",
    "azure.communication",
    "azure.core.pipeline",
    "azure.eventgrid",
    "azure.identity",
    "azure.messaging",
    "azure.storage",
    "supabase",
    "postgrest",
    "psycopg",
    "pypdfium2",
    "yaml",
    "jwt",
    "opentelemetry.exporter",
    "azure.monitor",
]
OURS = ["shared.adapters", "shared.packs", "shared.prompts", "shared.settings", "shared.use_cases"]
LOADED = "import sys, function_app; print(*sorted(sys.modules))"
COLLECTING = "import gc, function_app; print(gc.isenabled(), gc.get_freeze_count() > 10_000)"


def test_the_app_loads_no_heavy_library_and_nothing_of_ours_that_only_a_request_needs() -> None:
    loaded = _said(LOADED).split()

    unwanted = [name for name in loaded for each in HEAVY + OURS if f"{name}.".startswith(f"{each}.")]

    assert "function_app" in loaded
    assert unwanted == []


def test_what_the_app_loads_is_never_looked_through_for_garbage_and_what_it_makes_later_is() -> None:
    assert _said(COLLECTING).split() == ["True", "True"]


def test_everything_unwanted_is_something_that_the_app_could_load() -> None:
    """A misspelt name would never be found."""
    missing = f"import importlib.util as u; print(*[m for m in {HEAVY + OURS!r} if u.find_spec(m) is None])"

    assert _said(missing).split() == []


def _said(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return done.stdout
