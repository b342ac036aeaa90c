"""Hears what became of a letter."""

from typing import Final

from pydantic import ValidationError

from shared.contracts.event_grid import GridEvent, MailReport
from shared.errors import InvalidInputError
from shared.use_cases.invitations.report_letter import ReportLetter

DELIVERED: Final = "Delivered"
UNDECIDED: Final = frozenset({"Expanded", "OutForDelivery"})  # to a list, or on its way


class HearMailReport:
    def __init__(self, report: ReportLetter) -> None:
        self._report = report

    async def __call__(self, event: GridEvent) -> None:
        """Whatever is neither delivered nor under way did not reach the person. Raises InvalidInputError."""
        try:
            told = MailReport.model_validate(event.data)
        except ValidationError:
            raise InvalidInputError("The event is no report of a letter.") from None
        if told.status not in UNDECIDED:
            await self._report(told.message_id, delivered=told.status == DELIVERED)
