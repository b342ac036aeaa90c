"""Loads a function app through the worker library and explains what keeps it from loading."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import local
from local.host.model import Binding, Function
from local.host.retries import policy_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local.host.protos import RpcException, RpcFunctionMetadata
    from local.host.settings import HostSettings

_FRAME = re.compile(r'^\s*File "([^"]+)", line (\d+)', re.MULTILINE)
_REFUSED = re.compile(r"cannot load the (\S+) function")
_SKIPPED = frozenset({".venv", "venv", ".python_packages", "site-packages", "node_modules", ".git"})
_ANNOTATION = re.compile(r'annotation "?(\w+)"?$')
_MISSING_MODULE = re.compile(r"No module named '([^']+)'")


class AppLoadError(Exception):
    """The app cannot be loaded. The text is meant for the app's developer; `stack` for -v."""

    def __init__(self, message: str, stack: str = "") -> None:
        super().__init__(message)
        self.stack = stack


def check_folder(app_dir: Path) -> None:
    """Refuse what cannot be a Python v2 app, before anything of it is imported."""
    script = os.environ.get("PYTHON_SCRIPT_FILE_NAME", "function_app.py")
    if not app_dir.is_dir():
        raise AppLoadError(f"There is no folder {app_dir}.")
    if not (app_dir / script).is_file():
        raise AppLoadError(f"There is no {script} in {app_dir}. Give the folder of a Python v2 function app.")
    ours = Path(local.__file__).parent
    folder, module = app_dir / "local", app_dir / "local.py"
    # a folder without Python is data: nobody imports it
    namesake = module if module.exists() else folder if any(folder.rglob("*.py")) else None
    if namesake is not None and namesake != ours:
        raise AppLoadError(
            f"{namesake} has the name of the host's own package: rename it, or the app cannot import it."
        )


def take_path(app_dir: Path) -> None:
    """Let the app import from its own folder first, and not from where the host was started."""
    if sys.path[0] == str(Path.cwd()):
        del sys.path[0]
    home = Path(local.__file__).parent.parent
    if any(_is_hidden(folder, home) for folder in app_dir.iterdir()):
        sys.path[:] = [entry for entry in sys.path if entry.rstrip("/") != str(home)]
    sys.path.insert(0, str(app_dir))  # the worker library imports `function_app` from there


def _is_hidden(folder: Path, home: Path) -> bool:
    """Tell whether a package of the host's source goes before a folder of the app.

    One with an `__init__.py` goes before any without, whatever the order of the path.
    """
    its_own = folder.is_dir() and not (folder / "__init__.py").exists()
    return its_own and (home / folder.name / "__init__.py").exists()


def functions_from(metadata: Sequence[RpcFunctionMetadata], settings: HostSettings) -> list[Function]:
    """Turn the worker library's metadata into our functions."""
    functions = [_function(entry, settings) for entry in metadata]
    seen: dict[str, Function] = {}
    for function in functions:
        if seen.setdefault(function.name.casefold(), function) is not function:
            raise AppLoadError(
                f"Two functions are named '{function.name}'. Names must differ, also in other than case: "
                "rename one, for example with @app.function_name(...)."
            )
    return functions


def _function(entry: RpcFunctionMetadata, settings: HostSettings) -> Function:
    bindings = tuple(_binding(json.loads(text)) for text in entry.raw_bindings)
    if not any(binding.type.casefold().endswith("trigger") for binding in bindings):
        raise AppLoadError(f"The function '{entry.name}' has no trigger.")
    return Function(
        id=entry.function_id,
        name=entry.name,
        bindings=bindings,
        retry=policy_from(entry.retry_options),
        disabled=settings.disabled(entry.name),
    )


def _binding(raw: dict[str, object]) -> Binding:
    return Binding(
        name=str(raw.get("name", "")),
        type=str(raw.get("type", "")),
        direction=str(raw.get("direction", "in")).casefold(),
        settings=raw,
    )


@contextmanager
def unheard() -> Iterator[None]:
    """Keep the worker library from logging a load error: `explain` says it in fewer words."""
    library = logging.getLogger("azure.functions")
    level = library.level
    library.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        library.setLevel(level)


