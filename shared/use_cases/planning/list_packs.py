"""Shows recruiters the packs they can choose from, without what tells how answers are judged."""

from shared.contracts.question_pack import QuestionPack
from shared.contracts.role_questions import PackCard, PackItem, Packs, PackSet
from shared.domain.identity import Person
from shared.domain.permissions import Permission, allows_anywhere
from shared.errors import ForbiddenError
from shared.ports.question_packs import QuestionPacks
from shared.use_cases.identify import Identify


class ListPacks:
    def __init__(self, packs: QuestionPacks, identify: Identify) -> None:
        self._packs = packs
        self._identify = identify

    async def __call__(self, caller: Person) -> Packs:
        principal = await self._identify(caller)
        if not allows_anywhere(principal, Permission.JOB_ROLE_WRITE):
            raise ForbiddenError("Question packs are for recruiters.")
        return Packs(items=[_card(shipped.pack) for shipped in self._packs.all()])


def _card(pack: QuestionPack) -> PackCard:
    return PackCard(
        id=pack.id,
        version=pack.version,
        title=pack.title,
        language=pack.language,
        domain=pack.domain,
        levels=list(pack.levels),
        competencies=dict(pack.competencies),
        sets=[
            PackSet(id=name, minutes=ready.minutes, items=list(ready.items))
            for name, ready in pack.sets.items()
        ],
        items=[
            PackItem(
                id=item.id,
                kind=item.kind,
                ask=item.ask,
                levels=list(item.levels),
                competencies=[each.id for each in item.competencies],
                minutes=round(item.time.target_s / 60, 1),
            )
            for item in pack.items
        ],
    )
