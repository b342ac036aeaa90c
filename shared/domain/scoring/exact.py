"""Figures without surprises: exact inside, rounded once at the end, as the database rounds."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

WEIGHT_DECIMALS: Final = 4
SCORE_DECIMALS: Final = 1
SHARE_DECIMALS: Final = 3


def rounded(value: Fraction, decimals: int) -> Decimal:
    """Halves go away from zero, as PostgreSQL rounds a numeric."""
    scaled = abs(value) * 10**decimals
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    whole += 2 * rest >= scaled.denominator
    return Decimal(whole if value >= 0 else -whole).scaleb(-decimals)


def weight(value: float | Decimal | str) -> Decimal:
    """A weight as it is kept: four decimals."""
    return rounded(Fraction(Decimal(str(value))), WEIGHT_DECIMALS)


def share_of(value: float | Decimal | str) -> Decimal:
    """A share of one as it is kept: three decimals."""
    return rounded(Fraction(Decimal(str(value))), SHARE_DECIMALS)


def mean(parts: Sequence[tuple[Decimal, Fraction]]) -> Fraction | None:
    """The mean of values with their weights; none where nothing weighs anything."""
    total = sum((Fraction(share) for share, _ in parts), Fraction())
    if not total:
        return None
    return sum((Fraction(share) * value for share, value in parts), Fraction()) / total


def median(values: Sequence[int]) -> Fraction:
    """The middle, or half the way between the two middle ones."""
    ordered = sorted(values)
    middle, odd = divmod(len(ordered), 2)
    return Fraction(ordered[middle]) if odd else Fraction(ordered[middle - 1] + ordered[middle], 2)


def share(part: int, whole: int) -> Fraction:
    """How much of the whole; nothing of nothing is nothing."""
    return Fraction(part, whole) if whole else Fraction()


def rate_ratio(one: Fraction, other: Fraction) -> Fraction:
    """The lower of two rates against the higher: 3/4 against 6/10 is exactly 4/5."""
    low, high = sorted((one, other))
    return low / high if high else Fraction(1)
