"""Refuses a question pack that is not there."""

from shared.contracts.job_roles import InterviewStructure
from shared.errors import FieldError, InvalidInputError
from shared.ports.question_packs import QuestionPacks


def check_pack(structure: InterviewStructure | None, packs: QuestionPacks) -> None:
    """Raises InvalidInputError if the chosen pack, or its ready set, is unknown."""
    choice = structure.question_pack if structure else None
    if choice is None:
        return
    found = packs.find(choice.id)
    if found is None:
        raise _refusal("id", "is no question pack; see /api/v1/question-packs")
    if choice.set is not None and choice.set not in found.pack.sets:
        raise _refusal("set", f"is no ready set of this pack; it has {', '.join(sorted(found.pack.sets))}")


def _refusal(field: str, message: str) -> InvalidInputError:
    wrong = FieldError(f"interview_structure.question_pack.{field}", message)
    return InvalidInputError("The request failed validation.", [wrong])
