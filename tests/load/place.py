"""Where it happens: the stack of the chaos trial, whole and undisturbed, with turns on their direct way."""

from typing import Any, Final

from tests.chaos import place
from tests.contract.database import make_turns_login, turns_url
from tests.invited import PLAN

UNPROBED: Final[dict[str, Any]] = PLAN | {"items": [each | {"probe_limit": 0} for each in PLAN["items"]]}
"""Six questions and no more, so that each talk takes as many turns as the next."""


class Place(place.Place):
    """`with Place(token_delay=0.01) as place:` gives a running one."""

    plan = UNPROBED

    def __init__(self, *, token_delay: float) -> None:
        super().__init__(hurried=False)
        self._token_delay = token_delay

    def _settings(self) -> dict[str, str]:
        make_turns_login(self.supabase)
        return {"SUPABASE_DB_URL": turns_url(self.supabase)}

    def _stand_up(self) -> None:
        super()._stand_up()
        self.simulators.clear()  # Event Grid tells everything once
        self.simulators.options(token_delay=self._token_delay)
