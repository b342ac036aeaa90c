"""What workflows hand to operators, and what operators do."""

from dataclasses import dataclass
from typing import Self

from shared.ports.attention import Attention
from shared.use_cases.operations.park import Park
from shared.use_cases.operations.unpark import Unpark


@dataclass(frozen=True, slots=True)
class OperationVerbs:
    park: Park
    unpark: Unpark

    @classmethod
    def over(cls, attention: Attention) -> Self:
        return cls(Park(attention), Unpark(attention))
