"""Reads one file from standard input, writes what it holds as JSON, and ends."""

import json
import sys
from importlib import import_module

from shared.adapters.documents.child import limits
from shared.adapters.documents.child.answer import COMPLEX, RefusedError


def main(kind: str) -> None:
    limits.wall_in()
    reader = import_module(f"shared.adapters.documents.child.{kind}")
    limits.open_nothing_more()
    try:
        answer = reader.read(sys.stdin.buffer.read()).as_json()
    except RefusedError as refusal:
        answer = {"refused": refusal.reason}
    except (MemoryError, RecursionError):
        answer = {"refused": COMPLEX}
    sys.stdout.buffer.write(json.dumps(answer).encode())
    sys.stdout.buffer.flush()
