"""What can be done with rows that are one's own."""

from dataclasses import dataclass
from typing import Self

from shared.domain.ownership import Kind
from shared.domain.permissions import Permission
from shared.ports.own_rows import OwnRows
from shared.use_cases.authorise import Authorise
from shared.use_cases.own_rows.add_own import AddOwn
from shared.use_cases.own_rows.change_own import ChangeOwn
from shared.use_cases.own_rows.list_own import ListOwn
from shared.use_cases.own_rows.read_own import ReadOwn
from shared.use_cases.own_rows.remove_own import RemoveOwn


@dataclass(frozen=True, slots=True)
class OwnVerbs[Item]:
    list: ListOwn[Item]
    read: ReadOwn[Item]
    add: AddOwn[Item]
    change: ChangeOwn[Item]
    remove: RemoveOwn[Item]

    @classmethod
    def over(cls, rows: OwnRows[Item], authorise: Authorise, kind: Kind, permission: Permission) -> Self:
        return cls(
            ListOwn(rows),
            ReadOwn(rows, authorise, kind, permission),
            AddOwn(rows),
            ChangeOwn(rows, authorise, kind, permission),
            RemoveOwn(rows, authorise, kind, permission),
        )
