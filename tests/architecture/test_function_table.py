"""The public surface of the app, as the production worker library indexes and checks it.

The table is a golden file. After a wanted change write it anew:
`python -m tests.architecture.test_function_table`.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.host_process import REPOSITORY

GOLDEN = Path(__file__).with_name("function_table.json")
INDEX = """
import json, sys
from azure_functions_runtime.bindings.meta import load_binding_registry
from azure_functions_runtime.functions import Registry
from azure_functions_runtime.loader import index_function_app, process_indexed_function
from local.host import protos

load_binding_registry()
found = index_function_app("function_app.py")
process_indexed_function(protos, Registry(), found, ".")
table = {}
for each in found:
    bindings = [json.loads(raw) if isinstance(raw, str) else raw for raw in each.get_raw_bindings()]
    table[each.get_function_name()] = sorted(bindings, key=lambda b: (b["direction"], b["type"], b["name"]))
json.dump(table, sys.stdout, indent=2, sort_keys=True)
"""


def table() -> dict[str, Any]:
    """Indexed in a process of its own: the worker library keeps one app per process."""
    done = subprocess.run(
        [sys.executable, "-c", INDEX], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_app_offers_exactly_these_functions() -> None:
    assert table() == json.loads(GOLDEN.read_text())


def test_every_route_is_health_or_versioned_or_documentation() -> None:
    routes = [
        binding["route"]
        for bindings in json.loads(GOLDEN.read_text()).values()
        for binding in bindings
        if binding["type"] == "httpTrigger"
    ]

    assert routes
    assert all(route.startswith(("api/", "health", "docs")) for route in routes)


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(table(), indent=2, sort_keys=True) + "\n")
