"""Speech: tokens with which a browser hears and speaks by itself."""

from typing import Annotated

from fastapi import Query

from shared.bootstrap import edge, services
from shared.contracts.speech import RelayTokenView, SpeechTokenQuery, SpeechTokenView
from shared.domain.rate_limits import RateClass
from shared.http.api import Api
from shared.http.edge import Policy
from shared.http.guard import Caller

api = Api("Speech", edge)

TOKEN = "/api/v1/speech/token"  # noqa: S105 - an address
LIMITS = Policy(limits=(RateClass.DEFAULT, RateClass.TOKEN_GENERATION, RateClass.SPEECH_TOKEN))


@api.get(TOKEN, policy=LIMITS, refuses=("not_found", "forbidden", "invalid_interview_state"))
async def read_speech_token(query: Annotated[SpeechTokenQuery, Query()], caller: Caller) -> SpeechTokenView:
    """Get the token with which your browser hears and speaks. Without one, go on in text."""
    return await services().speech_token(caller, query.interview_id)


@api.post(TOKEN, policy=LIMITS, refuses=("not_found", "forbidden", "invalid_interview_state"))
async def issue_speech_token(caller: Caller, wish: SpeechTokenQuery | None = None) -> SpeechTokenView:
    """Get the token with which your browser hears and speaks, as by GET."""
    return await services().speech_token(caller, wish.interview_id if wish else None)


@api.get("/api/v1/speech/relay-token", policy=LIMITS, refuses=("not_found",))
async def issue_relay_token(caller: Caller) -> RelayTokenView:  # noqa: ARG001 - whoever is signed in
    """Get what WebRTC needs to show the avatar. 404 where there is none: go on without a face."""
    return await services().avatar_relay()
