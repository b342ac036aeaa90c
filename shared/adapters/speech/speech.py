"""Hearing and saying through Azure Speech."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.speech.recognition import Recognition, samples_of
from shared.adapters.speech.synthesis import Synthesis
from shared.domain.speech import MAX_SPOKEN_CHARACTERS, RATE, SAMPLE_BYTES, Heard, Hearing
from shared.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.adapters.policies.guard import Guarded
    from shared.adapters.speech.resource import SpeechResource
    from shared.domain.speech import Saying, Sound, Utterance


class AzureSpeech:
    """A connection for each call, and nothing to close: parts of the SDK live as long as their call."""

    def __init__(self, resource: SpeechResource, guarded: Guarded) -> None:
        self._resource = resource
        self._guarded = guarded

    async def recognise(self, utterance: Utterance, partly: Callable[[str], None] | None = None) -> Heard:
        samples = samples_of(utterance.audio)
        if not samples:
            return Heard(Hearing.SILENCE)

        async def hear() -> Heard:
            configuration = await self._resource.configuration()
            return await Recognition(configuration, utterance, samples, partly).run()

        seconds = len(samples) / (RATE * SAMPLE_BYTES)
        # the service may be no quicker than speech itself
        return await self._guarded.call("recognise", hear, seconds=self._guarded.policy.seconds + seconds)

    async def synthesise(self, saying: Saying) -> Sound:
        if not saying.text.strip():
            raise InvalidInputError("There is nothing to say.")
        if len(saying.text) > MAX_SPOKEN_CHARACTERS:
            raise InvalidInputError(f"At most {MAX_SPOKEN_CHARACTERS} characters are said at once.")

        async def say() -> Sound:
            return await Synthesis(await self._resource.configuration(), saying).run()

        return await self._guarded.call("synthesise", say)
