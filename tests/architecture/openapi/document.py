"""The description as the app gives it."""

import json
from functools import cache

import blueprints
from shared import __version__, bootstrap
from shared.http.openapi import describe
from tests.architecture.openapi.golden import Node

assert blueprints.ALL  # importing them has filled the edge


@cache
def described() -> Node:
    """As it is answered: through JSON, and never to be changed by who reads it."""
    document: Node = json.loads(json.dumps(describe(bootstrap.edge, __version__)))
    return document
