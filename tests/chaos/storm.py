"""What goes wrong and when: drawn from the seed, so that a run can be had again."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from tests.chaos.form import Form
from tests.chaos.place import Place

DATABASE_AWAY: Final = (0.5, 3.0)
MODEL_LEAVES: Final = (0.05, 0.1)  # of the storm


@dataclass(frozen=True, slots=True, order=True)
class Blow:
    """One thing that goes wrong, or comes back."""

    at: float
    kind: str


def blows(form: Form) -> list[Blow]:
    """All of them in their order, each at a moment of its own."""
    chance = random.Random(form.seed)  # noqa: S311 - to be drawn again from the seed
    length = form.storm_seconds
    drawn = [Blow(chance.uniform(0.05, 1.0) * length, "kill") for _ in range(form.kills)]
    for number in range(form.restarts):  # each in a part of its own: one ends before the next begins
        at = (number + chance.uniform(0.1, 0.8)) / form.restarts * length
        away = DATABASE_AWAY[0] if form.hurried else chance.uniform(*DATABASE_AWAY)
        drawn += [Blow(at, "database leaves"), Blow(at + away, "database returns")]
    if form.model_away_seconds:
        at = chance.uniform(*MODEL_LEAVES) * length
        drawn += [Blow(at, "model leaves"), Blow(at + form.model_away_seconds, "model returns")]
    return sorted(drawn)


@dataclass
class Storm:
    """Deals them one after the other, each as soon as the one before is over."""

    place: Place
    form: Form
    say: Callable[[str], None]
    dealt: Counter[str] = field(default_factory=Counter)

    def rage(self) -> None:
        began = time.monotonic()
        for blow in blows(self.form):
            time.sleep(max(0.0, began + blow.at - time.monotonic()))
            self.dealt[blow.kind] += 1
            self._deal(blow.kind)

    def _deal(self, kind: str) -> None:
        match kind:
            case "kill":
                took = self.place.kill_host()
                self.say(f"kill -9 the host, {self.dealt[kind]} of {self.form.kills}; back in {took:.1f} s")
            case "database leaves":
                self.place.stop_database()
                self.say(f"the database is stopped at once, {self.dealt[kind]} of {self.form.restarts}")
            case "database returns":
                self.place.start_database()
                self.say("the database is back")
            case "model leaves":
                self.place.send_model_away()
                self.say("the model refuses connections")
            case "model returns":
                self.place.let_model_back()
                self.say("the model is back")
