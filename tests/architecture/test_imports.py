"""What a cold start does not pay for: heavy libraries are loaded by the first call that needs them."""

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
]
LOADED = "import sys, function_app; print(*sorted(sys.modules))"


def test_the_app_loads_no_heavy_library() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    loaded = done.stdout.split()

    heavy = [name for name in loaded for each in HEAVY if name == each or name.startswith(f"{each}.")]

    assert "function_app" in loaded
    assert heavy == []


def test_every_heavy_library_is_one_that_the_app_could_load() -> None:
    """A misspelt name would never be found."""
    missing = f"import importlib.util as u; print(*[m for m in {HEAVY!r} if u.find_spec(m) is None])"

    done = subprocess.run([sys.executable, "-c", missing], capture_output=True, text=True, check=True)

    assert done.stdout.split() == []
