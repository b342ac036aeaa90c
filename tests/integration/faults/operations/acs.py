"""Calls, call tokens and letters."""

from contextlib import suppress
from uuid import UUID

import httpx

from shared.adapters.acs.call_tokens import AcsCallTokens
from shared.adapters.acs.calls import AcsCalls, Switchboard
from shared.adapters.acs.mailer import AcsMailer
from shared.adapters.acs.resource import Resource
from shared.adapters.azure.credentials import Credentials
from shared.adapters.azure.faults import azure_fault
from shared.domain.calls import AppUser, CallScope, CallState, Errand, SpokenText
from shared.domain.mail import Letter
from shared.domain.secret import Secret
from tests.integration.faults.table import Operation, Place

KEY = UUID("00000000-0000-4000-8000-000000000001")
GRACE = AppUser(f"8:acs:00000000-0000-4000-8000-00000000ac50_{KEY}")
LETTER = Letter(KEY, "ada@example.com", "Your interview", "Please begin.", "<p>Please begin.</p>")


def _resource(place: Place) -> Resource:
    return Resource(place.url, Secret(place.keys.acs), Credentials())


def _calls(place: Place) -> AcsCalls:
    switchboard = Switchboard("http://127.0.0.1:9/callback", place.url, "http://127.0.0.1:9/recordings")
    return AcsCalls(_resource(place), switchboard, place.guard("calls", azure_fault))


async def _place(place: Place) -> object:
    calls = _calls(place)
    try:
        return await calls.place(KEY, GRACE, Errand(KEY))
    finally:
        await calls.close()


async def _connected(place: Place, calls: AcsCalls) -> str:
    async with httpx.AsyncClient(trust_env=False) as http:
        with suppress(httpx.HTTPError):  # where nobody is there, the call itself is to find out
            await http.put(f"{place.url}/_sim/calls/pace", json={"pace": 0})
    call = await calls.place(KEY, GRACE, Errand(KEY))
    while call.state is not CallState.CONNECTED:
        call = await calls.look(call.id)
    return call.id


async def _say(place: Place) -> None:
    calls = _calls(place)
    try:
        await calls.say(await _connected(place, calls), SpokenText("Hello."), Errand(KEY))
    finally:
        await calls.close()


async def _hang_up(place: Place) -> None:
    calls = _calls(place)
    try:
        await calls.hang_up(await _connected(place, calls))
    finally:
        await calls.close()


async def _create(place: Place) -> object:
    tokens = AcsCallTokens(_resource(place), place.guard("call_tokens", azure_fault))
    try:
        return await tokens.create([CallScope.VOIP])
    finally:
        await tokens.close()


async def _issue(place: Place) -> object:
    tokens = AcsCallTokens(_resource(place), place.guard("call_tokens", azure_fault))
    try:
        identity = (await tokens.create([CallScope.VOIP])).identity
        return await tokens.issue(identity, [CallScope.VOIP, CallScope.CHAT])
    finally:
        await tokens.close()


async def _send(place: Place) -> object:
    mailer = AcsMailer(_resource(place), "no-reply@talenti.example.org", place.guard("mail", azure_fault))
    try:
        return await mailer.send(LETTER)
    finally:
        await mailer.close()


OPERATIONS = [
    Operation("calls.place", service="calls", path="/callConnections$", run=_place),
    Operation("calls.say", service="calls", path=":play$", run=_say, repeatable=False),
    Operation(
        "calls.hang_up",
        service="calls",
        path=":terminate$",
        run=_hang_up,
        exempt={"cut": "its answer has no body that could break off"},
    ),
    Operation("call_tokens.create", service="identity", path="^/identities$", run=_create, repeatable=False),
    Operation("call_tokens.issue", service="identity", path=":issueAccessToken$", run=_issue),
    Operation("mail.send", service="email", path="^/emails:send$", run=_send),
]
