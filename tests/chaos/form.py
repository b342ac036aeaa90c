"""How much of it there is: of interviews, of faults, and of time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    interviews: int
    kills: int
    restarts: int  # of the database
    model_away_seconds: float
    storm_seconds: float  # in which all of that happens
    arriving: tuple[float, float]  # when people begin, in seconds of the storm
    thinking: tuple[float, float]  # how long they do before they say or do something
    seed: int
    hurried: bool
    """What only waits is let pass: leases end with their process, and lifecycles look when they are told."""
    patience_seconds: float  # of whoever waits for something that has to come


def full(seed: int, interviews: int = 200, kills: int = 20, restarts: int = 2) -> Form:
    return Form(
        interviews=interviews,
        kills=kills,
        restarts=restarts,
        model_away_seconds=60.0,
        storm_seconds=270.0,
        arriving=(0.0, 200.0),
        thinking=(2.0, 10.0),
        seed=seed,
        hurried=False,
        patience_seconds=360.0,
    )


def short(seed: int) -> Form:
    return Form(
        interviews=12,
        kills=2,
        restarts=1,
        model_away_seconds=5.0,
        storm_seconds=12.0,
        arriving=(2.0, 5.0),  # a score that finds the model away is tried again half a minute later
        thinking=(1.2, 2.2),
        seed=seed,
        hurried=True,
        patience_seconds=110.0,
    )
