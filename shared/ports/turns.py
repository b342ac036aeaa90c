"""The talk turn's way to the database: two calls, each one transaction."""

from typing import Protocol

from shared.domain.turns import Answer, AnsweredTurn, CommittedTurn, OpenTurn, Reply


class TurnStore(Protocol):
    async def begin(self, answer: Answer) -> OpenTurn | AnsweredTurn:
        """Save the answer and take the turn; give what was said before if the turn was answered.

        Raises NotFoundError, ForbiddenError, WrongStateError (`interview_not_in_progress`),
        ConflictError (`turn_in_progress`), RateLimitedError, InvalidInputError, UnavailableError.
        A turn whose lease has ended is taken over.
        """

    async def commit(self, turn: OpenTurn, reply: Reply) -> CommittedTurn:
        """Store the reply. Repeated, it gives what was stored first.

        Raises ConflictError if somebody else has taken the turn over, UnavailableError.
        """
