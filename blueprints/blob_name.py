"""A blob trigger that is told where its blob is, and gets none of it.

The platform's own type for a blob has the whole of it sent into this process, of whatever size a
stranger chose. With a type of ours that declares itself as one of the SDK types, the platform sends
the name alone.
"""

import json
from dataclasses import dataclass
from typing import Any

from azurefunctions.extensions.base import Datum, InConverter, SdkType


@dataclass(frozen=True, slots=True)
class BlobPlace:
    container: str
    name: str


class BlobName(SdkType):  # type: ignore[misc]  # the library tells no types
    """What a trigger annotates its parameter with."""

    def __init__(self, *, data: Any) -> None:  # noqa: ANN401 - the platform's
        super().__init__(data=data)
        content = json.loads(data.content)
        self.place = BlobPlace(str(content["ContainerName"]), str(content["BlobName"]))

    def get_sdk_type(self) -> BlobPlace:
        return self.place


class BlobNameConverter(InConverter, binding="blob", trigger="blobTrigger"):  # type: ignore[misc,call-arg]  # likewise
    @classmethod
    def check_input_type_annotation(cls, pytype: type) -> bool:
        return issubclass(pytype, BlobName)

    @classmethod
    def has_implicit_output(cls) -> bool:
        return False

    @classmethod
    def decode(cls, data: Datum, *, trigger_metadata: Any, pytype: type[BlobName]) -> BlobName:  # noqa: ANN401, ARG003 - as called
        return pytype(data=data.value)
