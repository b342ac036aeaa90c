"""How much of it there is: of people, of time, and of patience."""

import math
from dataclasses import dataclass
from typing import Final

QUESTIONS: Final = 6  # of each interview
SPARE: Final = 1.2
"""How many more interviews are made than are expected to be begun."""


@dataclass(frozen=True, slots=True)
class Form:
    seconds: float
    users: int  # who call by the mix
    talkers: int  # who hold whole interviews, one after the other
    thinking: tuple[float, float]  # seconds between two calls of the mix
    answering: tuple[float, float]  # and between two answers of an interview
    hasty_every: float  # seconds between two calls of who goes over a limit
    token_delay: float  # seconds between two pieces of what the model says
    scored: int  # interviews that were held and scored before
    repeats: int  # calls of each route on the idle stack
    settles_within: float  # until nothing goes on any more
    seed: int
    rests: bool  # behind what sets something off, so that its processor time is counted with it
    is_judged: bool
    """Long enough for memory and times to be held against their bounds."""

    @property
    def pause(self) -> float:
        return sum(self.thinking) / 2

    @property
    def staff(self) -> int:
        """Accounts: a caller of the mix has one to itself."""
        return self.users + 8

    @property
    def interviews(self) -> int:
        """How many may be begun by the mix: two of its 29 calls, and one where a talk is over."""
        calls = self.users * self.seconds / self.pause
        return math.ceil(SPARE * calls * (2 + 10 / QUESTIONS) / 29) + self.users + 2

    @property
    def talks(self) -> int:
        """How many those who hold whole interviews may need."""
        each = 1 + self.seconds / (QUESTIONS / 2 * self.answering[0] + 0.1)
        return math.ceil(self.talkers * each)


def full(seed: int, minutes: float = 10.0, users: int = 100, talkers: int = 12) -> Form:
    """Nobody waits for less than a score may be asked for: ten in five minutes."""
    return Form(
        seconds=60 * minutes,
        users=users,
        talkers=talkers,
        thinking=(10.0, 30.0),
        answering=(4.0, 12.0),
        hasty_every=3.0,
        token_delay=0.005,
        scored=min(12, max(3, round(2 * minutes))),
        repeats=min(40, max(8, round(4 * minutes))),
        settles_within=300.0,
        seed=seed,
        rests=True,
        is_judged=minutes >= 3,
    )


def short(seed: int) -> Form:
    return Form(
        seconds=6.0,
        users=8,
        talkers=2,
        thinking=(0.4, 1.2),
        answering=(0.2, 0.5),
        hasty_every=0.3,
        token_delay=0.0,
        scored=1,
        repeats=2,
        settles_within=60.0,
        seed=seed,
        rests=False,
        is_judged=False,
    )
