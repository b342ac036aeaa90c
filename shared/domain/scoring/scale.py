"""From levels to points, and from points to bands. A new mapping is a new version, beside the old."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from shared.domain.scoring.records import Band

MAPPING_VERSION: Final = "levels-1"
STEP: Final = 15
BASE: Final = 25
LOWEST_LEVEL, HIGHEST_LEVEL = 1, 5
LOWEST: Final = Fraction(BASE + STEP * LOWEST_LEVEL)
HIGHEST: Final = Fraction(BASE + STEP * HIGHEST_LEVEL)
"""One level is fifteen points everywhere, so that medians between two levels and weighted means say
the same in levels and in points: 40, 55, 70, 85, 100. A 1 is weak, a 2 developing, half-way to 3
adequate, a 3 good, a 4 strong, a 5 exceptional; every band can be reached. Nothing maps to zero:
what was not shown has no score at all."""

BANDS: Final[Mapping[Band, int]] = {
    Band.EXCEPTIONAL: 90,
    Band.STRONG: 80,
    Band.GOOD: 70,
    Band.ADEQUATE: 60,
    Band.DEVELOPING: 50,
    Band.WEAK: 0,
}
"""Where each band begins, from above."""


def points(level: Fraction | int) -> Fraction:
    if not LOWEST_LEVEL <= level <= HIGHEST_LEVEL:
        raise ValueError("a level lies between 1 and 5")
    return BASE + STEP * Fraction(level)


def band_of(score: Decimal) -> Band:
    return next(band for band, least in BANDS.items() if score >= least)
