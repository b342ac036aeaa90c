"""Hears that a file was written into our storage: an upload is read, others concern nobody."""

from collections.abc import Awaitable, Callable
from urllib.parse import unquote, urlsplit

from shared.contracts.event_grid import BlobTold, GridEvent
from shared.domain.files import Store
from shared.errors import InvalidInputError

type Hear = Callable[[str, str], Awaitable[None]]


class HearBlob:
    """`hear` is told of each upload by its container and name; the blob trigger tells the same."""

    def __init__(self, hear: Hear, storage_url: str) -> None:
        self._hear = hear
        self._storage_url = storage_url

    async def __call__(self, event: GridEvent) -> None:
        """Raises InvalidInputError."""
        try:
            told = BlobTold.model_validate(event.data)
            told_at = urlsplit(told.url)
        except ValueError:  # of the event, or of the address
            raise InvalidInputError("The event names no file.") from None
        ours = urlsplit(self._storage_url)
        root = f"{ours.path.rstrip('/')}/{Store.UPLOADS}/"
        if told_at.netloc.lower() == ours.netloc.lower() and told_at.path.startswith(root):
            await self._hear(Store.UPLOADS.value, unquote(told_at.path.removeprefix(root)))
