"""What goes into a call besides its trigger and what comes out besides its answer."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

from local.host.model import FunctionFailedError
from local.host.protos import ParameterBinding, TypedData

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from local.host.model import Binding, Function, InputProvider, OutputWriter, Result
    from local.host.protos import ModelBindingData

logger = logging.getLogger("local.host.calls")


class CallData:
    """Asks the registered providers for inputs and hands outputs to the registered writers.

    A binding that fails is a failure of the function, as in Azure.
    """

    def __init__(self) -> None:
        self.providers: dict[str, InputProvider] = {}  # by folded binding type
        self.writers: dict[str, OutputWriter] = {}
        self._outputs: dict[str, list[Binding]] = {}  # by function id; without the answers to HTTP requests
        self._unwritten: set[tuple[str, str]] = set()

    def learn(self, functions: Iterable[Function]) -> None:
        """Find each function's outputs once, as every call needs them."""
        for function in functions:
            self._outputs[function.id] = [
                b for b in function.bindings if b.direction != "in" and b.type.casefold() != "http"
            ]

    async def inputs(
        self, function: Function, trigger: TypedData | ModelBindingData, metadata: Mapping[str, TypedData]
    ) -> list[ParameterBinding]:
        """Give the trigger's value and those of the other inputs."""
        inputs = [ParameterBinding(function.trigger.name, _typed(trigger))]
        if len(function.bindings) > 1:
            for binding in function.inputs:
                value = await self._input(function, binding, metadata)
                inputs.append(ParameterBinding(binding.name, _typed(value)))
        return inputs

    async def _input(
        self, function: Function, binding: Binding, metadata: Mapping[str, TypedData]
    ) -> TypedData | ModelBindingData:
        provider = self.providers.get(binding.type.casefold())
        if provider is None:
            raise FunctionFailedError(
                "NotSupportedError", f"the local host knows no input binding of type '{binding.type}'"
            )
        try:
            return await provider(function, binding, metadata)
        except FunctionFailedError:
            raise
        except Exception as error:
            raise _failure(error) from error

    async def write(self, function: Function, result: Result, metadata: Mapping[str, TypedData]) -> None:
        """Write the outputs that were set."""
        for binding in self._outputs.get(function.id, ()):
            value = result.return_value if binding.name == "$return" else result.outputs.get(binding.name)
            if value is not None and value.WhichOneof("data") is not None:
                await self._write(function, binding, value, metadata)

    async def _write(
        self, function: Function, binding: Binding, value: TypedData, metadata: Mapping[str, TypedData]
    ) -> None:
        writer = self.writers.get(binding.type.casefold())
        if writer is None:
            self._warn(function, binding)
            return
        try:
            await writer(function, binding, value, metadata)
        except FunctionFailedError:
            raise
        except Exception as error:
            raise _failure(error) from error

    def _warn(self, function: Function, binding: Binding) -> None:
        if (function.id, binding.name) not in self._unwritten:
            self._unwritten.add((function.id, binding.name))
            logger.warning(
                "The output '%s' of '%s' is not written: the local host knows no %s binding.",
                binding.name,
                function.name,
                binding.type,
            )


def _typed(value: TypedData | ModelBindingData) -> TypedData:
    return value if isinstance(value, TypedData) else TypedData(model_binding_data=value)


def _failure(error: Exception) -> FunctionFailedError:
    return FunctionFailedError(type(error).__name__, str(error), "".join(traceback.format_exception(error)))
