"""What can be done with members."""

from dataclasses import dataclass
from typing import Self

from shared.ports.members import Members
from shared.use_cases.authorise import Authorise
from shared.use_cases.members.add_member import AddMember
from shared.use_cases.members.change_member import ChangeMember
from shared.use_cases.members.list_members import ListMembers
from shared.use_cases.members.remove_member import RemoveMember


@dataclass(frozen=True, slots=True)
class MemberVerbs:
    list: ListMembers
    add: AddMember
    change: ChangeMember
    remove: RemoveMember

    @classmethod
    def over(cls, members: Members, authorise: Authorise) -> Self:
        return cls(
            ListMembers(members, authorise),
            AddMember(members, authorise),
            ChangeMember(members, authorise),
            RemoveMember(members, authorise),
        )