def explain(exception: RpcException, app_dir: Path) -> AppLoadError:
    """Say which file and line, what happened, and what to do about it."""
    kind, _, text = str(exception.message).partition(": ")
    text = text.split(" Please check the requirements.txt file", 1)[0].removesuffix(". Cannot find module.")
    stack = str(exception.stack_trace)
    where = _place(stack, app_dir) or _place_of_function(text, app_dir)
    lines = [f"{where}{kind}: {text.strip()}"]
    if advice := _advice(kind, text, app_dir):
        lines.append(advice)
    return AppLoadError("\n".join(lines), stack)


def explain_exit(error: BaseException, app_dir: Path) -> AppLoadError:
    stack = "".join(traceback.format_exception(error))
    return AppLoadError(f"{_place(stack, app_dir)}the app ended the process while loading: {error!r}", stack)


def _place(stack: str, app_dir: Path) -> str:
    """Find the last frame inside the app: that line is what its developer can change."""
    frames = [found for found in _FRAME.findall(stack) if found[0].startswith(f"{app_dir}/")]
    # a SyntaxError carries its place in the same form; installed packages are not the app's own code
    frames = [frame for frame in frames if "/site-packages/" not in frame[0]]
    return f"{frames[-1][0]}, line {frames[-1][1]}: " if frames else ""


def _place_of_function(text: str, app_dir: Path) -> str:
    """Find where the app defines the function that the worker library refuses."""
    found = _REFUSED.search(text)
    if found is None:
        return ""
    definition = re.compile(rf"^\s*(?:async\s+)?def\s+{re.escape(found[1])}\s*\(")
    for path in sorted(app_dir.rglob("*.py")):
        if not _SKIPPED.isdisjoint(path.relative_to(app_dir).parts):
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if definition.match(line):
                return f"{path}, line {number}: "
    return ""


def _advice(kind: str, text: str, app_dir: Path) -> str:
    if kind in {"ModuleNotFoundError", "ImportError"}:
        return _import_advice(text, app_dir)
    if kind == "FunctionLoadError":
        return _function_advice(text)
    if "More than one" in text:
        return "Keep one FunctionApp per app; use Blueprints for the rest."
    if "Could not find top level function app" in text:
        return "function_app.py must define one at module level: app = func.FunctionApp()."
    return _name_advice(text) if kind == "ValueError" and "name" in text and "unique" in text else ""


def _name_advice(text: str) -> str:
    if "BuiltIn__" in text:
        return "Durable blueprints must be registered on app = df.DFApp(), not on a func.FunctionApp()."
    return "Two functions have one name: rename one, for example with @app.function_name(...)."


def _import_advice(text: str, app_dir: Path) -> str:
    found = _MISSING_MODULE.search(text)
    if found is None:
        return ""
    # what lives in Microsoft's common namespace is installed as a package of the whole name
    whole = found[1].startswith("azure.")
    package = found[1].replace(".", "-") if whole else found[1].split(".")[0]
    if (app_dir / "requirements.txt").exists():
        return (
            f"Install what the app needs: pip install -r {app_dir / 'requirements.txt'} "
            f"(and add '{package}' there if it is missing)."
        )
    return f"Install it: pip install {package} - and list it in {app_dir / 'requirements.txt'} for Azure."


def _function_advice(text: str) -> str:
    annotation = _ANNOTATION.search(text)
    if annotation and annotation[1] == "HttpRequest":
        return (
            "Importing azurefunctions.extensions.http.fastapi anywhere switches HTTP streaming on for the "
            "whole app: every HTTP function must then take its Request and return its responses."
        )
    if annotation and annotation[1] == "Request":
        return "Annotate the request with func.HttpRequest, or leave the annotation out."
    if "non-type annotation" in text:
        return (
            "The worker accepts plain classes only as annotations of bound parameters: write `dict` for "
            "`dict[str, int]`, and leave Optional[...] and `| None` out."
        )
    if "declared in Python but not in the function definition" in text:
        return "Each parameter needs a binding of the same name (arg_name=...), except `context`."
    if "not present in Python" in text:
        return (
            "Each binding's arg_name must be a parameter of the function (decorators need functools.wraps)."
        )
    return ""
