"""The steps of the self-check: so plain that only the way to them can fail."""


def count(number: int) -> int:
    """The step of the chain."""
    return number + 1


def square(number: int) -> int:
    """The step of the fan-out."""
    return number * number
