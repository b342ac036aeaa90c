"""What the description shows as an example is what the API takes and gives."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

import blueprints
from shared.contracts.base import Contract
from shared.contracts.merge import Patch

assert blueprints.ALL  # importing them has imported all contracts


def models(root: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield root
    for kind in root.__subclasses__():
        yield from models(kind)


def examples() -> Iterator[Any]:
    for model in dict.fromkeys(models(Contract)):
        extra = model.model_config.get("json_schema_extra")
        if isinstance(extra, dict) and isinstance(shown := extra.get("examples"), list):
            for number, each in enumerate(shown):
                yield pytest.param(model, each, id=f"{model.__name__}-{number}")


@pytest.mark.parametrize(("model", "shown"), list(examples()))
def test_every_example_is_one(model: type[BaseModel], shown: dict[str, Any]) -> None:
    model.model_validate(shown)


@pytest.mark.parametrize("model", list(dict.fromkeys(models(Patch))))
def test_nothing_of_a_merge_is_required(model: type[BaseModel]) -> None:
    assert [name for name, field in model.model_fields.items() if field.is_required()] == []
