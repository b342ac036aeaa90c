"""Records what a candidate said to being recorded, and reads it back."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from shared.contracts.interview import Consent, ConsentItem, Consents, ConsentWording
from shared.domain.identity import Person
from shared.domain.interview.records import ConsentGiven
from shared.domain.permissions import Permission
from shared.errors import FieldError, InvalidInputError
from shared.ports.interviews import Interviews
from shared.prompts.library import Prompts
from shared.use_cases.interview.find_talk import FindTalk

type OnRefusal = Callable[[UUID], Awaitable[None]]


class GiveConsent:
    """Only to a text that we know by its version, so that it is known later what was agreed to."""

    def __init__(self, interviews: Interviews, find: FindTalk, prompts: Prompts, refused: OnRefusal) -> None:
        self._interviews = interviews
        self._find = find
        self._prompts = prompts
        self._refused = refused

    async def __call__(
        self, caller: Person, interview_id: UUID, consent: Consent, ip_address: str | None
    ) -> ConsentItem:
        """Refusing withdraws every consent that stands; what runs is stopped, and what there is deleted.

        Raises InvalidInputError for an unknown text.
        """
        text = self._prompts.consent_text(consent.locale, consent.text_version)
        if text is None:
            fields = [FieldError("text_version", "is no version of the text")]
            raise InvalidInputError("The request failed validation.", fields)
        await self._find.live(caller, Permission.INTERVIEW_TAKE, interview_id)
        given = ConsentGiven(consent.granted, text.version, text.hash, consent.locale, ip_address)
        recorded = await self._interviews.consent(interview_id, caller.user_id, given)
        if not consent.granted:
            await self._refused(interview_id)
        return _item(recorded)

    async def all(self, caller: Person, interview_id: UUID) -> Consents:
        await self._find.live(caller, Permission.INTERVIEW_READ, interview_id)
        view = await self._interviews.read(interview_id, caller.user_id, {"consents"})
        text = self._prompts.current_consent_text(view.interview["language"])
        wording = ConsentWording(version=text.version, locale=text.locale, text=text.text, hash=text.hash)
        return Consents(items=[_item(each) for each in view.consents or ()], wording=wording)


def _item(row: Any) -> ConsentItem:  # noqa: ANN401 - a row
    return ConsentItem.model_validate({name: row[name] for name in ConsentItem.model_fields})
