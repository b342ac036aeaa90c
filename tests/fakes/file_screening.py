"""A screening that knows what a test told it."""


class FakeFileScreening:
    def __init__(self) -> None:
        self.harmful: set[bytes] = set()

    async def is_safe(self, content: bytes) -> bool:
        return content not in self.harmful
