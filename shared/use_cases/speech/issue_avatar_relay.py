"""Gives a browser what WebRTC needs to show the avatar."""

from shared.contracts.speech import RelayTokenView
from shared.ports.avatar_relays import AvatarRelays


class IssueAvatarRelay:
    def __init__(self, relays: AvatarRelays) -> None:
        self._relays = relays

    async def __call__(self) -> RelayTokenView:
        """Raises NotFoundError where the avatar is switched off: the interview goes on without a face."""
        relay = await self._relays.issue()
        return RelayTokenView(
            urls=list(relay.urls), username=relay.username, credential=relay.credential.reveal()
        )
